// SPDX-License-Identifier: Apache-2.0
#include "ua/session_timer.h"

#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "sip/message/fields.h"

namespace dering::ua {
namespace {

using sip::HeaderId;
using Refresher = SessionTerms::Refresher;

std::optional<sip::SessionExpires> expires_of(const sip::Message& message) {
  const auto value = message.header(HeaderId::session_expires);
  return value ? sip::parse_session_expires(*value) : std::nullopt;
}

/// RFC 4028 §10: who waits for a refresh says BYE a third of the interval early, but no more than
/// 32 s.
Duration patience(std::uint32_t seconds) {
  return std::chrono::seconds(seconds - std::min(32U, seconds / 3));
}

/// More often than agreed, where a peer allows hours.
Duration half_time(std::uint32_t seconds) {
  return std::chrono::seconds(std::min(seconds, session_seconds) / 2);
}

void add(sip::MessageWriter& writer, std::uint32_t seconds, std::string_view refresher) {
  std::array<char, 32> text;
  const auto end = fmt::format_to(text.begin(), FMT_COMPILE("{};refresher={}"), seconds, refresher);
  writer.header(HeaderId::session_expires, {text.begin(), end});
}

}  // namespace

std::uint32_t min_session_of(const sip::Message& message) {
  std::string_view value = message.header(HeaderId::min_se).value_or("");
  return to_number<std::uint32_t>(trimmed(take_until(value, ';'))).value_or(min_session_seconds);
}

bool asks_for_too_short_session(const sip::Message& request, const sip::Flow& flow) {
  if (is_websocket(flow.transport) || !request.lists(HeaderId::supported, "timer")) return false;
  const auto asked = expires_of(request);
  return asked && asked->seconds < min_session_seconds;
}

SessionTerms terms_in_answer(const sip::Message& request, const sip::Flow& flow) {
  if (is_websocket(flow.transport)) return {};
  SessionTerms terms;
  const auto asked = expires_of(request);
  const bool knows_timers = request.lists(HeaderId::supported, "timer");
  // Never longer than asked, never below what the peer said or we take.
  const std::uint32_t least = std::max(min_session_seconds, min_session_of(request));
  terms.seconds =
      std::max(asked ? std::min(asked->seconds, session_seconds) : session_seconds, least);
  // Who would refresh once in years is not relied on.
  const bool is_relied_on = knows_timers && least <= session_seconds;
  if (asked && asked->refresher == "uac" && is_relied_on) terms.refresher = Refresher::peer;
  return terms;
}

SessionTerms terms_answered(const sip::Message& response, std::uint32_t asked) {
  const auto agreed = expires_of(response);
  if (!agreed) return {};
  SessionTerms terms;
  terms.seconds = std::clamp(agreed->seconds, min_session_seconds, asked);
  if (agreed->refresher == "uas") terms.refresher = Refresher::peer;
  return terms;
}

void agree_on_session(sip::MessageWriter& writer, const SessionTerms& terms) {
  if (terms.refresher == Refresher::peer) writer.header(HeaderId::require, "timer");
  add(writer, terms.seconds, terms.refresher == Refresher::us ? "uas" : "uac");
}

void ask_for_session(sip::MessageWriter& writer, const SessionTerms& terms) {
  add(writer, terms.seconds, terms.refresher == Refresher::us ? "uac" : "uas");
}

void SessionTimer::start(const SessionTerms& terms, Instant now) {
  terms_ = terms;
  at_ =
      now + (terms.refresher == Refresher::us ? half_time(terms.seconds) : patience(terms.seconds));
}

void SessionTimer::on_refreshing(Instant now) {
  at_ = now + half_time(terms_.seconds);
}

SessionTimer::Due SessionTimer::due(Instant now) const {
  if (!at_ || now < *at_) return Due::nothing;
  return terms_.refresher == Refresher::us ? Due::refresh : Due::expired;
}

}  // namespace dering::ua
