// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "sim/engine.h"
#include "sim/knobs.h"
#include "sim/ledger.h"
#include "sim/phone.h"
#include "sim/schedule.h"
#include "switchboard/switchboard.h"

namespace dering::sim {

/// The whole switchboard, model phones, network, engine, verifier and store in virtual time. One
/// seed decides all. A run: the phones do what people do for two minutes, then nothing new happens
/// until all timers have run out, then everybody hangs up, then everybody goes home; the invariants
/// are checked at each of these stops.
class World {
 public:
  World(std::uint64_t seed, Plant plant, bool is_traced);
  ~World();

  void run();
  const std::vector<std::string>& faults() const { return faults_; }
  /// Of all that happened, in order: the same seed gives the same.
  std::uint64_t trace_hash() const { return trace_hash_; }
  std::size_t call_count() const { return ledger_.attempts(); }
  std::size_t message_count() const { return message_count_; }

  // -- for the phones
  Instant now() const { return now_; }
  Random& random() { return random_; }
  Ledger& ledger() { return ledger_; }
  const Knobs& knobs() const { return knobs_; }
  void after(Duration delay, std::function<void()> act) {
    schedule_.add(now_ + delay, std::move(act));
  }
  /// A number that somebody might dial.
  std::string some_number(std::string_view own);
  void fault(std::string sentence);
  void trace(std::string_view what, std::string_view detail);

  // -- the network, from the phones' side
  std::uint64_t connect() { return ++last_connection_; }
  void to_server(const Phone& phone, std::string bytes);
  /// The phone's connection is gone; the switchboard notices after a while.
  void cut(const Phone& phone);
  /// True if a phone of `caller` waits for `callee` to answer.
  bool somebody_calls(std::string_view caller, std::string_view callee) const;
  /// A datagram to the engine: it arrives, and what it causes has come, before this returns.
  void to_engine(const SocketAddress& from, Media::Datagram datagram);

 private:
  struct Link {
    Instant busy_until{};  ///< a connection delivers in order
  };

  void populate();
  void run_until(Instant end);
  void feed(switchboard::Input&& input);
  void carry(switchboard::Output& output);
  void carry(Engine::Result result);
  void to_phone(const sip::Send& send);
  void deliver(const sip::Flow& flow, bool is_up, std::string bytes,
               std::function<void(std::string)> hand_over);
  void kill_engine();
  void sign_somebody_out();
  Phone* phone_at(const SocketAddress& address);

  void check_presence();
  void check_at_rest();
  void check_after_hang_up();
  void check_after_leaving();

  SeededRandom random_;
  SeededRandom switchboard_random_;
  Knobs knobs_;
  Plant plant_;
  bool is_traced_;
  Instant now_ = Instant{} + std::chrono::hours(1);
  Schedule schedule_;
  switchboard::Switchboard switchboard_;
  Engine engine_;
  std::uint64_t engine_life_ = 0;  ///< counts deaths: what a dead one said is not heard
  Ledger ledger_;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::map<std::pair<sip::Flow, bool>, Link> links_;  ///< by flow and direction
  std::map<std::string, directory::Presence, std::less<>> told_presence_;
  std::uint64_t last_connection_ = 0;
  std::vector<std::string> faults_;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325ULL;
  std::size_t message_count_ = 0;
};

}  // namespace dering::sim
