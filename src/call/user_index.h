// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "call/leg_event.h"

namespace dering::call {

/// What a leg means for the user whose it is.
enum class Standing : std::uint8_t {
  quiet,  ///< it is there: not yet ringing, or saying goodbye
  rings,  ///< others see the user busy
  own,    ///< the user has chosen to have it: placed, or answered
};

/// Whose legs are these, and who waits for whom; by extension. Entries are handles that their
/// owners keep, so that nothing stands here of a leg or a call that is gone. What is asked for at
/// each new call costs no walk over calls. Signalling thread.
class UserIndex {
  struct Row {
    std::vector<LegId> legs;
    std::vector<CallId> awaited_by;
    std::size_t own = 0;
    std::size_t rings = 0;
  };
  using Rows = std::unordered_map<std::string, Row, TextHash, std::equal_to<>>;

 public:
  /// A leg's place; outlived by the index.
  class LegEntry {
   public:
    LegEntry() = default;
    LegEntry(const LegEntry&) = delete;
    LegEntry& operator=(const LegEntry&) = delete;
    ~LegEntry();

    void enter(UserIndex& index, std::string_view extension, LegId leg);
    void set(Standing standing);
    Standing standing() const { return standing_; }

   private:
    UserIndex* index_ = nullptr;
    Rows::value_type* row_ = nullptr;
    LegId leg_;
    Standing standing_ = Standing::quiet;
  };

  /// A call that waits for this user to answer.
  class Awaited {
   public:
    Awaited(UserIndex& index, std::string_view extension, CallId call);
    Awaited(Awaited&& other) noexcept;
    Awaited& operator=(Awaited&&) = delete;
    ~Awaited();

    std::string_view extension() const { return row_->first; }

   private:
    UserIndex* index_;
    Rows::value_type* row_;
    CallId call_;
  };

  /// All legs of the user that have not ended. Holds until one comes or goes.
  std::span<const LegId> legs_of(std::string_view extension) const;
  /// Calls in which somebody waits for this user.
  std::span<const CallId> awaited_by(std::string_view extension) const;
  /// Whom somebody waits for; as many as there are calls that ring.
  std::vector<std::string> awaited() const;
  std::size_t own_of(std::string_view extension) const;
  bool is_in_call(std::string_view extension) const;

  std::size_t size() const { return rows_.size(); }

 private:
  const Row* find(std::string_view extension) const;
  Rows::value_type& row(std::string_view extension);
  void drop_if_empty(Rows::value_type& row);

  Rows rows_;
};

}  // namespace dering::call
