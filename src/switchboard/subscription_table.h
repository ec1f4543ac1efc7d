// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/index.h"
#include "base/instant.h"
#include "base/table_size.h"
#include "base/timer_queue.h"
#include "sip/event/dialog_info.h"
#include "sip/event/presence_info.h"
#include "ua/subscription.h"

namespace dering::switchboard {

/// What of a person can be watched: an event package (RFC 6665 §4.4.1).
enum class EventPackage : std::uint8_t { dialog, presence };
/// The package of an event type; nothing for one that is not served.
std::optional<EventPackage> package_from(std::string_view event_type);

/// Who subscribes to what.
struct Watch {
  EventPackage package{};
  std::string watched;  ///< extension
  std::string watcher;  ///< extension
  std::string phone;    ///< of the watcher; see registrar::phone_of()
};

/// What those who watch somebody may see, at this moment.
class Sights {
 public:
  virtual ~Sights() = default;

  virtual std::vector<sip::WatchedDialog> dialogs_of(const Watch& watch) const = 0;
  virtual sip::PresenceInfo::State presence_of(std::string_view extension) const = 0;
  virtual std::string uri_of(std::string_view extension) const = 0;
};

struct SubscriptionLimits {
  std::size_t all = 50'000;
  std::size_t of_person = 1'000;  ///< that watches
  std::size_t of_phone = 300;     ///< lamps of a large desk phone with its side cars
};

/// All subscriptions, found by who is watched: what happens to one person costs nothing for those
/// who watch others. NOTIFYs are said a few at a time, so that thousands that are due at once keep
/// no call waiting. Signalling thread.
class SubscriptionTable {
 public:
  /// So many NOTIFYs are said in a beat.
  static constexpr unsigned notifies_per_beat = 64;
  static constexpr Duration beat = std::chrono::milliseconds(10);

  explicit SubscriptionTable(SubscriptionLimits limits) : limits_(limits) {}

  /// Whose limit stands in the way of one more.
  enum class Full : std::uint8_t { no, of_phone, of_person, of_all };
  Full room_for(const Watch& watch) const;
  /// A SUBSCRIBE that was found good, and is answered here.
  void add(const sip::RequestArrived& subscribe, Watch watch, ua::Subscription::Terms terms,
           ua::Turn& turn);

  /// A subscription whose dialog a SUBSCRIBE is in. Valid until the next input.
  struct Found {
    ua::SubscriptionId id;
    const Watch* watch;
    const ua::Subscription* machine;
  };
  std::optional<Found> find(const sip::Message& subscribe) const;
  void refresh(ua::SubscriptionId id, const sip::RequestArrived& subscribe, std::uint32_t seconds,
               ua::Turn& turn);

  // -- what happens
  void on_changed(const std::string& watched, EventPackage package, Instant now);
  void on_flow_closed(const sip::Flow& flow, Instant now);
  /// A phone of this person speaks from another flow now.
  void on_flow_moved(std::string_view watcher, const sip::Flow& from, const sip::Flow& to,
                     Instant now);
  void move(ua::SubscriptionId id, const sip::Flow& to, Instant now);
  /// Nobody has this number any more, or somebody else.
  void on_number_lost(const std::string& extension, Instant now);
  /// False if that request was no NOTIFY of ours.
  bool on_response(const sip::ResponseArrived& response, Instant now);
  bool on_request_failed(const sip::RequestFailed& failure, Instant now);
  void on_time(Instant now);
  /// Says what is due, as far as this beat has room for it.
  void tell(const Sights& sights, ua::Turn& turn);
  std::optional<Instant> next_deadline() const;

  std::size_t size() const { return entries_.size(); }
  std::uint64_t notify_count() const { return notifies_; }
  void list(TableSizes& out) const;

 private:
  using ByText = MultiIndex<std::string, ua::SubscriptionId>;
  struct Entry {
    Watch watch;
    ua::Subscription machine;
    std::vector<sip::WatchedDialog> told_dialogs{};
    std::optional<sip::PresenceInfo::State> told_presence{};
    bool is_waiting = false;  ///< stands in waiting_
    std::optional<Instant> scheduled{};
    // Its places in the indexes.
    Index<std::string, ua::SubscriptionId>::Entry at_dialog{};
    Index<sip::ClientTransactionId, ua::SubscriptionId>::Entry at_request{};
    ByText::Entry at_watched{};
    ByText::Entry at_watcher{};
    ByText::Entry at_phone{};
    MultiIndex<sip::Flow, ua::SubscriptionId>::Entry at_flow{};
  };

  Entry& entry(ua::SubscriptionId id) { return entries_.at(id); }
  template <class Ids, class Act>
  void for_each(const Ids& ids, Instant now, Act act);
  /// After each input of a machine.
  void settle(ua::SubscriptionId id, Instant now);
  void tell(ua::SubscriptionId id, Entry& entry, const Sights& sights, ua::Turn& turn);
  /// The body of the NOTIFY that is due; nothing if what it would say is known.
  static std::optional<ua::Subscription::Body> body_of(Entry& entry, ua::Subscription::Due due,
                                                       const Sights& sights);

  SubscriptionLimits limits_;
  std::uint64_t last_id_ = 0;
  std::uint64_t notifies_ = 0;
  Index<std::string, ua::SubscriptionId> dialogs_;  ///< by our tag, which nobody guesses
  Index<sip::ClientTransactionId, ua::SubscriptionId> requests_;
  ByText watched_;
  ByText watchers_;
  ByText phones_;
  MultiIndex<sip::Flow, ua::SubscriptionId> flows_;
  std::unordered_map<ua::SubscriptionId, Entry> entries_;  ///< after the indexes, which outlive it
  std::deque<ua::SubscriptionId> waiting_;                 ///< that have something to say
  TimerQueue<ua::SubscriptionId> timers_;
  Instant beat_ends_{};
  unsigned left_ = 0;  ///< NOTIFYs in this beat
};

}  // namespace dering::switchboard
