// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "refusal/refusal.h"
#include "registrar/digest_sign_in.h"
#include "sip/flow.h"
#include "sip/message/message.h"

// What people and fail2ban get to know of a SIP request that was refused.
namespace dering::registrar {

/// The name in its digest credentials; empty: it shows none. A view into the request.
std::string_view digest_name(const sip::Message& request);

/// The name a request claims: that of its digest credentials, else the user of From. A view into
/// the request.
std::string_view claimed_name(const sip::Message& request);

/// The event of that request; the name is known to the directory or not.
refusal::Refusal told(const sip::Message& request, const sip::Flow& flow, refusal::Reason reason,
                      const directory::Directory* directory);

/// The event that a decision on digest credentials is. Nothing for who is let in, and for a
/// challenge to who has not failed: nothing was shown, or what was shown has merely grown old.
std::optional<refusal::Refusal> told(const DigestDecision& decision, const sip::Message& request,
                                     const sip::Flow& flow, const directory::Directory* directory);

}  // namespace dering::registrar
