// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/fields.h"
#include "sip/message/message.h"

namespace dering::sip {

/// Longest Replaces that is read, and longest Refer-To. What programs write has a tenth of it.
inline constexpr std::size_t max_replaces_size = 512;
inline constexpr std::size_t max_refer_to_size = 2'048;

/// Names the dialog that an INVITE shall take the place of (RFC 3891 §6.1). Owns its text: in a
/// Refer-To it stands escaped.
struct Replaces {
  std::string call_id;
  std::string to_tag;    ///< of whoever gets the INVITE; JsSIP may have the two in the other order
  std::string from_tag;  ///< of the other side of that dialog
  bool is_early_only = false;  ///< only while the dialog is not confirmed yet

  bool operator==(const Replaces&) const = default;
};

/// Nothing unless there is a Call-ID with one to-tag and one from-tag: none twice, none without a
/// value, and nothing longer than max_replaces_size. Other parameters are passed over.
std::optional<Replaces> parse_replaces(std::string_view value);
std::string replaces_value(const Replaces& replaces);

/// Whom a REFER points at (RFC 3515 §2.1). Views over the message, but for `replaces`.
struct ReferTo {
  NameAddr address;         ///< its URI as it stands there, with what follows its "?"
  std::string_view target;  ///< the URI alone, without what follows its "?"
  std::string_view method;  ///< INVITE unless the URI names another one; as written
  /// The only header field that a Refer-To may ask for: all others that stand behind the "?" would
  /// let a phone write in our name (hostile-input F3), and are passed over.
  std::optional<Replaces> replaces;
};

/// Nothing on a grammar error, on two Replaces or one that is malformed, and beyond
/// max_refer_to_size.
std::optional<ReferTo> parse_refer_to(std::string_view value);
/// The one Refer-To of a REFER: "A REFER request MUST contain exactly one Refer-To header field
/// value" (RFC 3515 §2.4.1). Nothing if there is none, or more.
std::optional<ReferTo> refer_to_of(const Message& refer);
/// The value of a Refer-To that leads to `uri`, in the place of that dialog if there is one.
std::string refer_to_value(std::string_view uri, const std::optional<Replaces>& replaces);
/// The one Replaces of an INVITE. Nothing if there is none, or more: see Message::count().
std::optional<Replaces> replaces_of(const Message& invite);

/// Who referred (RFC 3892 §2.1); claimed by whoever wrote it. Views over the message.
struct ReferredBy {
  NameAddr referrer;
  std::string_view content_id;  ///< "cid" without its quotes: of a signed token; empty when absent
};

/// Nothing on a grammar error, if the URI is none of a phone or has header fields, on two cid, and
/// beyond max_refer_to_size.
std::optional<ReferredBy> parse_referred_by(std::string_view value);
/// The one Referred-By of a request; nothing if there is none, more, or none that can be read.
std::optional<ReferredBy> referred_by_of(const Message& request);

/// The body of a NOTIFY about a REFER: a response of which only the status line is told (RFC 3515
/// §2.4.5, RFC 3420).
struct StatusFragment {
  int status = 0;           ///< 100–699
  std::string_view phrase;  ///< may be empty
};
inline constexpr std::string_view status_fragment_type = "message/sipfrag;version=2.0";

/// `words`: in place of the usual ones; empty: those.
std::string status_fragment(int status, std::string_view words = {});
/// Reads the first line; header fields may follow it. Nothing if it is no status line, beyond
/// max_refer_to_size, or if there are control characters or bytes that are not UTF-8 in it.
std::optional<StatusFragment> parse_status_fragment(std::string_view body);

}  // namespace dering::sip
