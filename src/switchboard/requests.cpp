// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a request: refused, registered, part of a call, or a call of its own.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "feature/catalogue.h"
#include "registrar/privacy.h"
#include "registrar/responses.h"
#include "registrar/told.h"
#include "sip/message/writer.h"
#include "switchboard/switchboard.h"
#include "ua/capabilities.h"

namespace dering::switchboard {

using refusal::Reason;
using sip::MessageWriter;
using sip::Method;

namespace {

/// Pages that are loaded anew while they ring come as new phones.
constexpr std::size_t phones_rung_per_binding = 2;

sip::StatelessAnswer answer_of(Objection objection) {
  sip::StatelessAnswer answer{objection.status, objection.phrase, {}};
  if (!objection.field.empty()) {
    answer.fields.push_back({objection.field, std::move(objection.value)});
  }
  return answer;
}

refusal::Reason reason_of(int status) {
  switch (status) {
    case 400:
    case 483:
      return Reason::malformed;
    case 481:
      return Reason::unknown_dialog;
    default:
      return Reason::not_served;
  }
}

/// Anybody may ask what we are able to do (RFC 3261 §11.2); it tells nothing about anybody.
sip::StatelessAnswer answer_to_options(const sip::Flow& flow) {
  return {200,
          {},
          {{"Allow", std::string(ua::allowed_methods)},
           {"Accept", std::string(ua::accepted_bodies)},
           {"Allow-Events", std::string(ua::allowed_events)},
           {"Supported", std::string(ua::supported_extensions(flow))}}};
}

}  // namespace

void Switchboard::on_request(sip::RequestOffered request, Instant now) {
  const Method method = request.message.method();
  if (auto objection = objection_to(request.message)) {
    const Told told{reason_of(objection->status)};
    // Of somebody who is signed in it came too late.
    const bool is_late = objection->status == 481 && registrar_.user_of(request.flow);
    if (is_late) return answer(request, answer_of(std::move(*objection)), Telling::done);
    return turn_away(request, answer_of(std::move(*objection)), told);
  }
  if (method == Method::register_) {
    return registrar_.on_request(std::move(request), now, registrar_out_);
  }
  const bool is_in_dialog = !request.message.to().tag().empty();
  if (method == Method::subscribe) {
    return is_in_dialog ? on_resubscribe(std::move(request), now)
                        : on_subscribe(std::move(request), now);
  }
  if (is_in_dialog) return on_request_in_dialog(std::move(request), now);
  if (method == Method::invite) return on_new_call(std::move(request), now);
  if (method == Method::message) return on_text(std::move(request), now);
  answer(request, answer_to_options(request.flow), Telling::if_unanswered);
}

void Switchboard::on_new_call(sip::RequestOffered request, Instant now) {
  // Somebody who is signed in there is no trunk.
  const bool is_known = registrar_.user_of(request.flow) != nullptr;
  const trunk::Trunk* trunk = is_known ? nullptr : trunks_.source_of(request.flow);
  if (trunk) return on_call_by(*trunk, std::move(request), now);
  const directory::User* user = caller_of(request, now);
  if (!user) return;
  const bool is_hidden = registrar::hides_caller(request.message);
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  sip::RequestArrived& invite = *admitted;
  const std::string instance = registrar_.instance_on(user->extension, invite.flow);
  const std::string device = device_that_sent(invite.message, invite.flow, *user);
  // On a connection that is signed in nobody looked at the credentials.
  const std::string_view shown = registrar_.user_of(invite.flow) ? std::string_view() : device;
  const std::string phone = registrar::phone_of(shown, instance, invite.flow);
  if (const auto wait = new_calls_.try_spend(user->extension, phone, now)) {
    tell(invite, *user, {Reason::too_many, "limits.new_calls_per_minute"});
    return respond(invite, {503, "Retry-After", std::to_string(whole_seconds(*wait))}, now);
  }
  const auto uri = sip::parse_uri(invite.message.request_uri());
  const bool has_domain = uri->is_sip() || uri->is_sips();
  if (has_domain && !numbers_.is_own_domain(uri->host, invite.flow)) {
    tell(invite, *user, {Reason::foreign_domain, "sip.domains does not name it"});
    return respond(invite, {404, "Warning", "399 dering \"This Domain Is Not Ours\""}, now);
  }
  numbers_.set_now(now);
  auto codecs = numbers_.codecs_of(device);
  auto dialled = numbers_.number_in(invite.message.request_uri(), invite.flow);
  if (invite.message.count(sip::HeaderId::replaces) > 0) {
    return replace({std::move(invite),
                    {user->extension, user->display_name, is_hidden},
                    instance,
                    std::move(dialled).value_or(""),
                    std::move(codecs)},
                   now);
  }
  if (!dialled) {
    return respond(invite, {404, "Reason", call::reason_of(call::Outcome::unknown_number)}, now);
  }
  route({std::move(invite),
         {user->extension, user->display_name, is_hidden},
         instance,
         *std::move(dialled),
         std::move(codecs)},
        now);
}

const directory::User* Switchboard::caller_of(const sip::RequestOffered& invite, Instant now) {
  if (const directory::User* user = registrar_.user_of(invite.flow)) return user;
  if (is_websocket(invite.flow.transport)) {
    std::string challenge =
        registrar::bearer_challenge(settings_.realm, settings_.authorization_server, false);
    answer(invite, {401, {}, {{"WWW-Authenticate", std::move(challenge)}}}, Telling::done);
    return nullptr;
  }
  return user_by_digest(invite, now);
}

const directory::User* Switchboard::user_by_digest(const sip::RequestOffered& request,
                                                   Instant now) {
  auto decision = registrar_.authorize_digest(request, now);
  auto event = registrar::told(decision, request.message, request.flow, directory_.get());
  const Telling telling = event ? Telling::done : Telling::if_unanswered;
  if (event) registrar_out_.emplace_back(*std::move(event));
  if (const auto* allowed = std::get_if<registrar::Allowed>(&decision)) {
    // A phone that calls and does not register is no stranger to the edge either.
    const bool is_known = registrar_.is_signed_in(request.flow, allowed->user->extension);
    if (sip::is_reliable(request.flow.transport) && !is_known &&
        kept_.insert(request.flow).second) {
      registrar_out_.emplace_back(sip::KeepFlow{request.flow});
      registrar_.note_guest(request.flow);
    }
    return allowed->user;
  }
  if (auto* challenge = std::get_if<registrar::Challenge>(&decision)) {
    answer(request, answer_of(std::move(*challenge), Method::invite), telling);
  } else if (const auto* forbidden = std::get_if<registrar::Forbidden>(&decision)) {
    answer(request, answer_of(*forbidden), telling);
  }
  return nullptr;
}

std::string Switchboard::device_that_sent(const sip::Message& request, const sip::Flow& flow,
                                          const directory::User& user) const {
  if (!registrar_.user_of(flow)) return std::string(registrar::digest_name(request));
  const auto contacts = request.header(sip::HeaderId::contact);
  const auto list = contacts ? sip::parse_contacts(*contacts) : std::nullopt;
  const bool has_one = list && !list->contacts.empty();
  return registrar_.device_on(user.extension, flow,
                              has_one ? list->contacts.front().uri.text : std::string_view());
}

std::string Switchboard::phone_that_sent(const sip::Message& request, const sip::Flow& flow,
                                         const directory::User& user) const {
  // On a connection that is signed in nobody looked at the credentials.
  const bool is_by_digest = !registrar_.user_of(flow);
  const std::string_view device =
      is_by_digest ? registrar::digest_name(request) : std::string_view();
  return registrar::phone_of(device, registrar_.instance_on(user.extension, flow), flow);
}

void Switchboard::route(call::IncomingCall call, Instant now) {
  auto it = turn(now);
  const routing::Decision decision =
      routing::route({.caller = call::number_of(call.caller),
                      .dialled = call.dialled,
                      .trunk = call.caller.trunk,
                      .is_withheld = call.caller.is_hidden,
                      .wants_steps = false},
                     *plan_, *directory_, std::chrono::sys_seconds(it.wall));
  log::debug("{} dialled {}: {}", call.caller.extension, log::shown(call.dialled),
             decision.because);
  if (const auto* pickup = std::get_if<routing::Pickup>(&decision.destination)) {
    return pick_up(std::move(call), *pickup, now);
  }
  if (const auto* place = std::get_if<routing::ParkingPlace>(&decision.destination)) {
    return take_parked(std::move(call), *place, now);
  }
  const feature::House house{
      {settings_.ring_time, phones_rung_per_binding * settings_.bindings_per_user},
      &parking_,
      settings_.park_time};
  auto feature = feature::feature_for(decision.destination, house, numbers_);
  auto refusal = limit_of(call);
  if (refusal) tell_crowded(call);
  if (!refusal && !feature) refusal = feature.error();
  if (refusal) return calls_.refuse(std::move(call), *refusal, it);
  calls_.start(std::move(call), *std::move(feature), it);
}

/// Of all refusals of a call the only one that is no result of it.
void Switchboard::tell_crowded(const call::IncomingCall& call) {
  const directory::User* caller = directory_->by_extension(call.caller.extension);
  if (!caller) return;
  const bool is_full = calls_.call_count() >= settings_.calls;
  tell(call.invite, *caller,
       {Reason::too_many, is_full ? "limits.calls" : "limits.calls_per_user"});
}

std::optional<call::Outcome> Switchboard::limit_of(const call::IncomingCall& call) const {
  if (calls_.call_count() >= settings_.calls) return call::Outcome::too_many_calls;
  if (call.caller.trunk.empty() &&
      calls_.own_calls_of(call.caller.extension) >= settings_.calls_per_user) {
    return call::Outcome::too_many_calls;
  }
  return std::nullopt;
}

void Switchboard::tell_contacts(const std::string& extension, call::Turn& it) {
  for (const auto& contact : numbers_.phones_of(extension)) {
    calls_.on_contact(extension, contact, it);
  }
}

void Switchboard::respond(const sip::RequestArrived& request, const Objection& answer,
                          Instant now) {
  const std::string_view phrase =
      answer.phrase.empty() ? sip::reason_phrase(answer.status) : answer.phrase;
  MessageWriter writer = MessageWriter::response_to(request.message, request.flow.remote,
                                                    answer.status, phrase, endpoint_.new_tag());
  if (!answer.field.empty()) writer.header(answer.field, answer.value);
  endpoint_.respond(request.transaction, answer.status, writer.finish(), now, sip_out_);
}

}  // namespace dering::switchboard
