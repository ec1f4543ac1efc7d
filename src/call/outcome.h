// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "call/party.h"

namespace dering::sdp {
enum class Unusable : std::uint8_t;
}

namespace dering::call {

/// How a call ended, for the caller's final response, for BYE and for the call record alike. The
/// phone reads the word from `Reason: SIP;cause=486;text="busy"` and shows it in its language:
///
///   answered           200  both talked, then one hung up
///   cancelled          487  the caller gave up before an answer
///   caller_gone        487  the caller's connection went away before an answer
///   busy               486  the callee is in another call
///   declined           603  the callee said no
///   no_answer          408  nobody answered within the ring time
///   offline            480  the callee has no phone that can be reached
///   unknown_number     404  nobody has this number
///   self_call          482  the number is the caller's own
///   incompatible       488  the two phones have no codec in common, or one wants another kind of
///                           media
///   already_calling    486  the caller is calling this callee already, and it still rings
///   too_many_calls     503  a limit of the switchboard or of the caller is reached
///   media_unavailable  503  the media engine is not there
///   failed             500  the callee's phone answered with an error
///   lost               408  one party's phone vanished during the call
///   media_lost         503  the media engine vanished during the call, and the sound with it
///   shutdown           503  the switchboard is stopping
///   signed_out         403  the sign-in of one party ended, and the policy is to end its calls
///   no_microphone      480  the callee wanted to answer and their browser gave no microphone
///   unavailable        480  the callee's phone takes no calls now
///   refused            403  the callee's phone is told not to let this caller through
///   transferred        200  all who took part went to other calls
///   nothing_rings      404  there is no call that this caller could pick up
///   unprotected        488  the caller's phone, on TLS, offers sound without keys where these are
///                           required
///   do_not_disturb     480  the callee wants no calls now
///   forwarding_loop    482  the callee's forwarding leads in a circle, or through too many people
///   forwarded_nowhere  404  the callee's forwarding leads to somebody who is not there any more
///   incomplete_number  484  a code that lacks the number it is for, or has one that it has no use
///   for
///   parked             200  the caller was given a place to park a call at
///   parking_full       486  all parking places are taken
///   nothing_parked     404  no call waits at this place
///   not_allowed        403  there is a way to this number, and the caller may not take it
///   closed             480  the number leads to a house that is closed now
///   not_yet            501  the plan leads to what this version cannot call yet
///   no_way_out         503  no trunk that leads to the number works now
///   went_on            200  it goes on in the same person's page, which was loaded anew, or in
///                           another tab of it
enum class Outcome : std::uint8_t {
  answered,
  cancelled,
  caller_gone,
  busy,
  declined,
  no_answer,
  offline,
  unknown_number,
  self_call,
  incompatible,
  already_calling,
  too_many_calls,
  media_unavailable,
  failed,
  lost,
  media_lost,
  shutdown,
  signed_out,
  no_microphone,
  unavailable,
  refused,
  transferred,
  nothing_rings,
  unprotected,
  do_not_disturb,
  forwarding_loop,
  forwarded_nowhere,
  incomplete_number,
  parked,
  parking_full,
  nothing_parked,
  went_on,
  not_allowed,
  closed,
  not_yet,
  no_way_out,
};

/// The word of the table above; stable, part of the API.
std::string_view word_of(Outcome outcome);
/// The final status for a caller who was not answered.
int status_of(Outcome outcome);
/// Value of a Reason header field (RFC 3326).
std::string reason_of(Outcome outcome);
/// Value of a Warning header field (RFC 3261 §20.43), for a person who sets up phones; mostly
/// empty.
std::string_view warning_of(Outcome outcome);

/// What a branch's final response means to the caller, who knows what a phone of that profile means
/// by it. `reason` is the value of its Reason fields, empty without: of our own page's words only
/// those count that no status can tell.
Outcome outcome_of_response(int status, std::string_view reason, MediaProfile profile);
/// The same of a trunk, which speaks for whoever is behind it and for itself.
Outcome outcome_outside(int status);
/// Whether the Reason of a BYE says that the phone gave up a lost conversation, not that a person
/// hung up: JsSIP's "SIP ;cause=408; text="RTP Timeout"", and all that is the fault of a machine.
bool tells_of_loss(std::string_view reason);
/// Why an offer that cannot be answered ends a call, or is refused in one (488).
Outcome outcome_of(sdp::Unusable fault);
/// When all branches failed, the outcome worth telling is the greater one of any two: first what a
/// person decided, then what a machine did (in the spirit of RFC 3261 §16.7, step 6).
bool tells_more(Outcome a, Outcome b);

}  // namespace dering::call
