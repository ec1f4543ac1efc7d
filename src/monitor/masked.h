// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dering::monitor {

/// A SIP message as people may read it: without what lets anybody sign in, listen or read along.
/// docs/tracing.md has the list. Works on the bytes and not on a parsed message, so that one that
/// no parser takes is masked too: names in any case, compact, folded (RFC 3261 §7.3.1), with spaces
/// before the colon, lines that end with LF alone. Where it is not sure it masks. A body is as long
/// as before.
std::string masked(std::string_view message);

/// As many of another character in place of what follows `words`, up to one of `until`; how the
/// words are spelled does not matter. `words` in lower case.
void blank_after(std::string& text, std::string_view words, std::string_view until);
/// The keys in a description (RFC 4568, RFC 8839, RFC 8866 §5.12, RFC 4567 §3), as long as before.
void blank_keys(std::string& description);
/// The text with another password, as long as before, in each SIP URI that has one (RFC 3261
/// §19.1.1).
std::string without_uri_passwords(std::string text);

}  // namespace dering::monitor
