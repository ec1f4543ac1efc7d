// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/party.h"
#include "ua/client_invitation.h"

namespace dering::call {

/// Why a call did not stay with somebody (RFC 5806 §4, RFC 4458).
enum class Diverted : std::uint8_t {
  always,
  busy,
  no_answer,
  unreachable,
  do_not_disturb,
  by_phone,  ///< it sent the caller on (3xx)
};

/// Somebody whom a call came to and did not stay with.
struct Hop {
  Party person;
  Diverted why{};
};

/// How a call came to whom it rings at now.
struct Approach {
  std::string why = "rung";        ///< of the stays of their phones
  std::vector<Hop> through{};      ///< the first is who was called
  std::optional<Party> sent_by{};  ///< who sent the caller there (REFER)
  std::string parked_at{};         ///< the place from which it returns to who parked it
  std::optional<Party> shown{};    ///< as whom the caller is shown; nothing: as they are
};

/// A name-addr for From, To and the like; of who hides, the words of RFC 3323 §4.1.1.3.
std::string address_of(const Party& party, std::string_view domain);

/// As whom the phone on this way shows a caller who comes so: a desk phone, whose display has one
/// line, that a parked call returns.
Party shown_caller(const Party& caller, const Approach& approach, MediaProfile profile);

/// What the phone of `callee` is told of it: Diversion (RFC 5806), the newest first, History-Info
/// (RFC 7044), and Referred-By (RFC 3892). Who hides is named in none of them. X-Dering-Parked: the
/// place from which a parked call returns.
std::vector<ua::ToldField> fields_of(const Approach& approach, const Party& callee,
                                     std::string_view domain);

}  // namespace dering::call
