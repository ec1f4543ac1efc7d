// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a request: refused, registered, part of a call, or a call of its own.
#include <utility>

#include "flow/dial.h"
#include "flow/echo.h"
#include "registrar/privacy.h"
#include "registrar/responses.h"
#include "sip/message/writer.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::size_t max_dialled_size = 64;

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
          {{"Allow", std::string(call::allowed_methods)},
           {"Accept", "application/sdp"},
           {"Supported", "timer"}}};
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
    if (!calls_.has_dialog_of(request.message)) return endpoint_.answer(request, {481}, sip_out_);
    auto admitted = endpoint_.admit(std::move(request), sip_out_);
    auto it = turn(now);
    if (admitted) calls_.on_request(std::move(*admitted), it);
    return;
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
  std::string dialled = sip::unescaped(uri->user).value_or("");
  if (dialled.empty() || dialled.size() > max_dialled_size) {
    return respond(invite, {404, {}, {}}, now);
  }
  std::string instance;
  for (const call::Contact& contact : contacts_of(user->extension, now)) {
    if (contact.flow == invite.flow) instance = contact.instance;
  }
  route({std::move(invite),
         {user->extension, user->display_name, is_hidden},
         std::move(instance),
         std::move(dialled)},
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
  auto decision = registrar_.authorize_digest(invite, now);
  if (const auto* allowed = std::get_if<registrar::Allowed>(&decision)) return allowed->user;
  if (auto* challenge = std::get_if<registrar::Challenge>(&decision)) {
    endpoint_.answer(invite, answer_of(std::move(*challenge), Method::invite), sip_out_);
  } else if (const auto* forbidden = std::get_if<registrar::Forbidden>(&decision)) {
    endpoint_.answer(invite, answer_of(*forbidden), sip_out_);
  }
  return nullptr;
}

void Switchboard::route(call::IncomingCall call, Instant now) {
  auto it = turn(now);
  if (const auto refusal = refusal_of(call)) return calls_.refuse(std::move(call), *refusal, it);
  if (call.dialled == flow::echo_number) return calls_.start(std::move(call), flow::echo(), it);

  const directory::User& callee = *directory_->by_extension(call.dialled);
  flow::DialPlan plan{{callee.extension, callee.display_name},
                      contacts_of(callee.extension, now),
                      settings_.ring_time};
  calls_.start(std::move(call), flow::dial(std::move(plan)), it);
}

std::optional<call::Outcome> Switchboard::refusal_of(const call::IncomingCall& call) const {
  using call::Outcome;
  if (calls_.call_count() >= settings_.calls) return Outcome::too_many_calls;
  if (calls_.calls_of(call.caller.extension) >= settings_.calls_per_user) {
    return Outcome::too_many_calls;
  }
  if (call.dialled == flow::echo_number) return std::nullopt;
  if (call.dialled == call.caller.extension) return Outcome::self_call;
  if (!directory_->by_extension(call.dialled)) return Outcome::unknown_number;
  if (calls_.calls_of(call.dialled) >= settings_.calls_per_user) return Outcome::busy;
  return std::nullopt;
}

std::vector<call::Contact> Switchboard::contacts_of(const std::string& extension,
                                                    Instant now) const {
  std::vector<call::Contact> contacts;
  for (registrar::Contact& contact : registrar_.contacts_of(extension, now)) {
    contacts.push_back({std::move(contact.uri), contact.flow, std::move(contact.instance)});
  }
  return contacts;
}

void Switchboard::tell_contacts(const std::string& extension, call::Turn& it) {
  for (const auto& contact : contacts_of(extension, it.now)) {
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
