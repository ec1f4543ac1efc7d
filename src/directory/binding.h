// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string local{};    ///< the address of ours that it uses: "198.51.100.7:5060"; may be empty
  std::string user_agent;
  std::string path{};           ///< Route of what is sent to it (RFC 3327); empty when absent
  std::string device{};         ///< a desk phone's user name; empty: it showed a token
  std::int64_t expires_at = 0;  ///< Unix seconds
};

/// Which of those with one Contact URI.
struct BoundFlow {
  std::string instance;
  std::uint32_t reg_id = 0;

  bool operator==(const BoundFlow&) const = default;
};
/// From the store, once at the start: what it kept of an earlier run.
struct BindingsKept {
  std::vector<StoredBinding> bindings;
};

}  // namespace dering::directory
