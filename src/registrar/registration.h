// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::registrar {

/// Limits of what a phone may leave with us; past them its REGISTER gets 400.
inline constexpr std::size_t max_contact_uri_size = 512;
inline constexpr std::size_t max_instance_size = 256;
inline constexpr std::size_t max_call_id_size = 256;
/// What is kept of a User-Agent.
inline constexpr std::size_t max_user_agent_size = 80;

/// No binding is granted for longer, nor asked for shorter than this (423, RFC 3261 §10.3). A
/// browser's is short, as its connection tells us when it is gone.
constexpr std::chrono::seconds longest_expiry(const sip::Flow& flow) {
  return std::chrono::seconds(sip::is_websocket(flow.transport) ? 600 : 3600);
}
inline constexpr std::chrono::seconds shortest_expiry{60};

/// What a REGISTER wants of one contact. Views over the message.
struct ContactUpdate {
  sip::Uri uri;
  std::string_view instance;  ///< +sip.instance without quotes; empty when absent
  std::uint32_t reg_id = 0;   ///< 0 when absent
  std::chrono::seconds expires{0};
};

/// A REGISTER, checked. Views over the message.
struct Registration {
  bool removes_all = false;  ///< Contact: *
  std::vector<ContactUpdate> updates;
  std::string_view call_id;
  std::uint32_t cseq = 0;
  std::string_view user_agent;

  /// True if a contact is bound to its flow by instance and reg-id (RFC 5626 §4.2).
  bool uses_outbound() const;
};

/// Option tags of Require that we do not know: comma-separated, empty if there is none.
std::string unknown_requirements(const sip::Message& request);

/// The error is the status of the refusal: 400, 420 or 423.
std::expected<Registration, int> read_registration(const sip::Message& request,
                                                   std::chrono::seconds default_expiry);

/// True if From and, in a REGISTER, To are this user: nobody registers or calls for another one.
bool speaks_for(const sip::Message& request, std::string_view extension);

}  // namespace dering::registrar
