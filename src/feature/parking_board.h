// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/leg_event.h"
#include "call/numbers.h"
#include "call/party.h"
#include "directory/parking.h"

namespace dering::feature {

/// The parking places, and who waits at them: what outlives the call that is parked and is found by
/// the next one. A place belongs to whoever holds its Place, a feature of the call that waits
/// there, and is free when that is gone. Signalling thread.
class ParkingBoard {
 public:
  /// A place that is taken; the board outlives it. One that was moved from holds nothing.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();

    /// Its number.
    const std::string& name() const { return name_; }

   private:
    friend class ParkingBoard;
    Place(ParkingBoard& board, std::uint16_t number, std::uint64_t turn);

    ParkingBoard* board_;
    std::uint16_t number_;
    std::uint64_t turn_;  ///< whoever had the place before does not free it
    std::string name_;
  };
  /// Whom a place is for.
  struct Guest {
    call::LegId leg;
    std::string parked_by;             ///< extension
    std::optional<call::Party> party;  ///< nothing: it is kept for whom this leg will send there
  };

  explicit ParkingBoard(directory::ParkingNumbers numbers = {}) : numbers_(std::move(numbers)) {}
  // Places refer to it.
  ParkingBoard(const ParkingBoard&) = delete;
  ParkingBoard& operator=(const ParkingBoard&) = delete;

  const directory::ParkingNumbers& numbers() const { return numbers_; }

  /// The lowest place that is free, and whose number is nobody's. Nothing: there is none.
  std::optional<Place> take(Guest guest, const call::Numbers& numbers);
  /// The place that is kept for whom this leg sends there. Nothing: it has none.
  std::optional<Place> fill(call::LegId kept_by, Guest guest);
  /// Who waits there; zero: nobody.
  call::LegId parked_at(std::string_view number) const;
  /// What waits because this person parked it.
  directory::ParkingChanged parked_by(std::string_view extension) const;
  /// Whose parked calls are others than when this was last asked.
  std::vector<std::string> take_changes();
  std::size_t size() const { return taken_.size(); }

 private:
  struct Taken {
    std::uint64_t turn;
    Guest guest;
  };
  Place enter(std::uint16_t number, Guest guest);
  void leave(std::uint16_t number, std::uint64_t turn);

  directory::ParkingNumbers numbers_;
  std::map<std::uint16_t, Taken> taken_;
  std::uint64_t last_turn_ = 0;
  std::vector<std::string> changes_;
};

}  // namespace dering::feature
