// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace dering::sip {

/// Methods we know (RFC 3261, 3311, 3428, 3515, 3262, 3903, 6086, 6665).
enum class Method : std::uint8_t {
  invite,
  ack,
  bye,
  cancel,
  register_,
  options,
  info,
  update,
  refer,
  notify,
  subscribe,
  message,
  publish,
  prack,
  unknown,
};

Method method_from(std::string_view name);  ///< case-sensitive (RFC 3261 §7.1)
std::string_view name_of(Method method);

/// Header fields that the switchboard reads. All others are kept as `other`, by name.
enum class HeaderId : std::uint8_t {
  via,
  from,
  to,
  call_id,
  cseq,
  contact,
  max_forwards,
  content_length,
  content_type,
  content_encoding,
  content_disposition,
  expires,
  min_expires,
  require,
  proxy_require,
  supported,
  unsupported,
  allow,
  accept,
  route,
  record_route,
  path,
  authorization,
  proxy_authorization,
  www_authenticate,
  proxy_authenticate,
  session_expires,
  min_se,
  event,
  subscription_state,
  refer_to,
  referred_by,
  replaces,
  reason,
  retry_after,
  user_agent,
  server,
  warning,
  date,
  allow_events,
  rseq,
  rack,
  other,
};

/// Knows long and compact names, without regard to case: "v" and "Via" (RFC 3261 §7.3.3).
HeaderId header_from(std::string_view name);
std::string_view name_of(HeaderId id);  ///< the long name; empty for `other`

/// One header field as it stood on the wire, unfolded, value trimmed.
struct HeaderField {
  HeaderId id = HeaderId::other;
  std::string_view name;
  std::string_view value;
};

}  // namespace dering::sip
