// SPDX-License-Identifier: Apache-2.0
#include "trunk/digest_answer.h"

#include <fmt/format.h>

#include <expected>
#include <optional>

#include "base/text.h"
#include "identity/digest.h"
#include "sip/message/fields.h"

namespace dering::trunk {
namespace {

using identity::DigestAlgorithm;
using identity::DigestCredentials;

/// One field of a response, as far as it can be answered. Views over the message.
struct Challenge {
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
  DigestCredentials credentials;  ///< realm, nonce, algorithm and qop
  std::string_view opaque;
  bool is_stale = false;
};

/// The hash of an algorithm's name, with or without "-sess".
std::optional<DigestAlgorithm> hash_of(std::string_view name) {
  if (name.empty()) return DigestAlgorithm::md5;  // RFC 7616 §3.3
  constexpr std::string_view session = "-sess";
  if (name.size() > session.size() &&
      equals_ignoring_case(name.substr(name.size() - session.size()), session))
    name.remove_suffix(session.size());
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::md5}) {
    if (equals_ignoring_case(name, identity::name_of(algorithm))) return algorithm;
  }
  return std::nullopt;
}

/// "auth" where it is among what is offered, nothing where no qop is; else it cannot be answered.
std::optional<std::string_view> qop_of(std::optional<std::string_view> offered) {
  if (!offered) return std::string_view{};
  for (const std::string_view each : sip::split_list(*offered)) {
    if (equals_ignoring_case(each, "auth")) return "auth";
  }
  return std::nullopt;
}

std::optional<Challenge> read_challenge(std::string_view value) {
  const auto auth = sip::parse_auth(value);
  if (!auth || !equals_ignoring_case(auth->scheme, "Digest")) return std::nullopt;
  const auto parameter = [&](std::string_view name) {
    return auth->parameter(name).value_or(std::string_view{});
  };
  const auto algorithm = hash_of(parameter("algorithm"));
  const auto qop = qop_of(auth->parameter("qop"));
  if (!algorithm || !qop || parameter("nonce").empty()) return std::nullopt;
  // What has no qop proves so little that it may not be said with the better algorithm's fame.
  if (qop->empty() && *algorithm != DigestAlgorithm::md5) return std::nullopt;
  Challenge challenge{.algorithm = *algorithm, .credentials = {}, .opaque = parameter("opaque")};
  challenge.credentials.realm = parameter("realm");
  challenge.credentials.nonce = parameter("nonce");
  challenge.credentials.algorithm = parameter("algorithm");
  challenge.credentials.qop = *qop;
  challenge.is_stale = equals_ignoring_case(parameter("stale"), "true");
  return challenge;
}

std::string response_to(const Challenge& challenge, const Account& account,
                        std::string_view method) {
  const DigestCredentials& said = challenge.credentials;
  const std::string ha1 =
      identity::digest_ha1(challenge.algorithm, account.username, said.realm, account.password);
  return said.qop.empty() ? identity::digest_response_without_qop(ha1, method, said)
                          : identity::digest_response(challenge.algorithm, ha1, method, said);
}

std::string write(const Challenge& challenge, std::string_view response) {
  const DigestCredentials& said = challenge.credentials;
  std::string value =
      fmt::format("Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\"",
                  said.username, said.realm, said.nonce, said.uri, response);
  if (!said.algorithm.empty()) value += fmt::format(", algorithm={}", said.algorithm);
  if (!said.qop.empty())
    value += fmt::format(", qop={}, cnonce=\"{}\", nc={}", said.qop, said.cnonce, said.nc);
  if (!challenge.opaque.empty()) value += fmt::format(", opaque=\"{}\"", challenge.opaque);
  return value;
}

/// Of those that can be answered in our realm.
std::expected<Challenge, NoAnswer> strongest(const sip::Message& response, sip::HeaderId id,
                                             const Account& account) {
  std::optional<Challenge> best;
  NoAnswer otherwise = NoAnswer::not_digest;
  for (const sip::HeaderField& field : response.headers()) {
    const auto challenge = field.id == id ? read_challenge(field.value) : std::nullopt;
    if (!challenge) continue;
    if (!account.realm.empty() && challenge->credentials.realm != account.realm) {
      otherwise = NoAnswer::other_realm;
    } else if (!best || challenge->algorithm < best->algorithm) {
      best = challenge;
    }
  }
  if (!best) return std::unexpected(otherwise);
  return *best;
}

}  // namespace

std::string_view name_of(NoAnswer why) {
  switch (why) {
    case NoAnswer::not_digest:
      return "not_digest";
    case NoAnswer::other_realm:
      return "other_realm";
    case NoAnswer::wrong_password:
      return "wrong_password";
  }
  return "";
}

std::string_view answer_field_of(const sip::Message& response) {
  return response.status() == 407 ? "Proxy-Authorization" : "Authorization";
}

std::variant<DigestAnswer, NoAnswer> answer_digest(const sip::Message& response,
                                                   const Account& account,
                                                   const Challenged& request,
                                                   std::string_view cnonce) {
  const bool by_proxy = response.status() == 407;
  const auto best = strongest(
      response, by_proxy ? sip::HeaderId::proxy_authenticate : sip::HeaderId::www_authenticate,
      account);
  if (!best) return best.error();
  Challenge challenge = *best;
  DigestCredentials& said = challenge.credentials;
  if (!request.answered_nonce.empty() &&
      (!challenge.is_stale || said.nonce == request.answered_nonce))
    return NoAnswer::wrong_password;
  said.username = account.username;
  said.uri = request.uri;
  if (!said.qop.empty()) {
    said.cnonce = cnonce;
    said.nc = "00000001";
  }
  return DigestAnswer{.name = answer_field_of(response),
                      .value = write(challenge, response_to(challenge, account, request.method)),
                      .nonce = std::string(said.nonce)};
}

}  // namespace dering::trunk
