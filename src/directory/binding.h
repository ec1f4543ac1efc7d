// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace dering::directory {

/// One registered contact as the store keeps it across restarts (RFC 3261 §10, RFC 5626). The
/// registrar's own form adds the flow and the monotonic expiry.
struct StoredBinding {
  std::string extension;
  std::string contact_uri;  ///< verbatim, what requests are sent to
  std::string instance;     ///< +sip.instance without quotes; empty when absent
  std::uint32_t reg_id = 0;
  std::string call_id;
  std::uint32_t cseq = 0;
  std::string transport;  ///< "udp", "tcp", "ws", …
  std::string remote;     ///< "192.0.2.1:5060"
  std::string user_agent;
  std::int64_t expires_at = 0;  ///< Unix seconds
};

}  // namespace dering::directory
