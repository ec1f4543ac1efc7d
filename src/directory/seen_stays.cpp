// SPDX-License-Identifier: Apache-2.0
#include "directory/seen_stays.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "directory/history.h"

namespace dering::directory {
namespace {

using Place = std::size_t;

constexpr std::string_view forwarded = "forwarded";
constexpr std::string_view picked_up = "picked_up";

bool overlap(const CallStay& a, const CallStay& b) {
  return std::max(a.from, b.from) <= std::min(a.to, b.to);
}

/// Which of its phones tells most of a person who did not talk; see outcome_of() of the history.
int weight_of(const SeenStay& stay, std::string_view outcome) {
  if (stay.has_talked) return 4;
  if (stay.outcome == forwarded) return 3;
  if (stay.outcome == "elsewhere") return 2;
  return stay.outcome == outcome ? 1 : 0;
}

/// What one person sees of one record.
class View {
 public:
  View(std::string_view extension, const CallRecord& record)
      : extension_(extension), record_(record) {
    for (const CallStay& stay : record.stays) {
      if (stay.person != extension) continue;
      from_ = std::min(from_, stay.from);
      to_ = std::max(to_, stay.to);
    }
    mark_chain();
  }

  std::vector<SeenStay> all() const {
    std::vector<SeenStay> seen;
    for (Place place = 0; place < record_.stays.size(); ++place) {
      if (sees(place)) add(seen_at(place), seen);
    }
    return seen;
  }

 private:
  const CallStay& at(Place place) const { return record_.stays[place]; }
  bool is_own(const CallStay& stay) const { return stay.person == extension_; }

  /// Who sent the call on to the person of that stay.
  std::optional<Place> sender_of(Place place) const {
    if (!at(place).why.starts_with("forwarded_")) return std::nullopt;
    // Several phones of one person come by the same way.
    for (Place before = place; before-- > 0;) {
      if (at(before).outcome == forwarded && at(before).person != at(place).person) return before;
    }
    return std::nullopt;
  }

  /// The forwardings that lead to who asks, and the next one.
  void mark_chain() {
    is_in_chain_.assign(record_.stays.size(), false);
    for (Place place = 0; place < record_.stays.size(); ++place) {
      auto sender = sender_of(place);
      if (sender && is_own(at(*sender))) is_in_chain_[place] = true;
      if (!is_own(at(place))) continue;
      for (; sender; sender = sender_of(*sender)) is_in_chain_[*sender] = true;
    }
  }

  bool talked_with(const CallStay& stay) const {
    return has_talked(stay, record_) && std::ranges::any_of(record_.stays, [&](const auto& own) {
             return is_own(own) && has_talked(own, record_) && overlap(own, stay);
           });
  }
  bool took_it_from_them(const CallStay& stay) const {
    return stay.why == picked_up && std::ranges::any_of(record_.stays, [&](const auto& own) {
             return is_own(own) && own.role == "callee" && own.outcome == "elsewhere";
           });
  }
  bool sees(Place place) const {
    const CallStay& stay = at(place);
    if (is_own(stay) || stay.person == record_.caller) return true;
    if (record_.caller == extension_) return stay.from <= to_;
    return is_in_chain_[place] || talked_with(stay) || took_it_from_them(stay);
  }

  SeenStay seen_at(Place place) const {
    const CallStay& stay = at(place);
    const bool is_whole = is_own(stay) || stay.to <= to_;
    const bool is_theirs = is_own(stay) || record_.caller == extension_ || talked_with(stay) ||
                           took_it_from_them(stay);
    const auto sender = sender_of(place);
    SeenStay seen{.person = shown(stay.person),
                  .role = stay.role,
                  .why = stay.why,
                  .from = is_own(stay) ? stay.from : std::clamp(stay.from, from_, to_),
                  .to = is_own(stay) ? stay.to : std::clamp(stay.to, from_, to_),
                  .outcome = is_whole ? stay.outcome : std::string(),
                  .has_talked = is_theirs && has_talked(stay, record_),
                  .brought_by = shown(sender ? at(*sender).person : stay.brought_by)};
    if (!is_whole) return seen;
    seen.sent_by = shown(stay.sent_by);
    seen.sent_to = shown(stay.sent_to);
    return seen;
  }
  std::string shown(std::string_view person) const { return shown_to(extension_, person, record_); }

  /// Phones of one person that rang together are one line.
  void add(SeenStay stay, std::vector<SeenStay>& seen) const {
    const auto same = std::ranges::find_if(seen, [&](const SeenStay& other) {
      return other.person == stay.person && other.why == stay.why && stay.from <= other.to &&
             other.sent_by.empty();
    });
    if (same == seen.end()) return seen.push_back(std::move(stay));
    if (weight_of(stay, record_.outcome) <= weight_of(*same, record_.outcome)) return;
    stay.from = std::min(stay.from, same->from);
    *same = std::move(stay);
  }

  std::string_view extension_;
  const CallRecord& record_;
  std::int64_t from_ = std::numeric_limits<std::int64_t>::max();  ///< of all their own stays
  std::int64_t to_ = std::numeric_limits<std::int64_t>::min();
  std::vector<bool> is_in_chain_;  ///< by place
};

}  // namespace

std::vector<SeenStay> seen_stays(std::string_view extension, const CallRecord& record) {
  const auto is_own = [&](const CallStay& stay) { return stay.person == extension; };
  if (std::ranges::none_of(record.stays, is_own)) return {};
  std::vector<SeenStay> seen = View(extension, record).all();
  for (Place place = seen.size(); place-- > 0 && seen.size() > most_seen_stays;) {
    if (seen[place].person == extension || seen[place].has_talked) continue;
    seen.erase(seen.begin() + static_cast<std::ptrdiff_t>(place));
  }
  if (seen.size() > most_seen_stays) seen.resize(most_seen_stays);
  return seen;
}

}  // namespace dering::directory
