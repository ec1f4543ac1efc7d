// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a request: refused, registered, part of a call, or a call of its own.
#include <utility>

#include "flow/dial.h"
#include "flow/echo.h"
#include "registrar/responses.h"
#include "sip/message/writer.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::size_t max_dialled_size = 64;

}  // namespace

void Switchboard::on_request(sip::RequestArrived request, Instant now) {
  const Method method = request.message.method();
  if (const auto objection = objection_to(request.message)) {
    return respond(request, *objection, now);
  }
  if (method == Method::register_) {
    return registrar_.on_request(std::move(request), now, registrar_out_);
  }
  if (!request.message.to().tag().empty()) {
    auto it = turn(now);
    return calls_.on_request(std::move(request), it);
  }
  if (method == Method::invite) return on_new_call(std::move(request), now);
  respond(request, {200, "Allow", std::string(call::allowed_methods)}, now);  // OPTIONS
}

void Switchboard::on_new_call(sip::RequestArrived invite, Instant now) {
  const directory::User* user = caller_of(invite, now);
  if (!user) return;
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
         {user->extension, user->display_name},
         std::move(instance),
         std::move(dialled)},
        now);
}

const directory::User* Switchboard::caller_of(const sip::RequestArrived& invite, Instant now) {
  if (const directory::User* user = registrar_.user_of(invite.flow)) return user;
  if (is_websocket(invite.flow.transport)) {
    const std::string challenge =
        registrar::bearer_challenge(settings_.realm, settings_.authorization_server, false);
    respond(invite, {401, "WWW-Authenticate", challenge}, now);
    return nullptr;
  }
  auto decision = registrar_.authorize_digest(invite.message, invite.flow, now);
  if (const auto* allowed = std::get_if<registrar::Allowed>(&decision)) return allowed->user;
  if (auto* challenge = std::get_if<registrar::Challenge>(&decision)) {
    respond(invite, {407, "Proxy-Authenticate", std::move(challenge->value)}, now);
  } else {
    respond(invite, {403, {}, {}}, now);
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
  if (request.message.method() == Method::options && answer.status == 200) {
    writer.header(HeaderId::accept, "application/sdp").header(HeaderId::supported, "timer");
  }
  endpoint_.respond(request.transaction, answer.status, writer.finish(), now, sip_out_);
}

}  // namespace dering::switchboard
