// SPDX-License-Identifier: Apache-2.0
#include "switchboard/subscription_table.h"

#include <algorithm>
#include <utility>

#include "base/give_back.h"

namespace dering::switchboard {

using ua::Subscription;
using ua::SubscriptionId;

namespace {

std::string phone_key(const Watch& watch) {
  std::string key = watch.watcher;
  return key.append(1, '\0').append(watch.phone);
}

}  // namespace

std::optional<EventPackage> package_from(std::string_view event_type) {
  if (event_type == "dialog") return EventPackage::dialog;
  if (event_type == "presence") return EventPackage::presence;
  return std::nullopt;
}

// ---- Who subscribes -----------------------------------------------------------------------------

SubscriptionTable::Full SubscriptionTable::room_for(const Watch& watch) const {
  if (phones_.find(phone_key(watch)).size() >= limits_.of_phone) return Full::of_phone;
  if (watchers_.find(watch.watcher).size() >= limits_.of_person) return Full::of_person;
  return entries_.size() >= limits_.all ? Full::of_all : Full::no;
}

void SubscriptionTable::add(const sip::RequestArrived& subscribe, Watch watch,
                            Subscription::Terms terms, ua::Turn& turn) {
  const SubscriptionId id{++last_id_};
  Entry& entry =
      entries_
          .try_emplace(id, Entry{std::move(watch), Subscription(subscribe, std::move(terms), turn)})
          .first->second;
  entry.at_dialog = dialogs_.enter(entry.machine.local_tag(), id);
  entry.at_watched = watched_.enter(entry.watch.watched, id);
  entry.at_watcher = watchers_.enter(entry.watch.watcher, id);
  entry.at_phone = phones_.enter(phone_key(entry.watch), id);
  entry.at_flow = flows_.enter(entry.machine.flow(), id);
  settle(id, turn.now);
}

std::optional<SubscriptionTable::Found> SubscriptionTable::find(
    const sip::Message& subscribe) const {
  const auto at = entries_.find(dialogs_.find(std::string(subscribe.to().tag())));
  if (at == entries_.end() || !at->second.machine.is_in_dialog(subscribe)) return std::nullopt;
  return Found{at->first, &at->second.watch, &at->second.machine};
}

void SubscriptionTable::refresh(SubscriptionId id, const sip::RequestArrived& subscribe,
                                std::uint32_t seconds, ua::Turn& turn) {
  entry(id).machine.on_refresh(subscribe, seconds, turn);
  settle(id, turn.now);
}

// ---- What happens -------------------------------------------------------------------------------

/// A copy of the ids: what is done may take one out.
template <class Ids, class Act>
void SubscriptionTable::for_each(const Ids& ids, Instant now, Act act) {
  for (const SubscriptionId id : std::vector<SubscriptionId>(ids.begin(), ids.end())) {
    act(entry(id));
    settle(id, now);
  }
}

void SubscriptionTable::on_changed(const std::string& watched, EventPackage package, Instant now) {
  for_each(watched_.find(watched), now, [package](Entry& entry) {
    if (entry.watch.package == package) entry.machine.on_changed();
  });
}

void SubscriptionTable::on_flow_closed(const sip::Flow& flow, Instant now) {
  for_each(flows_.find(flow), now, [](Entry& entry) { entry.machine.on_flow_closed(); });
}

void SubscriptionTable::on_flow_moved(std::string_view watcher, const sip::Flow& from,
                                      const sip::Flow& to, Instant now) {
  if (from == to) return;
  const auto ids = flows_.find(from);
  for (const SubscriptionId id : std::vector<SubscriptionId>(ids.begin(), ids.end())) {
    if (entry(id).watch.watcher == watcher) move(id, to, now);
  }
}

void SubscriptionTable::move(SubscriptionId id, const sip::Flow& to, Instant now) {
  Entry& moved = entry(id);
  moved.machine.on_flow_moved(to);
  moved.at_request.release();
  moved.at_flow.release();
  moved.at_flow = flows_.enter(to, id);
  settle(id, now);
}

void SubscriptionTable::on_number_lost(const std::string& extension, Instant now) {
  using Reason = Subscription::Reason;
  for_each(watched_.find(extension), now,
           [](Entry& entry) { entry.machine.end(Reason::noresource); });
  for_each(watchers_.find(extension), now,
           [](Entry& entry) { entry.machine.end(Reason::rejected); });
}

bool SubscriptionTable::on_response(const sip::ResponseArrived& response, Instant now) {
  const SubscriptionId id = requests_.find(response.transaction);
  if (!id) return false;
  if (response.message.status() < 200) return true;
  Entry& its = entry(id);
  its.at_request.release();
  its.machine.on_response(response.message, now);
  settle(id, now);
  return true;
}

bool SubscriptionTable::on_request_failed(const sip::RequestFailed& failure, Instant now) {
  const SubscriptionId id = requests_.find(failure.transaction);
  if (!id) return false;
  Entry& its = entry(id);
  its.at_request.release();
  its.machine.on_failed(failure.reason);
  settle(id, now);
  return true;
}

void SubscriptionTable::on_time(Instant now) {
  std::vector<SubscriptionId> due;
  while (const auto id = timers_.take_due(now)) due.push_back(*id);
  for (const SubscriptionId id : due) {
    const auto at = entries_.find(id);
    if (at == entries_.end()) continue;
    at->second.scheduled.reset();
    at->second.machine.on_time(now);
    settle(id, now);
  }
}

void SubscriptionTable::settle(SubscriptionId id, Instant now) {
  const auto at = entries_.find(id);
  Entry& its = at->second;
  if (its.machine.is_over()) {
    entries_.erase(at);
    return give_back_buckets(entries_);
  }
  if (its.machine.state() == Subscription::State::away) its.at_request.release();
  const bool has_something = its.machine.due(now) != Subscription::Due::nothing;
  if (has_something && !std::exchange(its.is_waiting, true)) waiting_.push_back(id);
  const auto deadline = its.machine.next_deadline();
  if (!deadline || (its.scheduled && *its.scheduled <= *deadline)) return;
  its.scheduled = deadline;
  timers_.add(*deadline, id);
}

// ---- What is told -------------------------------------------------------------------------------

void SubscriptionTable::tell(const Sights& sights, ua::Turn& turn) {
  if (waiting_.empty()) return;
  if (turn.now >= beat_ends_) {
    beat_ends_ = turn.now + beat;
    left_ = notifies_per_beat;
  }
  while (left_ > 0 && !waiting_.empty()) {
    const SubscriptionId id = waiting_.front();
    waiting_.pop_front();
    const auto at = entries_.find(id);
    if (at != entries_.end()) tell(id, at->second, sights, turn);
  }
}

void SubscriptionTable::tell(SubscriptionId id, Entry& its, const Sights& sights, ua::Turn& turn) {
  its.is_waiting = false;
  const auto due = its.machine.due(turn.now);
  if (due == Subscription::Due::nothing) return;
  const auto body = body_of(its, due, sights);
  if (!body) return its.machine.on_unchanged();
  its.at_request.release();
  its.at_request = requests_.enter(its.machine.notify(*body, turn), id);
  ++notifies_;
  --left_;
}

namespace {

/// What differs from what was told; a dialog that is no more is told once as terminated.
std::vector<sip::WatchedDialog> changes_of(const std::vector<sip::WatchedDialog>& told,
                                           const std::vector<sip::WatchedDialog>& present) {
  std::vector<sip::WatchedDialog> changes;
  for (const sip::WatchedDialog& dialog : present) {
    if (std::ranges::find(told, dialog) == told.end()) changes.push_back(dialog);
  }
  for (const sip::WatchedDialog& dialog : told) {
    if (std::ranges::find(present, dialog.id, &sip::WatchedDialog::id) != present.end()) continue;
    changes.push_back(dialog);
    changes.back().state = sip::WatchedDialog::State::terminated;
    changes.back().names.reset();
  }
  return changes;
}

}  // namespace

std::optional<Subscription::Body> SubscriptionTable::body_of(Entry& its, Subscription::Due due,
                                                             const Sights& sights) {
  const bool is_whole = due == Subscription::Due::everything;
  std::string uri = sights.uri_of(its.watch.watched);
  switch (its.watch.package) {
    case EventPackage::presence: {
      const auto state = sights.presence_of(its.watch.watched);
      if (std::exchange(its.told_presence, state) == state && !is_whole) return std::nullopt;
      return Subscription::Body{sip::presence_info_type,
                                sip::presence_info({std::move(uri), state})};
    }
    case EventPackage::dialog: {
      auto present = sights.dialogs_of(its.watch);
      auto changes = is_whole ? present : changes_of(its.told_dialogs, present);
      its.told_dialogs = std::move(present);
      if (!is_whole && changes.empty()) return std::nullopt;
      using Extent = sip::DialogInfo::Extent;
      return Subscription::Body{
          sip::dialog_info_type,
          sip::dialog_info({its.machine.version(), is_whole ? Extent::full : Extent::partial,
                            std::move(uri), std::move(changes)})};
    }
  }
  return std::nullopt;
}

std::optional<Instant> SubscriptionTable::next_deadline() const {
  return waiting_.empty() ? timers_.next() : earlier(beat_ends_, timers_.next());
}

void SubscriptionTable::list(TableSizes& out) const {
  out.insert(out.end(), {{"subscriptions", entries_.size()},
                         {"dialogs of subscriptions", dialogs_.size()},
                         {"NOTIFYs under way", requests_.size()},
                         {"who is watched", watched_.size()},
                         {"who watches", watchers_.size()},
                         {"phones that watch", phones_.size()},
                         {"connections that watch", flows_.size()},
                         {"subscriptions with something to say", waiting_.size()}});
}

}  // namespace dering::switchboard
