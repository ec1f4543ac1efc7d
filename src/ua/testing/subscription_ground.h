// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sip/testing/sip_text.h"
#include "ua/subscription.h"
#include "ua/testing/ground.h"

namespace dering::ua::testing {

/// An endpoint with a phone that subscribes to somebody, for tests of subscriptions.
class SubscriptionGround : public Ground {
 public:
  using Body = Subscription::Body;

  /// What the phone says goes in; the request that came of it.
  std::optional<sip::RequestArrived> arrive(const sip::testing::RequestText& request,
                                            const sip::Flow& flow = sip::testing::udp_flow()) {
    endpoint.on_message(flow, sip::testing::parsed(request), turn.now, said);
    auto offered = take<sip::RequestOffered>();
    return offered ? endpoint.admit(std::move(*offered), said) : std::nullopt;
  }
  /// Each a call of its own.
  Subscription subscribe(std::uint32_t seconds) {
    text.call_id += "x";
    text.branch += "x";
    cseq = 1;
    const auto request = arrive(text);
    return Subscription(*request, {"dialog", "1002", seconds}, turn);
  }
  /// SUBSCRIBE in the dialog, with the next number.
  void refresh(Subscription& subscription, std::uint32_t seconds) {
    sip::testing::RequestText again = text;
    again.to_tag = subscription.local_tag();
    again.cseq = ++cseq;
    again.branch = "z9hG4bK" + std::to_string(cseq);
    const auto request = arrive(again);
    if (request) subscription.on_refresh(*request, seconds, turn);
  }
  void answer(Subscription& subscription, int status, std::string_view more = {}) {
    std::string response = sip::testing::answer_text(*last_request(), status, "theirs");
    response.insert(response.find("\r\n") + 2, more);
    endpoint.on_message(subscription.flow(), sip::testing::parsed(response), turn.now, said);
    const auto arrived = take<sip::ResponseArrived>();
    if (arrived) subscription.on_response(arrived->message, turn.now);
  }
  /// Says what is due; its text.
  std::optional<sip::Message> notify(Subscription& subscription) {
    if (subscription.due(turn.now) == Subscription::Due::nothing) return std::nullopt;
    (void)subscription.notify({"application/dialog-info+xml", "<x/>"}, turn);
    return last_request();
  }
  std::optional<sip::Message> last_request() const {
    return last_said([](const sip::Message& it) { return it.is_request(); });
  }
  std::optional<sip::Message> last_response() const {
    return last_said([](const sip::Message& it) { return !it.is_request(); });
  }

  sip::testing::RequestText text{.method = "SUBSCRIBE", .more = "Event: dialog\r\n"};
  std::uint32_t cseq = 1;
};

}  // namespace dering::ua::testing
