// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sip/testing/sip_text.h"
#include "ua/client_invitation.h"
#include "ua/invite_usage.h"
#include "ua/testing/ground.h"

namespace dering::ua::testing {

using namespace std::chrono_literals;
using sip::testing::answer_text;

inline constexpr std::string_view sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n";
inline constexpr std::string_view contact = "<sip:1002@192.0.2.1:5060>";

/// An endpoint with a phone, and what it gives out.
class WithPhone : public Ground {
 public:
  explicit WithPhone(sip::Flow way = sip::testing::udp_flow()) : flow(std::move(way)) {}

  /// Texts of the phone go in; what came of them is in `said`.
  void receive(std::string_view text) {
    endpoint.on_message(flow, sip::testing::parsed(text), turn.now, said);
  }
  /// The last request of ours of this method.
  std::optional<sip::Message> sent(sip::Method method) const {
    return last_said([method](const sip::Message& message) {
      return message.is_request() && message.method() == method;
    });
  }

  sip::Flow flow;  ///< where the phone is
};

// ---- We invite
// --------------------------------------------------------------------------------------

enum class Heard { ringing, sound, answer, refusal, nothing, given_up };
inline constexpr std::array all_heard{Heard::ringing, Heard::sound,   Heard::answer,
                                      Heard::refusal, Heard::nothing, Heard::given_up};

class Inviting : public WithPhone {
 public:
  using State = ClientInvitation::State;
  using Event = ClientInvitation::Event;

  explicit Inviting(sip::Flow way = sip::testing::udp_flow()) : WithPhone(std::move(way)) {
    invitation.tell("<sip:1002@pbx.test>", std::string(sdp));
    invitation.send(peer, turn);
    invite = sent(sip::Method::invite);
  }
  Event hear(Heard what) {
    switch (what) {
      case Heard::ringing:
        return respond(180, {});
      case Heard::sound:
        return respond(183, sdp);
      case Heard::answer:
        return respond(200, sdp);
      case Heard::refusal:
        return respond(486, {});
      case Heard::nothing:
        return invitation.on_failed();
      case Heard::given_up:
        invitation.cancel("SIP;cause=487", turn);
        return Event::none;
    }
    return Event::none;
  }
  Event respond(int status, std::string_view body) {
    receive(answer_text(*invite, status, "b", contact, body));
    const auto response = take<sip::ResponseArrived>();
    return response ? invitation.on_response(peer, *response, turn) : Event::none;
  }

  Peer peer{LegId{1}, Target{"sip:1002@192.0.2.1:5060", flow, {}, {}}, "1001", turn};
  ClientInvitation invitation{LegId{1}, {"<sip:1001@pbx.test>;tag=a", {}, {}}};
  std::optional<sip::Message> invite;
};

// ---- A dialog that is there
// ---------------------------------------------------------------------------

enum class Done { bye, hang_up, refresh, offer, good, gone, unheard };
inline constexpr std::array all_done{Done::bye,  Done::hang_up, Done::refresh, Done::offer,
                                     Done::good, Done::gone,    Done::unheard};

class Talking : public Inviting {
 public:
  using State = InviteUsage::State;
  using Event = InviteUsage::Event;

  explicit Talking(sip::Flow way = sip::testing::udp_flow()) : Inviting(std::move(way)) {
    receive(answer_text(*invite, 200, "b", contact, sdp));
    const auto response = take<sip::ResponseArrived>();
    invitation.on_response(peer, *response, turn);
    usage.emplace(LegId{1},
                  InviteUsage::Start{invitation.terms(), response->message, std::string(sdp)},
                  turn.now);
    said.clear();
  }
  Event meet(Done what) {
    switch (what) {
      case Done::bye:
        usage->on_bye();
        return Event::none;
      case Done::hang_up:
        usage->hang_up(peer, "SIP;cause=200", turn);
        return Event::none;
      case Done::refresh:
        usage->refresh(peer, turn);
        return Event::none;
      case Done::offer:
        usage->offer(peer, sdp, turn);
        return Event::none;
      case Done::good:
        return respond_to_ours(200);
      case Done::gone:
        return respond_to_ours(481);
      case Done::unheard: {
        const auto ours = pending();
        if (!ours) return Event::none;
        turn.now += 33s;
        endpoint.on_time(turn.now, said);
        const auto failure = take<sip::RequestFailed>();
        return failure ? usage->on_failed(peer, *failure, turn) : Event::none;
      }
    }
    return Event::none;
  }

  /// The phone's response to that request of ours.
  Event refuse(const sip::Message& ours, int status) {
    receive(answer_text(ours, status, {}, contact));
    const auto response = take<sip::ResponseArrived>();
    return response ? usage->on_response(peer, *response, turn) : Event::none;
  }

  std::optional<InviteUsage> usage;

  /// The request of ours that waits.
  std::optional<sip::Message> pending() const {
    for (const auto method : {sip::Method::bye, sip::Method::invite, sip::Method::update}) {
      if (auto message = sent(method)) return message;
    }
    return std::nullopt;
  }
  Event respond_to_ours(int status) {
    const auto ours = pending();
    if (!ours) return Event::none;
    receive(answer_text(*ours, status, {}, contact,
                        ours->method() == sip::Method::invite ? sdp : std::string_view()));
    const auto response = take<sip::ResponseArrived>();
    return response ? usage->on_response(peer, *response, turn) : Event::none;
  }
};

}  // namespace dering::ua::testing
