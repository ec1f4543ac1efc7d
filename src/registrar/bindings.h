// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/log_gate.h"
#include "base/table_size.h"
#include "base/text_hash.h"
#include "base/timer_queue.h"
#include "directory/binding.h"
#include "registrar/binding_texts.h"
#include "registrar/held.h"
#include "registrar/outbox.h"
#include "registrar/registration.h"
#include "registrar/remembered.h"
#include "sip/flow.h"

namespace dering::registrar {

/// A phone that can be rung: its Contact URI, verbatim, and the way to it. Requests go over the
/// flow; the host in the URI is never looked at.
struct Contact {
  std::string uri;
  sip::Flow flow;
  std::string instance;  ///< empty when absent
  std::string path;      ///< Route of what is sent to it; empty when absent
  std::string device;    ///< user name of the desk phone that signed in; empty: a page
};

/// A moment on both clocks.
struct Moment {
  Instant now;
  UnixSeconds wall;
};

/// A REGISTER whose sender may change the bindings of this user.
struct Registrant {
  std::string_view extension;
  const sip::Flow& flow;
  const Registration& registration;
  std::chrono::seconds longest;  ///< no binding is granted for more
  /// It answers a challenge that was given to it alone, a moment ago: whatever its CSeq says, it is
  /// younger than all before it. A phone that was switched off counts from 1 again.
  bool is_fresh = false;
  std::string_view device = {};  ///< whose credentials were good; empty: it showed a token
};

/// Where the phones of all users are: the location service of RFC 3261 §10. A user's bindings lie
/// side by side and the texts of one in one block, since a desk phone shall cost 400 bytes at most.
class Bindings {
 public:
  struct Limits {
    std::size_t per_user;
    std::size_t all;
    /// How often a phone that is reached by UDP is asked whether it is there. No connection tells
    /// when it is gone.
    Duration probe_interval = std::chrono::seconds(60);
  };
  /// True if a phone rings or talks on that flow.
  using IsInCall = std::function<bool(const sip::Flow&)>;
  /// The connections on which this user's phone of that instance rings or talks, and that are not
  /// known to be gone.
  using FlowsInCall =
      std::function<std::vector<sip::Flow>(std::string_view extension, std::string_view instance)>;
  explicit Bindings(Limits limits) : limits_(limits) {}

  /// Who is in a call makes room for nobody, as long as another phone can.
  void spare(IsInCall is_in_call) { is_in_call_ = std::move(is_in_call); }
  /// A phone whose binding has ended is known by its calls, for as long as they last.
  void know_by_calls(FlowsInCall flows_in_call) { flows_in_call_ = std::move(flows_in_call); }

  /// Nothing if the REGISTER can be carried out whole; else its refusal: 400 if it is older than
  /// what it would replace, 403 if it alone has more contacts than a user may have, 503 for too
  /// many of all users.
  std::optional<sip::Refusal> judge(const Registrant& registrant) const;
  /// Carries out what judge() allowed. A phone is known again by its instance, or by its Contact,
  /// and replaces itself; at the user's limit another phone makes room: one that cannot be reached,
  /// else the one that has not registered for the longest time.
  void apply(const Registrant& registrant, Moment moment, Outbox& out);
  /// One line of a 200 to REGISTER for each binding that can be reached.
  std::vector<std::string> contact_values(std::string_view extension, Instant now) const;

  void restore(const directory::StoredBinding& stored, Moment moment, Outbox& out);
  std::vector<HeldBinding> held(Instant now) const;
  void restore(const HeldBinding& held, Instant now, Outbox& out);

  /// They can't be rung any more and end soon, unless their phone comes back.
  void lose_flow(std::string_view extension, const sip::Flow& flow, Instant now);
  void drop_flow(std::string_view extension, const sip::Flow& flow, Outbox& out);
  /// Drops all bindings of this user.
  void drop_user(std::string_view extension, Outbox& out);
  /// That connection ends with its sign-in; its phones may sign in again.
  void expect_back(std::string_view extension, const sip::Flow& flow, Instant now);
  /// These numbers have no owner, or another one, from now on.
  void expect_nobody_of(const std::function<bool(const std::string&)>& is_lost);
  /// This connection is gone that a phone had left before: what was said on it since then belongs
  /// to the one it is on now.
  std::optional<BindingMoved> take_move(const sip::Flow& from);

  /// Of the phone of this user on that flow; empty if it gave none or is not there.
  std::string instance_on(std::string_view extension, const sip::Flow& flow) const;
  /// Which desk phone of this user is on that flow: the one with that Contact URI, else the one
  /// that registered last; empty if none is.
  std::string device_on(std::string_view extension, const sip::Flow& flow,
                        std::string_view contact) const;
  /// Any answer is a sign of life; after `most_unanswered` without one the binding goes.
  static constexpr int most_unanswered = 3;
  void on_probed(const ProbeId& probe, bool is_answered, Outbox& out);

  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const {
    return earlier(timers_.next(), earlier(last_flows_.next_deadline(), moves_.next_deadline()));
  }

  std::vector<Contact> contacts_of(std::string_view extension, Instant now) const;
  bool has(std::string_view extension) const;
  std::size_t count() const { return count_; }
  void list(TableSizes& out) const {
    out.insert(out.end(), {{"users with bindings", users_.size()},
                           {"bindings", count_},
                           {"binding timers", timers_.size()},
                           {"phones expected back", last_flows_.size()},
                           {"connections left behind", moves_.size()}});
  }
  /// Bindings that went because their phone did not answer, and those that made room for others.
  std::uint64_t silent_count() const { return silent_count_; }
  std::uint64_t displaced_count() const { return displaced_count_; }
  /// Phones whose last connection was forgotten before its time.
  std::uint64_t shed_count() const { return last_flows_.shed_count() + moves_.shed_count(); }

 private:
  using Texts = BindingTexts;

  /// Longer than calls wait for a phone, and than the edge takes to see that a browser is gone.
  static constexpr Duration remembered_for = std::chrono::seconds(60);
  static constexpr std::size_t most_remembered = 20'000;

  enum class State : std::uint8_t {
    live,
    flow_lost,  ///< its connection is gone; kept for a moment
  };
  /// What a phone keeps from when it is switched on until it is switched off. Only ever compared,
  /// and among the phones of one user: as hashes they cost 16 bytes instead of 60.
  struct Run {
    std::size_t call_id = 0;
    std::size_t user_agent = 0;

    bool operator==(const Run&) const = default;
  };
  struct Binding {
    Texts texts;
    sip::Flow flow;
    Run run;
    Instant ends_at;
    std::uint64_t stamp = 0;  ///< given once: the greater, the younger
    std::uint32_t reg_id = 0;
    std::uint32_t cseq = 0;
    State state = State::live;
    std::uint8_t unanswered = 0;        ///< probes in a row
    Instant probe_at = Instant::max();  ///< the next; never on a connection

    /// When something must be done about it.
    Instant due_at() const { return std::min(ends_at, probe_at); }
  };
  /// Stays in the table while bindings or timers speak of it.
  struct User {
    std::vector<Binding> bindings;
    Instant scheduled = Instant::max();  ///< the earliest timer that is under way
    std::uint32_t timer_count = 0;
  };
  using Users = std::unordered_map<std::string, User, TextHash, std::equal_to<>>;
  using Row = Users::value_type;

  static bool is_named_by(const ContactUpdate& update, const Binding& binding);
  static bool is_removed_by(const ContactUpdate& update, const Binding& binding,
                            const sip::Flow& flow);
  static bool is_same_phone(const Binding& binding, const ContactUpdate& update,
                            const Registration& registration);
  Binding bound(const ContactUpdate& update, const Registrant& registrant, Moment moment);
  static Run run_of(std::string_view call_id, std::string_view user_agent);
  static directory::StoredBinding stored(const Row& row, const Registration& registration,
                                         Moment moment);
  /// By what the store knows a binding.
  struct StoredName {
    std::string uri;
    directory::BoundFlow flow;
  };
  static StoredName stored_name_of(const Binding& binding);
  static void forget_stored(const Row& row, const StoredName& name, Outbox& out);
  void set(Row& row, const ContactUpdate& update, const Registrant& registrant, Moment moment,
           Outbox& out);
  void add(Row& row, Binding binding);
  /// Removes the bindings that are chosen, says so, and tells how many there were.
  std::size_t drop_if(Row& row, const std::function<bool(const Binding&)>& is_chosen, Outbox& out);
  void make_room(Row& row, Outbox& out);
  void remember_flow(std::string_view extension, const Binding& binding, Instant now);
  void note_move(BindingMoved move, State was, Instant now, Outbox& out);
  /// What a phone without a binding left to come here.
  void note_moves_of_returned(const Row& row, const ContactUpdate& update, const sip::Flow& to,
                              Outbox& out);
  void probe(Row& row, Instant now, Outbox& out);
  Duration until_probe(std::uint64_t stamp) const;
  void schedule(Row& row);
  void forget_if_idle(Row& row);

  Limits limits_;
  std::uint64_t last_stamp_ = 0;
  std::uint64_t this_register_ = 0;  ///< the first stamp of what the REGISTER at hand brings
  Users users_;
  TimerQueue<Row*> timers_;
  Remembered<std::string, sip::Flow> last_flows_{most_remembered, remembered_for};  ///< by phone
  Remembered<sip::Flow, BindingMoved> moves_{most_remembered,
                                             remembered_for};  ///< by what was left
  std::size_t count_ = 0;
  std::uint64_t silent_count_ = 0;
  std::uint64_t displaced_count_ = 0;
  Instant latest_{};
  LogGate silent_line_;
  LogGate displaced_line_;
  IsInCall is_in_call_ = [](const sip::Flow&) { return false; };
  FlowsInCall flows_in_call_ = [](std::string_view, std::string_view) {
    return std::vector<sip::Flow>{};
  };
};

}  // namespace dering::registrar
