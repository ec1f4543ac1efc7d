// SPDX-License-Identifier: Apache-2.0
#include "recording/scrubbed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "call/info_digit.h"
#include "sip/message/fields.h"
#include "sip/message/media_type.h"

namespace dering::recording {

using sip::HeaderId;

namespace {

constexpr std::array<std::pair<DigestJudgement, std::string_view>, 4> judgements{{
    {DigestJudgement::none, "none"},
    {DigestJudgement::right, "right"},
    {DigestJudgement::stale, "stale"},
    {DigestJudgement::wrong, "wrong"},
}};

/// Whoever has nonce, cnonce and response can try passwords until one fits.
constexpr std::array kept_of_digest{"username", "realm", "uri", "algorithm", "qop", "nc"};

bool is_credentials(HeaderId id) {
  return id == HeaderId::authorization || id == HeaderId::proxy_authorization;
}

std::string scrubbed_credentials(std::string_view value) {
  const auto auth = sip::parse_auth(value);
  if (!auth || !equals_ignoring_case(auth->scheme, "Digest")) return "Bearer recorded";
  std::string kept = "Digest ";
  for (const std::string_view name : kept_of_digest) {
    const auto text = auth->parameter(name);
    if (text) kept += fmt::format("{}=\"{}\", ", name, *text);
  }
  return kept + R"(nonce="recorded", cnonce="recorded", response="recorded")";
}

/// A key of a telephone that stands for each of them: a replay goes where a key was pressed, and
/// nobody learns which.
constexpr std::string_view any_key = "0";

std::string scrubbed_key(const call::InfoDigit& digit, call::InfoForm form) {
  const std::string_view key = digit.key ? any_key : "!";  // a flash of the hook says nothing
  if (form == call::InfoForm::bare) return std::string(key);
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(digit.duration);
  return fmt::format("Signal={}\r\nDuration={}\r\n", key, duration.count());
}

std::string scrubbed_body(const sip::Message& message) {
  std::string body(message.body());
  const auto type = message.header(HeaderId::content_type).value_or("");
  const bool is_packed = message.header(HeaderId::content_encoding).has_value();
  if (is_packed || !sip::is_media_type(type, "application/sdp")) {
    const auto form = is_packed ? std::nullopt : call::info_form(type);
    const auto digit = form ? call::parse_info_digit(*form, body) : std::nullopt;
    if (digit) return scrubbed_key(*digit, *form);
    return std::string(body.size(), 'x');
  }
  monitor::blank_keys(body);
  return body;
}

std::string start_line(const sip::Message& message) {
  if (message.is_request()) {
    return fmt::format("{} {} SIP/2.0", message.method_name(), message.request_uri());
  }
  return fmt::format("SIP/2.0 {} {}", message.status(), message.reason_phrase());
}

}  // namespace

std::string_view name_of(DigestJudgement judgement) {
  return judgements[static_cast<std::size_t>(judgement)].second;
}

DigestJudgement judgement_named(std::string_view name) {
  const auto at = std::ranges::find(judgements, name, [](const auto& one) { return one.second; });
  return at == judgements.end() ? DigestJudgement::none : at->first;
}

std::string scrubbed(const sip::Message& message) {
  const std::string body = scrubbed_body(message);
  std::string text = start_line(message) + "\r\n";
  for (const sip::HeaderField& field : message.headers()) {
    if (field.id == HeaderId::content_length) continue;
    text.append(field.name).append(": ");
    const bool is_read = field.id != HeaderId::other || equals_ignoring_case(field.name, "Privacy");
    text.append(is_credentials(field.id) ? scrubbed_credentials(field.value)
                : is_read                ? std::string(field.value)
                                         : "-");
    text.append("\r\n");
  }
  return monitor::without_uri_passwords(std::move(text)) +
         fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

media::v2::Event scrubbed(media::v2::Event event) {
  if (event.has_digit()) event.mutable_digit()->set_digit(std::string(any_key));
  return event;
}

bool has_digest(const sip::Message& message) {
  for (const HeaderId id : {HeaderId::authorization, HeaderId::proxy_authorization}) {
    const auto value = message.header(id);
    if (value && value->size() > 7 && equals_ignoring_case(value->substr(0, 7), "Digest ")) {
      return true;
    }
  }
  return false;
}

}  // namespace dering::recording
