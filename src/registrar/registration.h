// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::registrar {

/// Limits of what a phone may leave with us; past them its REGISTER gets 400 with a phrase that
/// says so. Phones on mobile networks put tokens of their push service into the Contact.
inline constexpr std::size_t max_contact_uri_size = 1024;
inline constexpr std::size_t max_path_size = 1024;  ///< of all Path header fields together
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
  std::string_view user_agent;  ///< UTF-8
  /// Addresses of the proxies between us and the phone, topmost first and separated by commas: the
  /// Route of what is sent to it (RFC 3327 §5.3). Empty when absent.
  std::string path;
  /// RFC 5626 §6: the phone offered it, a contact has instance and reg-id, and the first hop, if it
  /// is not us, knows it too.
  bool is_outbound = false;
};

/// Option tags of Require that we do not know: comma-separated, empty if there is none.
std::string unknown_requirements(const sip::Message& request);

/// The refusal is 400 with a phrase, 420 or 423.
std::expected<Registration, sip::Refusal> read_registration(const sip::Message& request,
                                                            std::chrono::seconds default_expiry);

/// Who a request may say it comes from: the user's number, or the name of the device that signed in
/// (empty for a browser). Phones have one field for both, and people type either.
struct Names {
  std::string_view extension;
  std::string_view device;
};
/// True if From and, in a REGISTER, To are this user: nobody registers or calls for another one.
bool speaks_for(const sip::Message& request, const Names& names);

}  // namespace dering::registrar
