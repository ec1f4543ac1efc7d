// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/instant.h"
#include "base/log_gate.h"
#include "base/mailbox.h"
#include "base/overflow_watch.h"
#include "engine/media_thread.h"
#include "engine/roster.h"

namespace dering::engine {

/// What the engine does when no switchboard has been connected for its orphan timeout.
enum class WhenOrphaned : std::uint8_t { close_bridges, close_bridges_and_exit };

struct ControlOptions {
  std::vector<std::string> addresses;  ///< advertised, best first
  bool found_addresses = false;        ///< they are the machine's own, and nobody chose among them
  std::string fingerprint;             ///< of the DTLS certificate; empty if there is none
  Duration orphan_timeout{};
  WhenOrphaned when_orphaned = WhenOrphaned::close_bridges;
};

/// The engine's end of the contract: accepts switchboards, obeys the one that said Hello last, and
/// brings it the events of the media threads. Runs on the control thread.
class ControlServer {
 public:
  ControlServer(FileDescriptor listener, ControlOptions options);

  /// Any thread: an event for the switchboard; lost if there is none, and if too many wait, which
  /// the log says once a minute.
  void report(media::v2::Event event);

  /// Serves until `stop_fd` is readable or the engine is orphaned. The threads must be running.
  void run(std::span<const std::unique_ptr<MediaThread>> threads, int stop_fd);

 private:
  enum class State : std::uint8_t { greeting, controlling };
  struct Connection {
    FileDescriptor fd;
    State state = State::greeting;
    std::deque<media::v2::Event> backlog;
  };

  bool serve_once(int stop_fd);
  void tell_overflows(Instant now);
  void tell(const media::v2::Event& event);
  void accept_connections();
  void read(Connection& connection);
  void on_command(Connection& connection, const media::v2::Command& command);
  void greet(Connection& connection, const media::v2::Command& command);
  void carry_out(Connection& connection, const media::v2::Command& command);
  void refuse(Connection& connection, std::uint64_t command_id, Refusal refusal);
  void send(Connection& connection, media::v2::Event event);
  void flush(Connection& connection);
  void take_events();
  void close(Connection& connection, std::string_view why);
  bool outlived_its_timeout(Instant now);
  media::v2::Event ready() const;

  FileDescriptor listener_;
  const ControlOptions options_;
  std::span<const std::unique_ptr<MediaThread>> threads_;
  Roster roster_{{}};
  std::vector<std::unique_ptr<Connection>> connections_;
  Connection* controller_ = nullptr;
  std::optional<Instant> orphaned_at_;
  Wakeup wakeup_;
  Mailbox<media::v2::Event> mailbox_;
  std::vector<media::v2::Event> events_;
  OverflowWatch overflows_;
  LogGate turned_away_line_;
  LogGate refused_line_;
};

}  // namespace dering::engine
