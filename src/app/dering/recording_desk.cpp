// SPDX-License-Identifier: Apache-2.0
#include "app/dering/recording_desk.h"

#include <utility>

#include "base/log.h"

namespace dering::app {

using What = api::RecordingOrder::What;

api::RecordingPart RecordingDesk::carry_out(const api::RecordingOrder& order, Instant now) {
  api::RecordingPart part{.status = 200, .text = {}};
  if (order.what == What::begin) {
    part = begin(now);
  } else if (!recorder_ && waiting_.empty()) {
    part = {.status = 404, .text = std::string(why_ended_)};
  } else {
    if (order.what == What::end) end("It was ended.");
    part.text = next_part(now);
  }
  part.order = order.id;
  return part;
}

api::RecordingPart RecordingDesk::begin(Instant now) {
  if (recorder_) return {.status = 409, .text = "A recording is under way already."};
  if (!directory_) return {.status = 503, .text = "The switchboard has not started yet."};
  const auto beginning = switchboard_.begin_recording({random_.number(), random_.number()}, now);
  recorder_.emplace(recording::Recorder::Start{.settings = settings_,
                                               .beginning = beginning,
                                               .directory = directory_,
                                               .ready = ready_,
                                               .wall = wall_,
                                               .now = now});
  waiting_ = recorder_->take_text();
  fetched_at_ = now;
  return {.status = 201, .text = {}};
}

/// Cut anywhere: whoever fetches puts the parts together.
std::string RecordingDesk::next_part(Instant now) {
  fetched_at_ = now;
  if (waiting_.size() <= most_of_a_part) return std::exchange(waiting_, {});
  std::string part = waiting_.substr(0, most_of_a_part);
  waiting_.erase(0, most_of_a_part);
  return part;
}

void RecordingDesk::on_input(const switchboard::Input& input, Instant now) {
  if (const auto* changed = std::get_if<directory::DirectoryChanged>(&input)) {
    directory_ = changed->snapshot;
  } else if (const auto* clock = std::get_if<switchboard::WallClock>(&input)) {
    wall_ = clock->wall;
  } else if (std::holds_alternative<contract::EngineLost>(input)) {
    ready_.reset();
  } else if (const auto* event = std::get_if<media::v2::Event>(&input)) {
    if (event->has_ready()) ready_ = *event;
  }
  if (!recorder_) return;
  const auto due = switchboard_.next_deadline();
  recorder_->on_input(input, now, due && *due <= now);
}

void RecordingDesk::on_outputs(std::span<const switchboard::Output> outputs) {
  if (!recorder_) return;
  recorder_->on_outputs(outputs);
  waiting_ += recorder_->take_text();
  if (recorder_->is_full()) return end("It is as long as a recording may be.");
  if (waiting_.size() > most_waiting) end("It was not fetched fast enough.");
}

void RecordingDesk::on_time(Instant now) {
  if (waiting_.empty() && !recorder_) return;
  if (now - fetched_at_ < patience) return;
  if (recorder_) end("Nobody fetched it any more.");
  waiting_ = {};
}

void RecordingDesk::end(std::string_view why) {
  why_ended_ = why;
  if (!std::exchange(recorder_, std::nullopt)) return;
  switchboard_.end_recording();
  log::info("a recording has ended: {}", why);
}

}  // namespace dering::app
