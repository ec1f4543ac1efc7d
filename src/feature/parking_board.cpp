// SPDX-License-Identifier: Apache-2.0
#include "feature/parking_board.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace dering::feature {

// ---- A place ------------------------------------------------------------------------------------

ParkingBoard::Place::Place(ParkingBoard& board, std::uint16_t number, std::uint64_t turn)
    : board_(&board), number_(number), turn_(turn), name_(std::to_string(number)) {}

ParkingBoard::Place::Place(Place&& other) noexcept
    : board_(std::exchange(other.board_, nullptr)),
      number_(other.number_),
      turn_(other.turn_),
      name_(std::move(other.name_)) {}

ParkingBoard::Place& ParkingBoard::Place::operator=(Place&& other) noexcept {
  std::swap(board_, other.board_);
  std::swap(number_, other.number_);
  std::swap(turn_, other.turn_);
  std::swap(name_, other.name_);
  return *this;
}

ParkingBoard::Place::~Place() {
  if (board_) board_->leave(number_, turn_);
}

// ---- The board ----------------------------------------------------------------------------------

std::optional<ParkingBoard::Place> ParkingBoard::take(Guest guest, const call::Numbers& numbers) {
  for (std::uint16_t i = 0; i < numbers_.places; ++i) {
    const auto number = static_cast<std::uint16_t>(numbers_.first_place + i);
    if (taken_.contains(number) || numbers.party_of(std::to_string(number))) continue;
    return enter(number, std::move(guest));
  }
  return std::nullopt;
}

std::optional<ParkingBoard::Place> ParkingBoard::fill(call::LegId kept_by, Guest guest) {
  const auto at = std::ranges::find_if(taken_, [&](const auto& entry) {
    const Guest& there = entry.second.guest;
    return there.leg == kept_by && !there.party;
  });
  if (at == taken_.end()) return std::nullopt;
  return enter(at->first, std::move(guest));
}

ParkingBoard::Place ParkingBoard::enter(std::uint16_t number, Guest guest) {
  changes_.push_back(guest.parked_by);
  taken_.insert_or_assign(number, Taken{++last_turn_, std::move(guest)});
  return {*this, number, last_turn_};
}

void ParkingBoard::leave(std::uint16_t number, std::uint64_t turn) {
  const auto at = taken_.find(number);
  if (at == taken_.end() || at->second.turn != turn) return;
  changes_.push_back(std::move(at->second.guest.parked_by));
  taken_.erase(at);
}

call::LegId ParkingBoard::parked_at(std::string_view number) const {
  if (!numbers_.is_place(number)) return {};
  const auto at = taken_.find(*to_number<std::uint16_t>(number));
  if (at == taken_.end() || !at->second.guest.party) return {};
  return at->second.guest.leg;
}

directory::ParkingChanged ParkingBoard::parked_by(std::string_view extension) const {
  directory::ParkingChanged all{std::string(extension), {}};
  for (const auto& [number, taken] : taken_) {
    const Guest& guest = taken.guest;
    if (!guest.party || guest.parked_by != extension) continue;
    directory::ParkedCall parked{std::to_string(number), {}, {}};
    if (!guest.party->is_hidden) {
      parked.extension = guest.party->extension;
      parked.name = guest.party->display_name;
    }
    all.calls.push_back(std::move(parked));
  }
  return all;
}

std::vector<std::string> ParkingBoard::take_changes() {
  if (changes_.empty()) return {};  // as after most of what is settled
  std::vector<std::string> changes = std::exchange(changes_, {});
  std::ranges::sort(changes);
  const auto repeated = std::ranges::unique(changes);
  changes.erase(repeated.begin(), repeated.end());
  return changes;
}

}  // namespace dering::feature
