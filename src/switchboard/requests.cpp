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

/// Anybody may ask what we are able to do (RFC 3261 §11.2); it tells nothing about anybody.
sip::StatelessAnswer answer_to_options() {
  return {200,
          {},
          {{"Allow", std::string(ua::allowed_methods)},
           {"Accept", std::string(ua::accepted_bodies)},
           {"Supported", std::string(ua::supported_extensions)}}};
}

}  // namespace

void Switchboard::on_request(sip::RequestOffered request, Instant now) {
  const Method method = request.message.method();
  if (auto objection = objection_to(request.message)) {
    return endpoint_.answer(request, answer_of(std::move(*objection)), sip_out_);
  }
  if (method == Method::register_) {
    return registrar_.on_request(std::move(request), now, registrar_out_);
  }
  if (!request.message.to().tag().empty()) {
    return on_request_in_dialog(std::move(request), now);
  }
  if (method == Method::invite) return on_new_call(std::move(request), now);
  endpoint_.answer(request, answer_to_options(), sip_out_);
}

void Switchboard::on_new_call(sip::RequestOffered request, Instant now) {
  const directory::User* user = caller_of(request, now);
  if (!user) return;
  const bool is_hidden = registrar::hides_caller(request.message);
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  sip::RequestArrived& invite = *admitted;
  if (const auto wait = new_calls_.try_spend(user->extension, now)) {
    return respond(invite, {503, "Retry-After", std::to_string(whole_seconds(*wait))}, now);
  }
  const auto uri = sip::parse_uri(invite.message.request_uri());
  const bool has_domain = uri->is_sip() || uri->is_sips();
  if (has_domain && !numbers_.is_own_domain(uri->host, invite.flow)) {
    log::info(
        "{} called a number of the domain {}, which is not ours: [sip] domains does not name it",
        user->extension, log::shown(uri->host));
    return respond(invite, {404, "Warning", "399 dering \"This Domain Is Not Ours\""}, now);
  }
  numbers_.set_now(now);
  auto dialled = numbers_.number_in(invite.message.request_uri(), invite.flow);
  if (!dialled) {
    return respond(invite, {404, "Reason", call::reason_of(call::Outcome::unknown_number)}, now);
  }
  std::string instance = registrar_.instance_on(user->extension, invite.flow);
  route({std::move(invite),
         {user->extension, user->display_name, is_hidden},
         std::move(instance),
         *std::move(dialled)},
        now);
}

const directory::User* Switchboard::caller_of(const sip::RequestOffered& invite, Instant now) {
  if (const directory::User* user = registrar_.user_of(invite.flow)) return user;
  if (is_websocket(invite.flow.transport)) {
    std::string challenge =
        registrar::bearer_challenge(settings_.realm, settings_.authorization_server, false);
    endpoint_.answer(invite, {401, {}, {{"WWW-Authenticate", std::move(challenge)}}}, sip_out_);
    return nullptr;
  }
  return user_by_digest(invite, now);
}

const directory::User* Switchboard::user_by_digest(const sip::RequestOffered& request,
                                                   Instant now) {
  auto decision = registrar_.authorize_digest(request, now);
  if (auto event = registrar::told(decision, request.message, request.flow, directory_.get())) {
    registrar_out_.emplace_back(*std::move(event));
  }
  if (const auto* allowed = std::get_if<registrar::Allowed>(&decision)) {
    // A phone that calls and does not register is no stranger to the edge either.
    const bool is_known = registrar_.is_signed_in(request.flow, allowed->user->extension);
    if (sip::is_reliable(request.flow.transport) && !is_known) {
      registrar_out_.emplace_back(sip::KeepFlow{request.flow});
      registrar_.note_guest(request.flow);
    }
    return allowed->user;
  }
  if (auto* challenge = std::get_if<registrar::Challenge>(&decision)) {
    endpoint_.answer(request, answer_of(std::move(*challenge), Method::invite), sip_out_);
  } else if (const auto* forbidden = std::get_if<registrar::Forbidden>(&decision)) {
    endpoint_.answer(request, answer_of(*forbidden), sip_out_);
  }
  return nullptr;
}

void Switchboard::route(call::IncomingCall call, Instant now) {
  auto it = turn(now);
  const routing::Decision decision =
      routing::route({call.caller.extension, call.dialled}, plan_, *directory_);
  log::debug("{} dialled {}: {}", call.caller.extension, log::shown(call.dialled),
             decision.because);
  const feature::House house{settings_.ring_time,
                             phones_rung_per_binding * settings_.bindings_per_user};
  auto feature = feature::feature_for(decision.destination, house, numbers_);
  auto refusal = limit_of(call);
  if (!refusal && !feature) refusal = feature.error();
  if (!refusal) refusal = crowding_of(call, decision.destination);
  if (refusal) return calls_.refuse(std::move(call), *refusal, it);
  calls_.start(std::move(call), *std::move(feature), it);
}

std::optional<call::Outcome> Switchboard::limit_of(const call::IncomingCall& call) const {
  if (calls_.call_count() >= settings_.calls) return call::Outcome::too_many_calls;
  if (calls_.own_calls_of(call.caller.extension) >= settings_.calls_per_user) {
    return call::Outcome::too_many_calls;
  }
  return std::nullopt;
}

std::optional<call::Outcome> Switchboard::crowding_of(
    const call::IncomingCall& call, const routing::Destination& destination) const {
  const auto* person = std::get_if<routing::Person>(&destination);
  if (!person) return std::nullopt;
  const std::string& callee = person->extension;
  // A whole switchboard behind one account may be allowed thousands of calls at once.
  const std::size_t most_ringing = std::max<std::size_t>(settings_.calls_per_user / 10, 1);
  if (calls_.ringing_calls(call.caller.extension, callee) >= most_ringing) {
    return call::Outcome::already_calling;
  }
  // What waits for an answer is counted apart: others can't use up the right to call.
  const std::size_t most = std::max(calls_.own_calls_of(callee), calls_.waiting_calls_of(callee));
  if (most >= settings_.calls_per_user) return call::Outcome::busy;
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
