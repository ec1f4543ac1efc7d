// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "api/outlets.h"
#include "base/random.h"
#include "recording/recorder.h"
#include "switchboard/switchboard.h"

namespace dering::app {

/// Makes recordings of the running switchboard, one at a time, as an administrator orders and
/// fetches them. What is not fetched waits in memory, up to a bound and for a while; then the
/// recording ends. Signalling thread.
class RecordingDesk {
 public:
  /// What may wait to be fetched, and goes with one part.
  static constexpr std::size_t most_waiting = 64UL << 20U;
  static constexpr std::size_t most_of_a_part = 8UL << 20U;
  static constexpr Duration patience = std::chrono::seconds(15);

  RecordingDesk(switchboard::Switchboard& switchboard, switchboard::Settings settings,
                Random& random)
      : switchboard_(switchboard), settings_(std::move(settings)), random_(random) {}

  api::RecordingPart carry_out(const api::RecordingOrder& order, Instant now);
  /// Before the switchboard takes it.
  void on_input(const switchboard::Input& input, Instant now);
  /// What it left.
  void on_outputs(std::span<const switchboard::Output> outputs);
  /// Once a second.
  void on_time(Instant now);
  bool is_recording() const { return recorder_.has_value(); }

 private:
  api::RecordingPart begin(Instant now);
  std::string next_part(Instant now);
  /// What was written stays to be fetched.
  void end(std::string_view why);

  switchboard::Switchboard& switchboard_;
  const switchboard::Settings settings_;
  Random& random_;
  directory::DirectorySnapshot directory_;
  std::optional<media::v2::Event> ready_;  ///< of the engine, while it is there
  UnixSeconds wall_{};
  std::optional<recording::Recorder> recorder_;
  std::string waiting_;  ///< to be fetched
  std::string_view why_ended_ = "No recording is under way.";
  Instant fetched_at_{};
};

}  // namespace dering::app
