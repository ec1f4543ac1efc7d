// SPDX-License-Identifier: Apache-2.0
#include "call/user_index.h"

#include <algorithm>
#include <utility>

#include "base/give_back.h"

namespace dering::call {

UserIndex::LegEntry::~LegEntry() {
  if (!index_) return;
  set(Standing::quiet);
  auto& legs = row_->second.legs;
  // Near the front: what came first usually goes first.
  legs.erase(std::ranges::find(legs, leg_));
  index_->drop_if_empty(*row_);
}

void UserIndex::LegEntry::enter(UserIndex& index, std::string_view extension, LegId leg) {
  index_ = &index;
  leg_ = leg;
  row_ = &index.row(extension);
  row_->second.legs.push_back(leg);
}

void UserIndex::LegEntry::set(Standing standing) {
  Row& row = row_->second;
  if (standing_ == Standing::own) --row.own;
  if (standing_ == Standing::rings) --row.rings;
  if (standing == Standing::own) ++row.own;
  if (standing == Standing::rings) ++row.rings;
  standing_ = standing;
}

UserIndex::Awaited::Awaited(UserIndex& index, std::string_view extension, CallId call)
    : index_(&index), row_(&index.row(extension)), call_(call) {
  row_->second.awaited_by.push_back(call);
}

UserIndex::Awaited::Awaited(Awaited&& other) noexcept
    : index_(std::exchange(other.index_, nullptr)), row_(other.row_), call_(other.call_) {}

UserIndex::Awaited::~Awaited() {
  if (!index_) return;
  auto& calls = row_->second.awaited_by;
  calls.erase(std::ranges::find(calls, call_));
  index_->drop_if_empty(*row_);
}

std::span<const LegId> UserIndex::legs_of(std::string_view extension) const {
  const Row* row = find(extension);
  return row ? std::span<const LegId>(row->legs) : std::span<const LegId>();
}

std::span<const CallId> UserIndex::awaited_by(std::string_view extension) const {
  const Row* row = find(extension);
  return row ? std::span<const CallId>(row->awaited_by) : std::span<const CallId>();
}

std::vector<std::string> UserIndex::awaited() const {
  std::vector<std::string> extensions;
  for (const auto& [extension, row] : rows_) {
    if (!row.awaited_by.empty()) extensions.push_back(extension);
  }
  return extensions;
}

std::size_t UserIndex::own_of(std::string_view extension) const {
  const Row* row = find(extension);
  return row ? row->own : 0;
}

bool UserIndex::is_in_call(std::string_view extension) const {
  const Row* row = find(extension);
  return row && row->own + row->rings > 0;
}

const UserIndex::Row* UserIndex::find(std::string_view extension) const {
  const auto at = rows_.find(extension);
  return at == rows_.end() ? nullptr : &at->second;
}

UserIndex::Rows::value_type& UserIndex::row(std::string_view extension) {
  const auto at = rows_.find(extension);
  return at == rows_.end() ? *rows_.emplace(extension, Row{}).first : *at;
}

void UserIndex::drop_if_empty(Rows::value_type& row) {
  if (!row.second.legs.empty() || !row.second.awaited_by.empty()) return;
  rows_.erase(rows_.find(row.first));
  give_back_buckets(rows_);
}

}  // namespace dering::call
