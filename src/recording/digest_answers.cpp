// SPDX-License-Identifier: Apache-2.0
#include "recording/digest_answers.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "identity/digest.h"
#include "recording/lists.h"
#include "sip/message/fields.h"

namespace dering::recording {

using identity::DigestAlgorithm;
using sip::HeaderId;

namespace {

/// Less than a nonce lives.
constexpr Duration challenge_lifetime = std::chrono::seconds(45);
constexpr std::string_view no_password = "wrong";

std::optional<std::string_view> credentials_in(const sip::Message& message) {
  if (const auto value = message.header(HeaderId::authorization)) return value;
  return message.header(HeaderId::proxy_authorization);
}

std::string credentials_for(const sip::AuthFields& recorded, std::string_view method,
                            std::string_view nonce, std::string_view password) {
  const auto parameter = [&](std::string_view name) {
    return recorded.parameter(name).value_or(std::string_view{});
  };
  const bool is_sha256 = parameter("algorithm").starts_with("SHA-256");
  const auto algorithm = is_sha256 ? DigestAlgorithm::sha256 : DigestAlgorithm::md5;
  identity::DigestCredentials ours{.username = parameter("username"),
                                   .realm = parameter("realm"),
                                   .nonce = nonce,
                                   .uri = parameter("uri"),
                                   .response = {},
                                   .algorithm = name_of(algorithm),
                                   .qop = "auth",
                                   .cnonce = "recorded",
                                   .nc = parameter("nc")};
  const std::string ha1 = identity::digest_ha1(algorithm, ours.username, ours.realm, password);
  return fmt::format(
      R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}", algorithm={}, )"
      R"(qop=auth, cnonce="{}", nc={})",
      ours.username, ours.realm, ours.nonce, ours.uri,
      identity::digest_response(algorithm, ha1, method, ours), ours.algorithm, ours.cnonce,
      ours.nc);
}

/// The recording has each on one line.
std::string with(std::string_view text, std::string_view recorded, std::string_view credentials) {
  const std::size_t at = text.find(recorded);
  return std::string(text.substr(0, at))
      .append(credentials)
      .append(text.substr(at + recorded.size()));
}

}  // namespace

void DigestAnswers::on_sent(const sip::Flow& flow, std::string_view bytes, Instant now) {
  if (!bytes.starts_with("SIP/2.0 401") && !bytes.starts_with("SIP/2.0 407")) return;
  const auto message = sip::Message::parse(bytes);
  if (!message) return;
  auto value = message->header(HeaderId::www_authenticate);
  if (!value) value = message->header(HeaderId::proxy_authenticate);
  const auto auth = value ? sip::parse_auth(*value) : std::nullopt;
  const auto nonce = auth ? auth->parameter("nonce") : std::nullopt;
  if (!nonce) return;
  challenges_[{flow, std::string(message->call_id())}] = {std::string(*nonce), now};
}

std::optional<std::string> DigestAnswers::answered(const Request& request, Instant now) {
  const auto recorded = credentials_in(request.message);
  const auto auth = recorded ? sip::parse_auth(*recorded) : std::nullopt;
  if (!auth) return std::string(request.text);
  // A repetition says the same.
  const std::string branch =
      fmt::format("{} {}", request.message.via().branch, request.message.cseq().number);
  if (const auto before = said_.find(branch); before != said_.end()) {
    return with(request.text, *recorded, before->second);
  }
  const auto at = challenges_.find({request.flow, std::string(request.message.call_id())});
  if (at == challenges_.end() || at->second.at + challenge_lifetime < now) return std::nullopt;
  Challenge& challenge = at->second;
  const bool is_first = to_number<std::uint32_t>(auth->parameter("nc").value_or(""), 16) == 1;
  const bool is_stale = request.judgement == DigestJudgement::stale;
  if (is_first && challenge.is_used && !is_stale) return std::nullopt;
  challenge.is_used = true;
  const bool is_wrong = request.judgement == DigestJudgement::wrong;
  std::string credentials =
      credentials_for(*auth, request.message.method_name(), is_stale ? "0" : challenge.nonce,
                      is_wrong ? no_password : recorded_password);
  return with(request.text, *recorded, said_.emplace(branch, credentials).first->second);
}

std::string DigestAnswers::without(const sip::Message& message, std::string_view text) {
  std::string bare(text);
  for (const sip::HeaderField& field : message.headers()) {
    if (field.id != HeaderId::authorization && field.id != HeaderId::proxy_authorization) continue;
    const std::string line = fmt::format("{}: {}\r\n", field.name, field.value);
    const std::size_t at = bare.find(line);
    if (at != std::string::npos) bare.erase(at, line.size());
  }
  return bare;
}

}  // namespace dering::recording
