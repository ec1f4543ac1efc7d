// SPDX-License-Identifier: Apache-2.0
#include "call/outcome.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "base/text.h"
#include "sdp/rewrite.h"
#include "sip/message/fields.h"
#include "sip/message/uri.h"

namespace dering::call {
namespace {

struct Row {
  Outcome outcome;
  std::string_view word;
  int status;
  int weight;  ///< of tells_more(); 0 where no branch can fail so
};

constexpr std::array rows{
    Row{Outcome::answered, "answered", 200, 0},
    Row{Outcome::cancelled, "cancelled", 487, 0},
    Row{Outcome::caller_gone, "caller_gone", 487, 0},
    Row{Outcome::busy, "busy", 486, 6},
    Row{Outcome::declined, "declined", 603, 7},
    Row{Outcome::no_answer, "no_answer", 408, 4},
    Row{Outcome::offline, "offline", 480, 1},
    Row{Outcome::unknown_number, "unknown_number", 404, 0},
    Row{Outcome::self_call, "self_call", 482, 0},
    Row{Outcome::incompatible, "incompatible", 488, 3},
    Row{Outcome::already_calling, "already_calling", 486, 0},
    Row{Outcome::too_many_calls, "too_many_calls", 503, 0},
    Row{Outcome::media_unavailable, "media_unavailable", 503, 0},
    Row{Outcome::failed, "failed", 500, 2},
    Row{Outcome::lost, "lost", 408, 0},
    Row{Outcome::media_lost, "media_lost", 503, 0},
    Row{Outcome::shutdown, "shutdown", 503, 0},
    Row{Outcome::signed_out, "signed_out", 403, 0},
    Row{Outcome::no_microphone, "no_microphone", 480, 5},
    Row{Outcome::unavailable, "unavailable", 480, 5},
    Row{Outcome::refused, "refused", 403, 5},
    Row{Outcome::transferred, "transferred", 200, 0},
    Row{Outcome::nothing_rings, "nothing_rings", 404, 0},
    Row{Outcome::unprotected, "unprotected", 488, 0},
    Row{Outcome::do_not_disturb, "do_not_disturb", 480, 5},
    Row{Outcome::forwarding_loop, "forwarding_loop", 482, 3},
    Row{Outcome::forwarded_nowhere, "forwarded_nowhere", 404, 3},
    Row{Outcome::incomplete_number, "incomplete_number", 484, 0},
    Row{Outcome::parked, "parked", 200, 0},
    Row{Outcome::parking_full, "parking_full", 486, 0},
    Row{Outcome::nothing_parked, "nothing_parked", 404, 0},
    Row{Outcome::went_on, "went_on", 200, 0},
    Row{Outcome::not_allowed, "not_allowed", 403, 0},
    Row{Outcome::closed, "closed", 480, 0},
    Row{Outcome::not_yet, "not_yet", 501, 0},
    Row{Outcome::no_way_out, "no_way_out", 503, 0},
};

const Row& row_of(Outcome outcome) {
  const Row& row = rows.at(static_cast<std::size_t>(outcome));
  DERING_CHECK(row.outcome == outcome);
  return row;
}

/// The parameters of the first value of protocol SIP (RFC 3326 §2).
std::string_view sip_parameters(std::string_view reason) {
  for (std::string_view value : sip::split_list(reason)) {
    const std::string_view protocol = trimmed(take_until(value, ';'));
    if (equals_ignoring_case(protocol, "SIP")) return value;
  }
  return {};
}

std::string text_of(std::string_view reason) {
  return sip::unquoted(sip::find_parameter(sip_parameters(reason), "text").value_or(""));
}

}  // namespace

std::string_view word_of(Outcome outcome) {
  return row_of(outcome).word;
}

int status_of(Outcome outcome) {
  return row_of(outcome).status;
}

std::string reason_of(Outcome outcome) {
  return fmt::format("SIP;cause={};text=\"{}\"", status_of(outcome), word_of(outcome));
}

std::string_view warning_of(Outcome outcome) {
  if (outcome == Outcome::unprotected) {
    return "399 dering \"Sound Over TLS Needs Keys: Turn SRTP On\"";
  }
  return outcome == Outcome::incompatible ? "305 dering \"No Sound That Both Sides Know\""
                                          : std::string_view();
}

bool tells_of_loss(std::string_view reason) {
  const auto cause = sip::find_parameter(sip_parameters(reason), "cause").value_or("");
  const auto status = to_number<std::uint16_t>(cause).value_or(200);
  return status == 408 || status == 481 || (status >= 500 && status < 600);
}

Outcome outcome_of(sdp::Unusable fault) {
  return fault == sdp::Unusable::no_keys ? Outcome::unprotected : Outcome::incompatible;
}

Outcome outcome_of_response(int status, std::string_view reason, MediaProfile profile) {
  if (status == 480 && text_of(reason) == word_of(Outcome::no_microphone)) {
    return Outcome::no_microphone;
  }
  switch (status) {
    case 486:
    case 600:
      return Outcome::busy;
    case 480:  // what JsSIP sends when its user rejects the call; a desk phone is not to be
               // disturbed
      return profile == MediaProfile::webrtc ? Outcome::declined : Outcome::unavailable;
    case 433:
    case 603:
    case 607:
      return Outcome::declined;
    case 408:
    case 487:
      return Outcome::no_answer;
    case 404:
    case 410:
    case 430:
    case 484:
      return Outcome::offline;
    case 401:
    case 403:
    case 407:
      return Outcome::refused;
    case 503:
      return Outcome::unavailable;
    case 415:
    case 488:
    case 606:
      return Outcome::incompatible;
    default:
      return Outcome::failed;
  }
}

Outcome outcome_outside(int status) {
  switch (status) {
    case 401:
    case 407:
      return Outcome::no_way_out;
    case 404:
    case 410:
    case 604:
      return Outcome::unknown_number;
    case 484:
      return Outcome::incomplete_number;
    case 408:
    case 480:
    case 487:
      return Outcome::no_answer;
    default:
      return status >= 500 && status < 600 ? Outcome::no_way_out
                                           : outcome_of_response(status, {}, MediaProfile::rtp);
  }
}

bool tells_more(Outcome a, Outcome b) {
  return row_of(a).weight > row_of(b).weight;
}

}  // namespace dering::call
