// SPDX-License-Identifier: Apache-2.0
//
// The way from what comes in to the leg that waits for it.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "call/call_engine.h"
#include "sip/message/writer.h"

namespace dering::call {

template <class Act>
void CallEngine::for_leg(LegId id, Turn& turn, Act act) {
  for_leg(legs_.find(id), turn, act);
}

template <class Act>
void CallEngine::for_leg(Leg* leg, Turn& turn, Act act) {
  if (!leg) return;
  const CallId call = leg->call();
  act(*leg, *find(call));
  settle(call, turn);
}

/// Each may end with an earlier one.
template <class Act>
void CallEngine::for_each(std::vector<LegId> legs, Turn& turn, Act act) {
  for (const LegId id : legs) for_leg(id, turn, act);
}

std::vector<LegId> CallEngine::legs_on(const sip::Flow& flow) const {
  const auto legs = legs_.sip.flows.find(flow);
  return {legs.begin(), legs.end()};
}

// ---- From the endpoint --------------------------------------------------------------------------

void CallEngine::on_request(sip::RequestArrived request, Turn& turn) {
  Leg* leg = legs_.in_dialog(request.message);
  if (!leg) {
    auto writer = sip::MessageWriter::response_to(request.message, request.flow.remote, 481,
                                                  sip::reason_phrase(481), {});
    turn.endpoint.respond(request.transaction, 481, writer.finish(), turn.now, turn.sip);
    return;
  }
  for_leg(leg, turn, [&](Leg& its, Call& call) { call.on_request(its, std::move(request), turn); });
}

void CallEngine::on_ack(const sip::AckArrived& ack, Turn& turn) {
  for_leg(legs_.in_dialog(ack.message), turn,
          [&](Leg& leg, Call& call) { call.on_ack(leg, ack, turn); });
}

const Leg* CallEngine::leg_of(const sip::Message& request) const {
  return const_cast<LegTable&>(legs_).in_dialog(request);
}

void CallEngine::move_dialog(const sip::Message& request, const sip::Flow& flow, Turn& turn) {
  for_leg(legs_.in_dialog(request), turn, [&](Leg& leg, Call&) { leg.on_heard_from(flow, turn); });
}

void CallEngine::on_cancel(const sip::CancelArrived& cancel, Turn& turn) {
  for_leg(legs_.sip.invites.find(cancel.transaction), turn,
          [&](Leg& leg, Call&) { leg.on_cancel(turn); });
}

void CallEngine::on_ack_missing(const sip::AckMissing& missing, Turn& turn) {
  for_leg(legs_.sip.invites.find(missing.transaction), turn, [&](Leg& leg, Call& call) {
    call.end(Outcome::lost, turn);
    leg.on_ack(turn);  // the wait is over: now BYE may go
  });
}

void CallEngine::on_response(const sip::ResponseArrived& response, Turn& turn) {
  const LegId id = legs_.sip.requests.find(response.transaction);
  if (!id) return ua::dismiss_stray_answer(response, turn);
  for_leg(id, turn, [&](Leg& leg, Call& call) {
    leg.on_response(response, turn);
    call.on_responded(leg, turn);
  });
}

void CallEngine::on_request_failed(const sip::RequestFailed& failure, Turn& turn) {
  for_leg(legs_.sip.requests.find(failure.transaction), turn, [&](Leg& leg, Call& call) {
    leg.on_request_failed(failure, turn);
    call.on_responded(leg, turn);
  });
}

// ---- From the edge and the registrar ------------------------------------------------------------

void CallEngine::on_flow_closed(const sip::FlowClosed& end, Turn& turn) {
  for_each(legs_on(end.flow), turn, [&](Leg& leg, Call&) { leg.on_flow_closed(end.how, turn); });
}

void CallEngine::on_flow_moved(std::string_view extension, const sip::Flow& from,
                               const sip::Flow& to, Turn& turn) {
  if (from == to) return;
  for_each(legs_on(from), turn, [&](Leg& leg, Call&) {
    if (leg.party().extension == extension) leg.on_flow_moved(to, turn);
  });
}

void CallEngine::on_contact(std::string_view extension, const Contact& contact, Turn& turn) {
  const auto legs = legs_.users.legs_of(extension);
  for_each({legs.begin(), legs.end()}, turn, [&](Leg& leg, Call&) {
    if (leg.waits_for(contact)) leg.on_flow_moved(contact.flow, turn);
  });
  const auto calls = legs_.users.awaited_by(extension);
  for (const CallId id : std::vector<CallId>(calls.begin(), calls.end())) {
    if (Call* call = find(id)) call->on_contact(extension, contact, turn);
    settle(id, turn);
  }
}

void CallEngine::on_phone_silent(const sip::Flow& flow, Turn& turn) {
  for_each(legs_on(flow), turn, [&](Leg& leg, Call&) { leg.on_dead(turn); });
}

void CallEngine::on_phone_restarted(std::string_view extension, const sip::Flow& flow, Turn& turn) {
  for_each(legs_on(flow), turn, [&](Leg& leg, Call&) {
    if (leg.party().extension == extension) leg.ask(turn);
  });
}

void CallEngine::end_talking_on(const sip::Flow& flow, Outcome outcome, Turn& turn) {
  for_each(legs_on(flow), turn, [&](Leg& leg, Call& call) {
    const bool is_talking = leg.state() == Leg::State::talking || leg.state() == Leg::State::ending;
    if (is_talking) call.end(outcome, turn);
  });
}

// ---- From the media engine ----------------------------------------------------------------------

void CallEngine::on_engine_event(const media::v2::Event& event, Turn& turn) {
  using media::v2::Event;
  const auto leg_at = [&](std::uint64_t port) { return legs_.media.ports.find(PortId{port}); };
  switch (event.what_case()) {
    case Event::kReady:
      return on_ready(event.ready(), turn);
    case Event::kRefused:
      return on_refused(event.refused(), turn);
    case Event::kPortConnected:
      return for_leg(leg_at(event.port_connected().port()), turn,
                     [](Leg& leg, Call&) { leg.on_sound(); });
    case Event::kPortSilent: {
      const std::uint32_t seconds = event.port_silent().seconds();
      return for_leg(leg_at(event.port_silent().port()), turn, [&](Leg& leg, Call& call) {
        const bool is_expected = call.expects_sound(leg, std::chrono::seconds(seconds), turn.now);
        if (is_expected) leg.on_silence(seconds, turn);
      });
    }
    case Event::kPortSecured:
      return for_leg(leg_at(event.port_secured().port()), turn, [&](Leg& leg, Call& call) {
        if (!event.port_secured().failure().empty()) return call.on_media_lost(turn);
        if (leg.media) leg.media->reoffer.on_secured();
      });
    case Event::kDigit:
      return for_leg(leg_at(event.digit().port()), turn,
                     [&](Leg& leg, Call& call) { call.on_key(leg, event.digit().digit(), turn); });
    case Event::kActionEnded:
      return on_action_ended(event.action_ended());
    case Event::kQuality:
      return for_leg(leg_at(event.quality().port()), turn,
                     [&](Leg& leg, Call& call) { call.on_quality(leg, event.quality(), turn); });
    case Event::kPortClosed:
    case Event::WHAT_NOT_SET:
      return;
  }
}

void CallEngine::on_action_ended(const media::v2::ActionEnded& ended) {
  if (ended.why() != media::v2::ActionEnded::WHY_UNUSABLE) return;
  log::warning("the media engine cannot play a sound: {}", log::shown(ended.sentence()));
}

void CallEngine::on_refused(const media::v2::Refused& refused, Turn& turn) {
  const CommandId command{refused.command_id()};
  for_leg(legs_.media.commands.find(command), turn,
          [&](Leg& leg, Call&) { leg.on_port_refused(turn); });
  const CallId id = legs_.media.bridge_commands.find(command);
  if (Call* call = find(id)) call->on_media_lost(turn);
  settle(id, turn);
}

void CallEngine::on_ready(const media::v2::Ready& ready, Turn& turn) {
  turn.media.on_ready(ready);
  // Bridges from before our own start: nobody is left who could hang up. Those that only the
  // connection was lost to: what was said meanwhile is lost, they are opened anew.
  for (const std::uint64_t bridge : ready.bridges()) {
    const Call* call = find(legs_.media.bridges.find(BridgeId{bridge}));
    if (call && !call->waits_for_engine()) continue;
    turn.media.close_bridge(BridgeId{bridge}, turn.out.commands);
  }
  for (const CallId id : ids()) {
    if (Call* call = find(id)) call->on_engine_ready(turn);
    settle(id, turn);
  }
}

void CallEngine::on_engine_lost(Turn& turn) {
  turn.media.on_lost();
  for (const CallId id : ids()) {
    if (Call* call = find(id)) call->on_engine_lost(turn);
    settle(id, turn);
  }
}

}  // namespace dering::call
