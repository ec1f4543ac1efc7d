// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "monitor/masked.h"
#include "sip/message/message.h"

namespace dering::recording {

/// What became of the digest credentials in a request: the recording keeps no password, nor what
/// would let anybody find one, so that nobody can judge them again.
enum class DigestJudgement : std::uint8_t {
  none,  ///< it brought none
  right,
  stale,  ///< the password was right, the nonce was not
  wrong,
};
std::string_view name_of(DigestJudgement judgement);
DigestJudgement judgement_named(std::string_view name);

/// The message without what is nobody's business: of credentials the scheme and, for digest, what
/// says whose they are; passwords in URIs; ICE passwords and keys in a description; which key of
/// the telephone an INFO says (each becomes a 0); the text of any other body; the values of header
/// fields that we do not read. As long as before where that matters.
std::string scrubbed(const sip::Message& message);
/// The event without the key that was pressed: each becomes a 0. The contract's secrets (passwords
/// of ICE, keys of SDES) stand in commands, and no recording keeps a command.
media::v2::Event scrubbed(media::v2::Event event);
using monitor::without_uri_passwords;
/// True if the request brings digest credentials.
bool has_digest(const sip::Message& message);

}  // namespace dering::recording
