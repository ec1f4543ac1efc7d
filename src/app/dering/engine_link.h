// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "app/dering/engine_process.h"
#include "base/file_descriptor.h"
#include "base/instant.h"
#include "switchboard/switchboard.h"

namespace dering::app {

/// The switchboard's end of the socket to the media engine: looks for a running engine, starts one
/// if there is none and nobody else does, says Hello, and looks again when it is gone. Signalling
/// thread.
class EngineLink {
 public:
  /// `process` is absent when a service manager runs the engine.
  EngineLink(std::filesystem::path socket, std::optional<EngineProcess> process);

  /// The descriptor to watch for reading; -1 while searching. Only on_readable() closes it.
  int fd() const { return fd_.get(); }
  void on_readable(Instant now, std::vector<switchboard::Input>& news);
  void on_time(Instant now);
  std::optional<Instant> next_deadline() const { return next_look_; }

  /// Dropped while the engine is away: the switchboard hears EngineLost and forgets its bridges.
  void send(const media::v2::Command& command);
  /// Those that the engine, although it was there, did not take: since the start.
  std::uint64_t commands_lost() const { return commands_lost_; }
  /// Asks the engine to end: for a clean stop of both programs. One that a service manager runs
  /// goes on.
  void stop_engine();

 private:
  enum class State : std::uint8_t { searching, greeting, ready };

  void look_for_engine(Instant now);
  bool connect_to_socket();
  void disconnect(Instant now, std::vector<switchboard::Input>& news);

  std::filesystem::path socket_;
  std::optional<EngineProcess> process_;
  State state_ = State::searching;
  FileDescriptor fd_;
  std::uint64_t commands_lost_ = 0;
  std::optional<Instant> next_look_ = Instant{};
};

}  // namespace dering::app
