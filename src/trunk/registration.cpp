// SPDX-License-Identifier: Apache-2.0
#include "trunk/registration.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sip/message/fields.h"
#include "sip/message/writer.h"

namespace dering::trunk {
namespace {

using sip::HeaderId;
using std::chrono::seconds;
using Kind = RegistrationFault::Kind;

/// Challenge, stale nonce, 423: more than one of each is a provider that will never agree.
constexpr int most_tries = 4;
constexpr seconds shortest{30};
constexpr seconds longest{86'400};

std::optional<seconds> seconds_of(std::optional<std::string_view> value) {
  if (!value) return std::nullopt;
  // Retry-After may go on with a comment or parameters (RFC 3261 §20.33).
  const std::string_view digits = value->substr(0, value->find_first_not_of("0123456789"));
  const auto number = to_number<std::uint32_t>(digits);
  if (!number) return std::nullopt;
  return seconds(*number);
}

/// For how long a 2xx has our Contact; nothing: it names it nowhere. RFC 3261 §10.2.4.
std::optional<seconds> granted(const sip::Message& response, std::string_view contact) {
  const auto ours = sip::parse_name_addr(contact);
  const auto general = seconds_of(response.header(HeaderId::expires));
  for (const std::string_view value : response.list(HeaderId::contact)) {
    const auto bound = sip::parse_name_addr(value);
    if (!bound || !ours || bound->uri.user != ours->uri.user) continue;
    if (const auto own = seconds_of(bound->parameter("expires"))) return own;
    return general.value_or(seconds(3600));
  }
  return std::nullopt;
}

}  // namespace

std::string sentence_of(const RegistrationFault& fault) {
  switch (fault.kind) {
    case Kind::none:
      return "";
    case Kind::unreachable:
      return "The provider does not answer";
    case Kind::refused:
      return fmt::format("The provider refused: {} {}", fault.status, fault.phrase);
    case Kind::nonsense:
      return "The provider's 200 does not name our Contact";
    case Kind::not_answered:
      break;
  }
  switch (fault.why) {
    case NoAnswer::not_digest:
      return "The provider asks for a kind of sign-in that we do not have";
    case NoAnswer::other_realm:
      return "The provider asks in another realm than the trunk's";
    case NoAnswer::wrong_password:
      return "The provider does not take user name and password";
  }
  return "";
}

void Registration::begin(const sip::Flow& flow, Turn& turn) {
  flow_ = flow;
  if (call_id_.empty()) {
    call_id_ = turn.endpoint.new_call_id();
    tag_ = turn.endpoint.new_tag();
  }
  if (transaction_) turn.endpoint.release(*transaction_, turn.now);
  if (!is_up(turn.now)) state_ = State::trying;
  tries_ = 0;
  answered_nonce_.clear();
  send(turn, {}, {});
}

void Registration::on_no_way(Turn& turn) {
  fail({.kind = Kind::unreachable}, std::nullopt, turn);
}

void Registration::send(Turn& turn, std::string_view name, std::string_view credentials) {
  ++tries_;
  next_.reset();
  const std::string branch = turn.endpoint.new_branch();
  const bool leaves = state_ == State::leaving;
  auto writer = sip::MessageWriter::request("REGISTER", terms_.registrar);
  writer.header(HeaderId::via, turn.endpoint.via_value(flow_, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, fmt::format("<{}>;tag={}", terms_.aor, tag_))
      .header(HeaderId::to, fmt::format("<{}>", terms_.aor))
      .header(HeaderId::call_id, call_id_)
      .header(HeaderId::cseq, fmt::format("{} REGISTER", ++cseq_))
      .header(HeaderId::contact, turn.endpoint.contact_value(flow_, terms_.user))
      .header(HeaderId::expires, leaves ? 0 : static_cast<std::uint64_t>(terms_.expires.count()))
      .header("User-Agent", turn.endpoint.names().product);
  if (!terms_.route.empty()) writer.header(HeaderId::route, terms_.route);
  if (!credentials.empty()) writer.header(name, credentials);
  transaction_ = turn.endpoint.request(flow_, sip::Method::register_, branch, writer.finish(),
                                       turn.now, turn.sip);
}

void Registration::on_response(const sip::ResponseArrived& response, Turn& turn) {
  const sip::Message& message = response.message;
  const int status = message.status();
  if (status < 200) return;
  transaction_.reset();
  if (status < 300) return on_success(message, turn);
  if (status == 401 || status == 407) return on_challenge(message, turn);
  if (status == 423 && on_too_brief(message, turn)) return;
  fail({.kind = Kind::refused, .status = status, .phrase = std::string(message.reason_phrase())},
       seconds_of(message.header(HeaderId::retry_after)), turn);
}

void Registration::on_success(const sip::Message& response, Turn& turn) {
  if (state_ == State::leaving) {
    state_ = State::off;
    return;
  }
  const auto lifetime = granted(response, turn.endpoint.contact_value(flow_, terms_.user));
  if (!lifetime || *lifetime <= seconds{0})
    return fail({.kind = Kind::nonsense}, std::nullopt, turn);
  const seconds kept = std::clamp(*lifetime, shortest, longest);
  state_ = State::registered;
  fault_ = {};
  retry_.succeed();
  service_route_ = std::string(response.header("Service-Route").value_or(""));
  until_ = turn.now + kept;
  // Early enough for a few tries; not all trunks of a restart at one moment.
  const auto tenth = static_cast<std::uint64_t>(std::chrono::milliseconds(kept).count()) / 10;
  next_ = turn.now + kept * 7 / 10 + std::chrono::milliseconds(turn.random.below(tenth));
}

void Registration::on_challenge(const sip::Message& response, Turn& turn) {
  const Challenged request{
      .method = "REGISTER", .uri = terms_.registrar, .answered_nonce = answered_nonce_};
  const auto answer = tries_ >= most_tries
                          ? std::variant<DigestAnswer, NoAnswer>{NoAnswer::wrong_password}
                          : answer_digest(response, terms_.account, request, turn.random.token(22));
  if (const auto* why = std::get_if<NoAnswer>(&answer))
    return fail({.kind = Kind::not_answered, .status = response.status(), .why = *why},
                std::nullopt, turn);
  const auto& given = std::get<DigestAnswer>(answer);
  answered_nonce_ = given.nonce;
  send(turn, given.name, given.value);
}

bool Registration::on_too_brief(const sip::Message& response, Turn& turn) {
  const auto least = seconds_of(response.header(HeaderId::min_expires));
  if (!least || *least <= terms_.expires || *least > longest || tries_ >= most_tries) return false;
  terms_.expires = *least;
  answered_nonce_.clear();
  send(turn, {}, {});
  return true;
}

void Registration::on_failed(Turn& turn) {
  transaction_.reset();
  fail({.kind = Kind::unreachable}, std::nullopt, turn);
}

void Registration::fail(RegistrationFault fault, std::optional<seconds> retry_after, Turn& turn) {
  if (state_ == State::leaving) {
    state_ = State::off;
    return;
  }
  // A server that is away or overloaded says nothing about us; what it kept is kept until its time.
  const bool is_away = fault.kind == Kind::unreachable || fault.status == 408 ||
                       (fault.status >= 500 && fault.status < 600);
  if (!is_away || !is_up(turn.now)) state_ = State::waiting;
  fault_ = std::move(fault);
  next_ = turn.now + (is_away ? retry_.after_away(retry_after, turn.random)
                              : retry_.after_refused(retry_after, turn.random));
}

void Registration::on_time(Instant now) {
  if (state_ == State::registered && now >= until_) state_ = State::waiting;
}

void Registration::leave(Turn& turn) {
  if (transaction_) turn.endpoint.release(*transaction_, turn.now);
  transaction_.reset();
  next_.reset();
  const bool is_known = is_up(turn.now) || state_ == State::trying;
  state_ = is_known ? State::leaving : State::off;
  if (!is_known) return;
  tries_ = 0;
  answered_nonce_.clear();
  send(turn, {}, {});
}

}  // namespace dering::trunk
