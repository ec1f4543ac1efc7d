// SPDX-License-Identifier: Apache-2.0
#include "switchboard/switchboard.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace dering::switchboard {
namespace {

registrar::Settings registrar_settings(const Settings& settings) {
  registrar::Settings ours;
  ours.realm = settings.realm;
  ours.authorization_server = settings.authorization_server;
  ours.md5 = settings.md5;
  ours.bindings_per_user = settings.bindings_per_user;
  ours.registrations_per_minute = settings.registrations_per_minute;
  ours.probe_interval = settings.probe_interval;
  return ours;
}

}  // namespace

Switchboard::Switchboard(Settings settings, Random& random)
    : settings_(std::move(settings)),
      random_(random),
      endpoint_(settings_.names, settings_.endpoint_limits, random),
      registrar_(registrar_settings(settings_), random),
      media_(random, settings_.media),
      parking_(plan_->codes().parking),
      calls_(settings_.node),
      subscriptions_({settings_.subscriptions, settings_.subscriptions_per_user}),
      texts_({.node = settings_.node}),
      new_calls_(settings_.new_calls_per_minute, random),
      refreshes_(settings_.refreshes_per_minute, random),
      new_subscriptions_(settings_.subscriptions_per_minute, random),
      new_texts_(settings_.texts_per_minute, random),
      directory_(std::make_shared<const directory::Directory>()) {
  endpoint_.tell_not_served([this](const sip::Flow& flow, const sip::Message& request,
                                   sip::NotServed why) { on_not_served(flow, request, why); });
  registrar_.spare([this](const sip::Flow& flow) { return calls_.is_on(flow); });
  registrar_.know_by_calls([this](std::string_view extension, std::string_view instance) {
    return calls_.flows_of(extension, instance);
  });
}

std::optional<Instant> Switchboard::next_deadline() const {
  return earlier(endpoint_.next_deadline(),
                 earlier(registrar_.next_deadline(),
                         earlier(earlier(calls_.next_deadline(), trunks_.next_deadline()),
                                 earlier(subscriptions_.next_deadline(), texts_.next_deadline()))));
}

Switchboard::Counts Switchboard::counts() const {
  const registrar::Registrar::Counts registrar = registrar_.counts();
  return {.calls = calls_.call_count(),
          .legs = calls_.leg_count(),
          .bindings = registrar.bindings,
          .transactions = endpoint_.transaction_count(),
          .overloaded = endpoint_.overload_count(),
          .unanswered = endpoint_.unanswered_count(),
          .shed = endpoint_.shed_count() + registrar.shed,
          .responses_unmatched = endpoint_.unmatched_count(),
          .flows_signed_in = registrar.flows_signed_in,
          .flows_dismissed = dismissed_.size(),
          .phones_silent = registrar.silent,
          .phones_displaced = registrar.displaced,
          .foreign_acks = foreign_acks_,
          .subscriptions = subscriptions_.size(),
          .notifies = subscriptions_.notify_count(),
          .subscriptions_refused = subscriptions_refused_,
          .texts = texts_.counts()};
}

TableSizes Switchboard::tables() const {
  TableSizes sizes;
  endpoint_.list(sizes);
  registrar_.list(sizes);
  calls_.list(sizes);
  subscriptions_.list(sizes);
  texts_.list(sizes);
  trunks_.list(sizes);
  sizes.insert(sizes.end(), {{"presence", presence_.size()},
                             {"people who are rung", ringing_.size()},
                             {"parking places", parking_.size()},
                             {"dismissed connections", dismissed_.size()},
                             {"connections kept for calls", kept_.size()},
                             {"probes under way", probes_.size()}});
  return sizes;
}

// ---- Inputs -------------------------------------------------------------------------------------

void Switchboard::take(Input&& input, Instant now, Outbox& out) {
  std::visit([&](auto& it) { on(it, now); }, input);
  settle(now, out);
}

void Switchboard::on(sip::Received& input, Instant now) {
  endpoint_.on_message(input.flow, std::move(input.message), now, sip_out_);
}

void Switchboard::on(const sip::FlowClosed& input, Instant now) {
  // The legs learn it before their requests fail, so that none is repeated on the dead flow.
  auto it = turn(now);
  const bool was_kept_for_a_call =
      dismissed_.erase(input.flow) > 0 && is_websocket(input.flow.transport);
  const bool may_come_back = was_kept_for_a_call || registrar_.is_sole(input.flow);
  kept_.erase(input.flow);
  calls_.on_flow_closed(input, it);
  subscriptions_.on_flow_closed(input.flow, now);
  registrar_.on_flow_closed(input.flow, now, registrar_out_);
  if (may_come_back) {
    endpoint_.on_flow_lost(input.flow, now, sip_out_);
  } else {
    endpoint_.on_flow_closed(input.flow, now, sip_out_);
  }
}

void Switchboard::on(identity::TokenJudged& input, Instant now) {
  registrar_.on_token_verdict(input.question, std::move(input.verdict), now, registrar_out_);
}

void Switchboard::on(const identity::SignedOut& input, Instant now) {
  registrar_.on_signed_out(input.logout, now, registrar_out_);
}

void Switchboard::on(const directory::DirectoryChanged& input, Instant now) {
  directory_ = input.snapshot;
  registrar_.on_directory(input, registrar_out_);
  for (const std::string& lost : input.lost_numbers) {
    subscriptions_.on_number_lost(lost, now);
    texts_.on_number_lost(lost);
  }
}

void Switchboard::on(const directory::BindingsKept& input, Instant now) {
  registrar_.on_stored_bindings(input.bindings, now, registrar_out_);
}

void Switchboard::on(directory::MessagesKept& input, Instant now) {
  texts_.restore(std::move(input.messages), now);
}

void Switchboard::on(const directory::ForwardingsKept& input, Instant) {
  call_out_.touched = forwardings_.who_want_quiet();
  forwardings_.clear();
  for (const directory::ForwardingChanged& one : input.all) forwardings_.put(one);
  for (std::string& extension : forwardings_.who_want_quiet()) {
    call_out_.touched.push_back(std::move(extension));
  }
}

void Switchboard::on(const directory::ForwardingChanged& input, Instant) {
  forwardings_.put(input);
  call_out_.touched.push_back(input.extension);
}

void Switchboard::on(const media::v2::Event& input, Instant now) {
  auto it = turn(now);
  calls_.on_engine_event(input, it);
}

void Switchboard::on(const trunk::DnsTold& input, Instant now) {
  auto it = trunk_turn(now);
  trunks_.on_answer(input, it);
}

void Switchboard::on(const trunk::SourceFound& input, Instant now) {
  auto it = trunk_turn(now);
  trunks_.on_source(input, it);
}

void Switchboard::on(const contract::EngineLost&, Instant now) {
  auto it = turn(now);
  calls_.on_engine_lost(it);
}

void Switchboard::on(const PlanApplied& input, Instant now) {
  plan_ = input.plan;
  auto trunks = trunk_turn(now);
  trunks_.apply(*plan_, trunks);
}

void Switchboard::on(const WallClock& input, Instant now) {
  wall_ = input.wall;
  wall_set_at_ = now;
  registrar_.on_wall_clock(input.wall, now);
}

void Switchboard::on(const TimePassed&, Instant now) {
  endpoint_.on_time(now, sip_out_);
  registrar_.on_time(now, registrar_out_);
  subscriptions_.on_time(now);
  auto trunks = trunk_turn(now);
  trunks_.on_time(trunks);
  auto it = turn(now);
  texts_.on_time(it);
  calls_.on_time(it);
}

void Switchboard::on(const EndAllCalls&, Instant now) {
  auto trunks = trunk_turn(now);
  trunks_.leave_all(trunks);
  auto it = turn(now);
  calls_.end_all(call::Outcome::shutdown, it);
}

// ---- The stairs ---------------------------------------------------------------------------------

call::Turn Switchboard::turn(Instant now) {
  const UnixSeconds wall = wall_ + std::chrono::duration_cast<UnixSeconds>(now - wall_set_at_);
  numbers_.set_now(now);
  return {{now, settings_.realm, endpoint_, calls_.legs().sip, sip_out_},
          wall,
          media_,
          random_,
          numbers_,
          calls_,
          calls_.legs(),
          calls_.events(),
          call_out_};
}

void Switchboard::settle(Instant now, Outbox& out) {
  dispatch_all(now, out);
  // Whoever watches is told of what is so in the end.
  auto it = turn(now);
  subscriptions_.tell(sights_, it);
  if (!sip_out_.empty()) dispatch_all(now, out);
  carry_out_texts(out);
  carry_out_trunks(now, out);
  if (!dismissed_.empty()) close_dismissed(out);
}

void Switchboard::dispatch_all(Instant now, Outbox& out) {
  carry_out_registrar(now, out);
  carry_out_calls(now, out);
  for (std::size_t i = 0; i < sip_out_.size(); ++i) {
    sip::Output event = std::move(sip_out_[i]);  // what follows may let the vector grow
    dispatch(event, now, out);
    carry_out_registrar(now, out);
    carry_out_calls(now, out);
  }
  sip_out_.clear();
}

void Switchboard::dispatch(sip::Output& event, Instant now, Outbox& out) {
  auto it = turn(now);
  std::visit(overloaded{
                 [&](sip::Send& send) { out.emplace_back(std::move(send)); },
                 [&](sip::RequestOffered& request) { on_request(std::move(request), now); },
                 [&](sip::AckArrived& ack) { on_ack(ack, now); },
                 [&](sip::CancelArrived& cancel) { calls_.on_cancel(cancel, it); },
                 [&](sip::AckMissing& missing) { calls_.on_ack_missing(missing, it); },
                 [&](sip::ResponseArrived& response) { on_response(response, it); },
                 [&](sip::RequestFailed& failure) { on_request_failed(failure, it); },
             },
             event);
}

void Switchboard::on_response(const sip::ResponseArrived& response, call::Turn& it) {
  if (on_probe_ended(response.transaction, true)) return;
  auto trunks = trunk_turn(it.now);
  if (trunks_.on_response(response, trunks)) return;
  if (subscriptions_.on_response(response, it.now) || texts_.on_response(response, it)) return;
  calls_.on_response(response, it);
}

void Switchboard::on_request_failed(const sip::RequestFailed& failure, call::Turn& it) {
  if (on_probe_ended(failure.transaction, false)) return;
  auto trunks = trunk_turn(it.now);
  if (trunks_.on_request_failed(failure.transaction, trunks)) return;
  if (subscriptions_.on_request_failed(failure, it.now)) return;
  if (texts_.on_request_failed(failure, it)) return;
  calls_.on_request_failed(failure, it);
}

void Switchboard::carry_out_registrar(Instant now, Outbox& out) {
  if (registrar_out_.empty()) return;  // as after most of what is settled
  auto it = turn(now);
  for (std::size_t i = 0; i < registrar_out_.size(); ++i) {
    registrar::Output output = std::move(registrar_out_[i]);  // what follows may let it grow
    std::visit(overloaded{
                   [&](registrar::Respond& ours) {
                     const auto request = endpoint_.admit(std::move(ours.request), sip_out_);
                     if (!request) return;
                     endpoint_.respond(request->transaction, ours.status, std::move(ours.bytes),
                                       now, sip_out_);
                   },
                   [&](registrar::TurnAway& ours) {
                     answer(ours.request, ours.answer,
                            ours.is_told ? Telling::done : Telling::if_unanswered);
                   },
                   [&](sip::CloseFlow& ours) { dismiss(ours.flow, now, out); },
                   [&](registrar::Probe& ours) { probe(ours, now); },
                   [&](registrar::BindingsChanged& ours) {
                     tell_contacts(ours.extension, it);
                     tell_presence(ours.extension, now, out);
                     texts_.on_phone(ours.extension, it);
                   },
                   [&](registrar::BindingMoved& ours) {
                     // Others' messages stay where they are. Ours go first: an ACK before a BYE.
                     if (!registrar_.is_shared(ours.from)) {
                       endpoint_.on_flow_moved(ours.from, ours.to, now, sip_out_);
                     }
                     calls_.on_flow_moved(ours.extension, ours.from, ours.to, it);
                     subscriptions_.on_flow_moved(ours.extension, ours.from, ours.to, now);
                     texts_.on_phone(ours.extension, it);
                     tell_contacts(ours.extension, it);
                   },
                   [&](registrar::PhoneSilent& ours) { calls_.on_phone_silent(ours.flow, it); },
                   [&](registrar::PhoneRestarted& ours) {
                     calls_.on_phone_restarted(ours.extension, ours.flow, it);
                     texts_.on_phone(ours.extension, it);
                   },
                   [&](auto& effect) { out.emplace_back(std::move(effect)); },
               },
               output);
  }
  registrar_out_.clear();
}

void Switchboard::dismiss(const sip::Flow& flow, Instant now, Outbox& out) {
  if (!calls_.is_talking_on(flow)) {
    out.emplace_back(sip::CloseFlow{flow});
    return;
  }
  dismissed_.insert(flow);
  if (settings_.calls_after_sign_out == CallsAfterSignOut::finish) return;
  auto it = turn(now);
  calls_.end_talking_on(flow, call::Outcome::signed_out, it);
}

void Switchboard::close_dismissed(Outbox& out) {
  std::erase_if(dismissed_, [&](const sip::Flow& flow) {
    if (registrar_.user_of(flow)) return true;  // signed in again
    if (calls_.is_talking_on(flow)) return false;
    out.emplace_back(sip::CloseFlow{flow});
    return true;
  });
}

void Switchboard::carry_out_calls(Instant now, Outbox& out) {
  for (media::v2::Command& command : call_out_.commands) {
    out.emplace_back(std::move(command));
  }
  for (directory::CallRecord& record : call_out_.records) {
    out.emplace_back(directory::SaveCallRecord{std::move(record)});
  }
  for (directory::LineChanged& line : call_out_.lines) out.emplace_back(std::move(line));
  for (directory::ChangeForwarding& change : call_out_.forwardings) {
    out.emplace_back(std::move(change));
  }
  // One input often touches a user twice in a row.
  const auto repeated = std::ranges::unique(call_out_.touched);
  call_out_.touched.erase(repeated.begin(), repeated.end());
  for (const std::string& extension : call_out_.touched) {
    tell_presence(extension, now, out);
    tell_ringing(extension, out);
    subscriptions_.on_changed(extension, EventPackage::dialog, now);
  }
  for (const std::string& extension : parking_.take_changes()) {
    out.emplace_back(parking_.parked_by(extension));
  }
  call_out_.commands.clear();
  call_out_.records.clear();
  call_out_.lines.clear();
  call_out_.forwardings.clear();
  call_out_.touched.clear();
}

void Switchboard::carry_out_texts(Outbox& out) {
  for (directory::Errand& change : texts_.take_changes()) {
    std::visit([&](auto& it) { out.emplace_back(std::move(it)); }, change);
  }
}

void Switchboard::tell_presence(const std::string& extension, Instant now, Outbox& out) {
  using directory::Presence;
  const bool is_known = directory_->by_extension(extension) != nullptr;
  const Presence presence = !is_known                             ? Presence::offline
                            : calls_.is_in_call(extension)        ? Presence::in_call
                            : !registrar_.is_present(extension)   ? Presence::offline
                            : forwardings_.wants_quiet(extension) ? Presence::do_not_disturb
                                                                  : Presence::available;
  if (!presence_.update(extension, presence)) return;
  out.emplace_back(directory::PresenceChanged{extension, presence});
  subscriptions_.on_changed(extension, EventPackage::presence, now);
}

}  // namespace dering::switchboard
