// SPDX-License-Identifier: Apache-2.0
//
// A subscription as a machine: any order of what may happen to it.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "ua/testing/subscription_ground.h"

namespace dering::ua {
namespace {

using Due = Subscription::Due;
using State = Subscription::State;

class Watched {
 public:
  void step(std::uint8_t byte) {
    const State before = subscription_.state();
    happen(byte);
    if (ground_.said.size() > 64) ground_.said.erase(ground_.said.begin(), ground_.said.end() - 8);
    check(before);
  }

 private:
  void happen(std::uint8_t byte) {
    using Failure = sip::RequestFailed::Reason;
    switch (byte % 10) {
      case 0:
        return subscription_.on_changed();
      case 1:
        if (ground_.notify(subscription_)) is_under_way_ = true;
        return;
      case 2:
        return answer(200 + byte / 10 * 19);
      case 3:
        return ground_.refresh(subscription_, byte / 10 * 30U);
      case 4:
        return subscription_.end(static_cast<Subscription::Reason>(byte / 10 % 8));
      case 5:
        is_under_way_ = false;
        return subscription_.on_flow_closed();
      case 6:
        is_under_way_ = false;
        return subscription_.on_flow_moved(sip::testing::udp_flow(byte));
      case 7:
        if (is_under_way_)
          subscription_.on_failed(byte < 128 ? Failure::timeout : Failure::flow_lost);
        is_under_way_ = false;
        return;
      case 8:
        ground_.turn.now += std::chrono::seconds(byte);
        return subscription_.on_time(ground_.turn.now);
      default:
        return subscription_.on_time(ground_.turn.now);
    }
  }
  void answer(int status) {
    // What was said long ago is forgotten here.
    if (!is_under_way_ || !ground_.last_request()) return;
    is_under_way_ = false;
    ground_.answer(subscription_, status);
  }
  void check(State before) const {
    DERING_CHECK(before != State::over || subscription_.is_over());
    DERING_CHECK(before != State::ending || subscription_.state() != State::active);
    if (is_under_way_) DERING_CHECK(subscription_.due(ground_.turn.now) == Due::nothing);
    if (subscription_.is_over()) {
      DERING_CHECK(subscription_.due(ground_.turn.now) == Due::nothing);
      DERING_CHECK(!subscription_.next_deadline());
    }
    // Whatever lives ends by itself: it has a deadline, something to say, or waits for an answer.
    const bool has_end = subscription_.is_over() || subscription_.next_deadline() ||
                         subscription_.due(ground_.turn.now) != Due::nothing || is_under_way_;
    DERING_CHECK(has_end);
  }

  testing::SubscriptionGround ground_;
  Subscription subscription_ = ground_.subscribe(600);
  bool is_under_way_ = false;
};

}  // namespace
}  // namespace dering::ua

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  dering::ua::Watched watched;
  for (const std::uint8_t byte : std::span(bytes, std::min<std::size_t>(size, 400)))
    watched.step(byte);
  return 0;
}
