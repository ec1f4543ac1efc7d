// SPDX-License-Identifier: Apache-2.0
#include "refusal/book.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace dering::refusal {
namespace {

constexpr std::uint32_t highest_count = 1'000'000'000;

/// Another port of the same source is the same again; another transport is another phone's set-up.
bool is_same(const Refusal& a, const Refusal& b) {
  return a.source.ipv6() == b.source.ipv6() && a.transport == b.transport && a.what == b.what &&
         a.reason == b.reason && a.name == b.name;
}

}  // namespace

void Book::keep(Refusal refusal, Ban ban, std::string person, UnixSeconds now) {
  Kept kept{.id = ++last_id_,
            .first_at = now,
            .last_at = now,
            .ban = ban,
            .person = std::move(person),
            .refusal = std::move(refusal)};
  if (kept.person.empty()) return put(strangers_, std::move(kept));
  if (!persons_.contains(kept.person)) make_room_for_person();
  Shelf& shelf = persons_[kept.person];
  put(shelf, std::move(kept));
}

void Book::put(Shelf& shelf, Kept kept) {
  const bool is_of_strangers = &shelf == &strangers_;
  const auto same = std::ranges::find_if(
      shelf, [&](const Kept& one) { return is_same(one.refusal, kept.refusal); });
  if (same != shelf.end()) {
    kept.first_at = same->first_at;
    kept.refusal.count += std::min(same->refusal.count, highest_count - kept.refusal.count);
    shelf.erase(same);
  } else if (shelf.size() >= (is_of_strangers ? most_of_strangers : most_of_a_person)) {
    // What comes from where somebody is signed in is more likely one's own telephone than what
    // comes from elsewhere.
    const auto other =
        std::ranges::find_if(shelf, [](const Kept& one) { return one.ban != Ban::friend_; });
    shelf.erase(other == shelf.end() ? shelf.begin() : other);
  }
  shelf.push_back(std::move(kept));
}

void Book::make_room_for_person() {
  if (persons_.size() < most_persons) return;
  persons_.erase(std::ranges::min_element(
      persons_, {}, [](const auto& person) { return person.second.back().id; }));
}

void Book::on_time(UnixSeconds now) {
  const auto is_old = [&](const Kept& one) { return one.last_at + kept_for < now; };
  std::erase_if(strangers_, is_old);
  for (auto& [person, shelf] : persons_) std::erase_if(shelf, is_old);
  std::erase_if(persons_, [](const auto& person) { return person.second.empty(); });
}

std::vector<Kept> Book::of(std::string_view person) const {
  const auto found = persons_.find(person);
  if (person.empty() || found == persons_.end()) return {};
  return {found->second.rbegin(), found->second.rend()};
}

std::vector<Kept> Book::all(std::uint64_t after, UnixSeconds since, std::size_t limit) const {
  std::vector<Kept> found;
  const auto is_wanted = [&](const Kept& one) { return one.id > after && one.last_at >= since; };
  std::ranges::copy_if(strangers_, std::back_inserter(found), is_wanted);
  for (const auto& [extension, shelf] : persons_) {
    std::ranges::copy_if(shelf, std::back_inserter(found), is_wanted);
  }
  std::ranges::sort(found, std::greater(), &Kept::id);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace dering::refusal
