// SPDX-License-Identifier: Apache-2.0
#include "registrar/told.h"

#include "base/text.h"
#include "sip/message/fields.h"

namespace dering::registrar {
namespace {

using refusal::Reason;
using refusal::What;

What what_is(sip::Method method) {
  if (method == sip::Method::register_) return What::registration;
  return method == sip::Method::invite ? What::call : What::request;
}

bool is_known(std::string_view name, const directory::Directory* directory) {
  return directory && (directory->device(name) || directory->by_extension(name));
}

/// Nothing: that is no failure.
std::optional<Reason> reason_of(std::string_view why, bool is_known_device) {
  if (why.empty() || why == "stale" || why == "not_our_challenge") return std::nullopt;
  if (why == "wrong_password") {
    return is_known_device ? Reason::wrong_password : Reason::unknown_name;
  }
  if (why == "too_many_failures") return Reason::paused;
  if (why == "not_the_user" || why == "other_resource") return Reason::not_allowed;
  if (why == "crowded") return Reason::too_many;
  return Reason::unsupported;
}

std::string_view why_of(const DigestDecision& decision) {
  if (const auto* challenge = std::get_if<Challenge>(&decision)) return challenge->why;
  const auto* forbidden = std::get_if<Forbidden>(&decision);
  return forbidden ? forbidden->why : std::string_view();
}

}  // namespace

std::string_view digest_name(const sip::Message& request) {
  auto field = request.header(sip::HeaderId::authorization);
  if (!field) field = request.header(sip::HeaderId::proxy_authorization);
  const auto auth = field ? sip::parse_auth(*field) : std::nullopt;
  if (!auth || !equals_ignoring_case(auth->scheme, "Digest")) return {};
  return auth->parameter("username").value_or(std::string_view());
}

std::string_view claimed_name(const sip::Message& request) {
  const std::string_view name = digest_name(request);
  return name.empty() ? std::string_view(request.from().uri.user) : name;
}

refusal::Refusal told(const sip::Message& request, const sip::Flow& flow, Reason reason,
                      const directory::Directory* directory) {
  const std::string_view name = claimed_name(request);
  return {.transport = refusal::transport_named(sip::via_name(flow.transport)),
          .source = flow.remote,
          .name = refusal::claimed(name),
          .what = what_is(request.method()),
          .reason = reason,
          .is_known_name = is_known(name, directory),
          .is_proven = sip::is_reliable(flow.transport)};
}

std::optional<refusal::Refusal> told(const DigestDecision& decision, const sip::Message& request,
                                     const sip::Flow& flow, const directory::Directory* directory) {
  const std::string_view why = why_of(decision);
  const bool is_known_device = directory && directory->device(claimed_name(request));
  const auto reason = reason_of(why, is_known_device);
  if (!reason) return std::nullopt;
  refusal::Refusal refused = told(request, flow, *reason, directory);
  // It answered a challenge that only that source was given.
  if (why == "wrong_password" || why == "not_the_user") refused.is_proven = true;
  return refused;
}

}  // namespace dering::registrar
