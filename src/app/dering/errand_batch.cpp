// SPDX-License-Identifier: Apache-2.0
#include "app/dering/errand_batch.h"

#include <utility>

#include "base/overloaded.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;

/// How long an errand may lie here. A binding that is lost in a crash makes a phone unreachable,
/// so it goes soon; a call record and somebody's presence are history and ornament.
Duration patience_of(const WorkerErrand& errand) {
  return std::visit(overloaded{
                        [](const identity::VerifyToken&) -> Duration { return 0ms; },
                        [](const directory::SaveBinding&) -> Duration { return 5ms; },
                        [](const directory::DropBinding&) -> Duration { return 5ms; },
                        [](const directory::SaveCallRecord&) -> Duration { return 20ms; },
                        [](const directory::PresenceChanged&) -> Duration { return 20ms; },
                    },
                    errand);
}

}  // namespace

void ErrandBatch::add(WorkerErrand errand, Instant now) {
  const Instant due = now + patience_of(errand);
  letters_.emplace_back(std::move(errand));
  due_ = earlier(due_, due);
  on_time(now);
}

void ErrandBatch::on_time(Instant now) {
  if (due_ && *due_ <= now) post();
}

void ErrandBatch::post() {
  due_.reset();
  if (!letters_.empty()) worker_.post_all(letters_);
}

}  // namespace dering::app
