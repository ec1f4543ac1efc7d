// SPDX-License-Identifier: Apache-2.0
#include "registrar/digest_sign_in.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "registrar/md5_phones.h"
#include "registrar/privacy.h"
#include "registrar/registration.h"

namespace dering::registrar {
namespace {

using identity::DigestCredentials;
using identity::DigestSecret;
using identity::DigestVerdict;

constexpr Forbidden too_many_failures{403, "Too Many Failed Sign-Ins, Wait 30 Seconds",
                                      "too_many_failures"};
constexpr Forbidden not_the_user{403, "From or To Is Not Who Signed In", "not_the_user"};
constexpr Forbidden other_resource{403, "Digest uri Is Not the Request-URI", "other_resource"};
constexpr Forbidden crowded{503, "Too Many Sign-Ins of This Device", "crowded"};

/// The digest credentials of a request; nothing if there are none.
std::optional<DigestCredentials> read_credentials(const sip::Message& request) {
  auto field = request.header(sip::HeaderId::authorization);
  if (!field) field = request.header(sip::HeaderId::proxy_authorization);
  const auto auth = field ? sip::parse_auth(*field) : std::nullopt;
  if (!auth || !equals_ignoring_case(auth->scheme, "Digest")) return std::nullopt;
  const auto parameter = [&](std::string_view name) {
    return auth->parameter(name).value_or(std::string_view{});
  };
  return DigestCredentials{.username = parameter("username"),
                           .realm = parameter("realm"),
                           .nonce = parameter("nonce"),
                           .uri = parameter("uri"),
                           .response = parameter("response"),
                           .algorithm = parameter("algorithm"),
                           .qop = parameter("qop"),
                           .cnonce = parameter("cnonce"),
                           .nc = parameter("nc")};
}

bool is_first_use(const DigestCredentials& credentials) {
  return to_number<std::uint32_t>(credentials.nc, 16) == 1;
}

/// Who, without regard to how: phones write the digest's uri with another port, other parameters
/// or another scheme than the Request-URI, and some name the server alone. What was sent is hashed,
/// so it must only not be meant for somebody else (RFC 7616 §3.4.6).
bool is_meant_for(std::string_view request_uri, std::string_view digest_uri) {
  if (request_uri == digest_uri) return true;
  const auto meant = sip::parse_uri(digest_uri);
  const auto asked = sip::parse_uri(request_uri);
  if (!meant || !asked || meant->host.empty()) return false;
  if (!equals_ignoring_case(meant->host, asked->host)) return false;
  return meant->user.empty() || sip::unescaped(meant->user) == sip::unescaped(asked->user);
}

bool is_register(sip::Method method) {
  return method == sip::Method::register_;
}

/// Right credentials for something that they may not be used for.
std::optional<Forbidden> misuse_of(const sip::Message& request,
                                   const DigestCredentials& credentials,
                                   const directory::User& user) {
  if (!is_meant_for(request.request_uri(), credentials.uri)) return other_resource;
  if (!is_register(request.method()) && hides_caller(request)) return std::nullopt;
  if (!speaks_for(request, {user.extension, credentials.username})) return not_the_user;
  return std::nullopt;
}

}  // namespace

sip::StatelessAnswer answer_of(Challenge challenge, sip::Method method) {
  sip::StatelessAnswer answer{is_register(method) ? 401 : 407, {}, {}};
  const std::string_view name = is_register(method) ? "WWW-Authenticate" : "Proxy-Authenticate";
  for (std::string& value : challenge.values) answer.fields.push_back({name, std::move(value)});
  return answer;
}

sip::StatelessAnswer answer_of(const Forbidden& forbidden) {
  sip::StatelessAnswer answer{forbidden.status, forbidden.phrase, {}};
  if (forbidden.status == 503) answer.fields.push_back({"Retry-After", "60"});
  return answer;
}

DigestDecision DigestSignIn::authorize(const sip::RequestOffered& request, Instant now) {
  const auto credentials = read_credentials(request.message);
  if (!credentials) return challenge(request, {}, now);
  // An answer to somebody else's challenge is as good as none.
  if (credentials->realm != gate_.realm() || credentials->username.empty()) {
    return challenge(request, "not_our_challenge", now);
  }
  const SocketAddress& source = request.flow.remote;
  const std::string_view name = credentials->username;
  if (throttle_.is_paused(name, source, now) && !throttle_.is_friend(name, source)) {
    return too_many_failures;
  }
  const Account account = account_named(name);
  const DigestVerdict verdict =
      gate_.judge(*credentials, account.secret(), request.message.method_name(), source, now);
  // The password is right, the first time and when the datagram is repeated: the same words.
  if (verdict == DigestVerdict::right || verdict == DigestVerdict::stale) {
    if (const auto fault = misuse_of(request.message, *credentials, *account.user)) return *fault;
  }
  return decision_for(verdict, request, *credentials, now);
}

DigestDecision DigestSignIn::decision_for(DigestVerdict verdict, const sip::RequestOffered& request,
                                          const DigestCredentials& credentials, Instant now) {
  switch (verdict) {
    case DigestVerdict::right:
      throttle_.on_success(credentials.username, request.flow.remote);
      return Allowed{account_named(credentials.username).user, is_first_use(credentials)};
    case DigestVerdict::stale:
      return on_failure(request, credentials, "stale", now);
    case DigestVerdict::crowded:
      return crowded;
    case DigestVerdict::wrong:
      return on_failure(request, credentials, "wrong_password", now);
    case DigestVerdict::unusable: {
      const identity::DigestFault fault = *gate_.fault_of(credentials);
      return Forbidden{403, phrase_of(fault), name_of(fault)};
    }
    case DigestVerdict::unproven:
      // Over UDP anybody can have sent it in the name of that address.
      if (!sip::is_reliable(request.flow.transport)) break;
      return on_failure(request, credentials, "not_our_challenge", now);
  }
  return challenge(request, "not_our_challenge", now);
}

DigestDecision DigestSignIn::on_failure(const sip::RequestOffered& request,
                                        const DigestCredentials& credentials, std::string_view why,
                                        Instant now) {
  const std::string answer =
      fmt::format("{:x}{:x}{}", request.attempt.high, request.attempt.low, credentials.response);
  const SocketAddress& source = request.flow.remote;
  if (throttle_.on_failure(credentials.username, source, answer, now)) return too_many_failures;
  return challenge(request, why, now);
}

Challenge DigestSignIn::challenge(const sip::RequestOffered& request, std::string_view why,
                                  Instant now) {
  const identity::DigestOccasion occasion{.source = request.flow.remote,
                                          .request = request.attempt.high,
                                          .is_stale = why == "stale",
                                          .is_md5_alone = stops_at_sha256(request.message)};
  return {gate_.challenges(occasion, now), why};
}

identity::DigestSecret DigestSignIn::Account::secret() const {
  return device ? DigestSecret{device->ha1_sha256, device->ha1_md5} : DigestSecret{};
}

DigestSignIn::Account DigestSignIn::account_named(std::string_view username) const {
  const auto* device = directory_ ? directory_->device(username) : nullptr;
  const auto* user = device ? directory_->by_extension(device->extension) : nullptr;
  return user ? Account{device, user} : Account{};
}

}  // namespace dering::registrar
