// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "recording/entry.h"
#include "switchboard/switchboard.h"

namespace dering::recording {

/// Writes down what a switchboard takes and what it says, so that it can be played to another one
/// (replay.h): its settings, its directory, who is signed in and the engine's Ready first, then
/// each input with its moment. No token, password or key gets in (scrubbed.h); calls that are under
/// way at the beginning are left out and named. One thread, the switchboard's.
class Recorder {
 public:
  /// Past it the recording ends by itself.
  static constexpr std::size_t most_bytes = 256UL << 20U;

  struct Start {
    const switchboard::Settings& settings;
    const switchboard::Switchboard::Beginning& beginning;
    directory::DirectorySnapshot directory;
    std::optional<media::v2::Event> ready;  ///< of the engine, while it is there
    UnixSeconds wall;
    Instant now;
  };
  explicit Recorder(const Start& start);

  /// Before the switchboard takes it. `is_due`: for TimePassed, whether something was due.
  void on_input(const switchboard::Input& input, Instant now, bool is_due);
  /// What it left in its outbox.
  void on_outputs(std::span<const switchboard::Output> outputs);

  /// What was written since the last time; whole entries.
  std::string take_text() { return std::exchange(text_, {}); }
  bool is_full() const { return written_ >= most_bytes; }

 private:
  void write(Entry entry);
  bool is_news(const switchboard::WallClock& clock, Instant now);
  void complete(const switchboard::Output& output);
  void write_said(const switchboard::Output& output);

  Instant begun_at_;
  Instant now_;
  std::string text_;
  std::size_t written_ = 0;
  /// The input that is being taken: its entry waits for what the outputs tell of it.
  std::optional<Entry> open_;
  sip::Flow flow_;       ///< it came from
  std::string call_id_;  ///< of its message
  std::unordered_map<identity::TokenQuestionId, sip::Flow> questions_;
  std::optional<std::pair<Instant, UnixSeconds>> clock_;  ///< as it was written last
};

/// How a recording tells what was said: "SIP/2.0 200 OK  1 INVITE".
std::string label_of(std::string_view message);

}  // namespace dering::recording
