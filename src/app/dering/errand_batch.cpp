// SPDX-License-Identifier: Apache-2.0
#include "app/dering/errand_batch.h"

#include <utility>

namespace dering::app {
namespace {

using namespace std::chrono_literals;

/// How long an errand may lie here. A binding that is lost in a crash makes a phone unreachable,
/// so it goes soon, and so does a text of which its sender was told that it waits; a call record
/// and somebody's presence are history and ornament.
Duration patience_of(const directory::Errand& errand) {
  return std::holds_alternative<directory::SaveCallRecord>(errand) ? 20ms : 5ms;
}
constexpr Duration presence_patience = 20ms;
/// When the worker is asked again that had no room.
constexpr Duration retry_time = 20ms;

}  // namespace

void ErrandBatch::add(directory::Errand errand, Instant now) {
  const Instant due = now + patience_of(errand);
  if (durable_.size() < most_kept) {
    durable_.push_back(std::move(errand));
  } else {
    ++lost_;
  }
  go_by(due, now);
}

void ErrandBatch::add(directory::PageNews errand, Instant now) {
  if (presence_.size() < most_kept) {
    presence_.push_back(std::move(errand));
  } else {
    ++lost_;
  }
  go_by(now + presence_patience, now);
}

void ErrandBatch::go_by(Instant due, Instant now) {
  due_ = earlier(due_, due);
  on_time(now);
}

void ErrandBatch::on_time(Instant now) {
  if (due_ && *due_ <= now) post(now);
}

void ErrandBatch::post(Instant now) {
  due_.reset();
  const bool has_room = (durable_.empty() || worker_.errands.post_all(durable_)) &&
                        (presence_.empty() || worker_.presence.post_all(presence_));
  if (!has_room) due_ = now + retry_time;
}

}  // namespace dering::app
