// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "switchboard/switchboard.h"
#include "testing/engine.h"
#include "testing/media.h"
#include "testing/schedule.h"

namespace dering::testing {

class Phone;

/// Which way a message goes.
enum class Way : std::uint8_t { to_phone, to_switchboard };

/// The whole switchboard, the engine's patchbays, a network, a judge of tokens and a store in
/// virtual time: phones are put into it, and people or scripts use them. As it is, nothing is lost
/// and nothing takes time; tests/sim derives a world from it in which things do. One seed decides
/// all, so that what happened happens again.
///
/// The scenario language of a unit test:
///
///   World world;
///   Phone siti(world, "1001"), budi(world, "1002");
///   siti.calls("1002");
///   budi.answers();
///   EXPECT_TRUE(siti.hears(budi));
class World {
 public:
  explicit World(std::uint64_t seed = 1, switchboard::Settings settings = plain_settings());
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;

  static switchboard::Settings plain_settings();
  /// People 1001, 1002, … with a desk phone's secret each; at least once, before the first phone.
  void people(std::size_t count);

  // -- time
  Instant now() const { return now_; }
  void after(Duration delay, std::function<void()> act) {
    schedule_.add(now_ + delay, std::move(act));
  }
  /// Everything that is due until then happens.
  void run_until(Instant end);
  void pass(Duration time) { run_until(now_ + time); }
  /// What was begun comes to rest, without time passing. For verbs of a script; while the world
  /// runs anyway it does nothing.
  void settle();

  /// The wall clock, which goes like the other one.
  UnixSeconds wall() const;

  // -- troubles
  void kill_engine();
  void revive_engine();
  void sign_out(identity::LogoutClaims logout);

  /// Somebody's page, or the store for a code that was dialled, says where their calls go.
  void forward(const std::string& extension, const directory::ForwardingChange& change);

  // -- what can be seen
  directory::Forwarding forwarding_of(std::string_view extension) const;
  const std::vector<directory::CallRecord>& records() const { return records_; }
  /// What was told last.
  directory::Presence presence_of(std::string_view extension) const;
  switchboard::Switchboard::Counts counts() const { return switchboard_.counts(); }
  /// Each table of switchboard and engine that is not empty: after the last phone has left, none.
  TableSizes left_behind() const;
  /// What no honest world does, one sentence each.
  const std::vector<std::string>& faults() const { return faults_; }
  /// Of all that happened, in order: the same seed gives the same.
  std::uint64_t trace_hash() const { return trace_hash_; }
  std::size_t message_count() const { return message_count_; }

  // -- for the phones
  Random& random() { return random_; }
  void fault(std::string sentence);
  /// Something that a reader of the messages must know.
  void event(std::string_view who, std::string_view what);
  void trace(std::string_view what, std::string_view detail);
  void attach(Phone& phone) { phones_.push_back(&phone); }
  void detach(Phone& phone);
  std::uint64_t new_connection() { return ++last_connection_; }
  /// An address that no other phone has.
  SocketAddress new_address();
  void to_server(const sip::Flow& flow, std::string bytes);
  /// The connection is gone; the switchboard notices when notices_after() has passed.
  void cut(const sip::Flow& flow, sip::FlowEnd how = sip::FlowEnd::lost);
  /// A datagram to the engine: it arrives, and what it causes has come, before this returns.
  void to_engine(const SocketAddress& from, Media::Datagram datagram);

 protected:
  // -- what a less than ideal world does
  virtual Duration delay() { return {}; }
  virtual Duration notices_after() { return {}; }
  virtual Duration judging_takes() { return {}; }
  /// How often a datagram arrives.
  virtual unsigned copies() { return 1; }
  virtual bool swallows(const switchboard::Output&) { return false; }
  /// Before and after the switchboard takes it. `is_due`: a timer had run out.
  virtual void on_input(const switchboard::Input&, bool /*is_due*/) {}
  virtual void on_outputs(const switchboard::Outbox&) {}
  virtual bool swallows(const Engine::Result::Packet&) { return false; }
  /// The engine has no room for this, and the command of that id is said to be refused.
  virtual std::optional<std::uint64_t> refuses(const media::v2::Command&) { return std::nullopt; }
  /// Around what the switchboard makes of it.
  virtual void on_refusing(std::uint64_t /*command*/) {}
  virtual void on_refused(std::uint64_t /*command*/) {}
  virtual void on_trace(std::string_view) {}
  /// Before it leaves; it may be lost on the way.
  virtual void on_message(const Phone&, Way, std::string_view /*bytes*/) {}
  /// What happened beside messages: "p3 loses its connection".
  virtual void on_event(std::string_view /*sentence*/) {}
  virtual void on_record(const directory::CallRecord&) {}

  const std::vector<Phone*>& phones() const { return phones_; }
  const Engine& engine() const { return engine_; }
  switchboard::Switchboard& switchboard() { return switchboard_; }

 private:
  enum class State : std::uint8_t { resting, running };

  void feed(switchboard::Input&& input);
  void carry(switchboard::Output& output);
  void carry(const media::v2::Command& command);
  void carry(Engine::Result result);
  void refuse(std::uint64_t command);
  void judge(const identity::VerifyToken& question);
  void keep(const directory::CallRecord& record);
  void tell(const directory::PresenceChanged& presence);
  void close(const sip::Flow& flow);
  void to_phone(const sip::Send& send);
  void deliver(const sip::Flow& flow, bool is_up, std::string bytes,
               std::function<void(std::string)> hand_over);
  Phone* phone_at(const SocketAddress& address) const;
  std::optional<Instant> next_deadline() const;
  void run_one_step();

  SeededRandom random_;
  SeededRandom switchboard_random_;
  Instant now_;
  State state_ = State::resting;
  Schedule schedule_;
  switchboard::Switchboard switchboard_;
  Engine engine_;
  std::uint64_t engine_life_ = 0;  ///< counts deaths: what a dead one said is not heard
  std::vector<Phone*> phones_;
  /// A connection delivers in order: by flow and direction, when the last message arrives.
  std::map<std::pair<sip::Flow, bool>, Instant> busy_until_;
  std::map<std::string, directory::Presence, std::less<>> told_presence_;
  std::vector<directory::CallRecord> records_;
  std::map<std::string, directory::Forwarding, std::less<>> forwardings_;
  std::uint64_t last_connection_ = 0;
  std::uint32_t last_address_ = 0;
  std::vector<std::string> faults_;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325ULL;
  std::size_t message_count_ = 0;
};

}  // namespace dering::testing
