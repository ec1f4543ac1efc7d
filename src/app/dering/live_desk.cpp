// SPDX-License-Identifier: Apache-2.0
#include "app/dering/live_desk.h"

#include <chrono>

#include "net/clock.h"

namespace dering::app {

using api::LiveOrder;
using std::chrono::microseconds;

api::LivePart LiveDesk::carry_out(const LiveOrder& order, Instant now) {
  return {.order = order.id,
          .what = std::visit(
              [&](const auto& it) -> decltype(api::LivePart::what) { return answer(it, now); },
              order.what)};
}

monitor::TracePart LiveDesk::answer(const LiveOrder::Trace& wanted, Instant) const {
  monitor::TracePart part = ring_.part(wanted.from);
  const auto since_start = std::chrono::floor<microseconds>(net::now().time_since_epoch());
  part.epoch_microseconds = (net::wall_microseconds() - since_start).count();
  return part;
}

}  // namespace dering::app
