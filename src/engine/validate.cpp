// SPDX-License-Identifier: Apache-2.0
#include "engine/validate.h"

#include <algorithm>

namespace dering::engine {
namespace {

using namespace media::v2;

constexpr std::string_view bad_credentials =
    "ICE credentials must be 4-256 (ufrag) and 22-256 (pwd) letters, digits, + and /.";

bool is_ice_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// RFC 8445 §5.3, RFC 8839 §5.4.
bool is_valid(const IceCredentials& credentials) {
  const auto fits = [](const std::string& text, std::size_t least) {
    return text.size() >= least && text.size() <= 256 && std::ranges::all_of(text, is_ice_char);
  };
  return fits(credentials.ufrag(), 4) && fits(credentials.pwd(), 22);
}

/// SHA-256 as RFC 8122 §5 writes it: 32 pairs of hexadecimal digits, joined by colons.
bool is_valid(const Dtls& dtls) {
  const std::string& text = dtls.fingerprint();
  if (text.size() != 95 || dtls.role() == Dtls::ROLE_UNSPECIFIED) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    if (i % 3 == 2 ? c != ':' : !is_hex) return false;
  }
  return true;
}

template <class PortCommand>
std::optional<std::string> fault_of_port(const PortCommand& command) {
  if (command.port() == 0) return "A port needs an id.";
  const bool credentials_fit = (!command.has_local() || is_valid(command.local())) &&
                               (!command.has_remote() || is_valid(command.remote()));
  if (!credentials_fit) return std::string(bad_credentials);
  if (command.has_dtls() && !is_valid(command.dtls())) {
    return "DTLS needs a role and a SHA-256 fingerprint.";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_open_port(const OpenPort& command) {
  if (command.bridge() == 0) return "A port needs a bridge.";
  if (!command.has_local()) return std::string(bad_credentials);
  return fault_of_port(command);
}

std::optional<std::string> fault_of_open_bridge(const OpenBridge& command) {
  if (command.bridge() == 0) return "A bridge needs an id.";
  const bool is_known =
      command.kind() == OpenBridge::KIND_SEALED || command.kind() == OpenBridge::KIND_ECHO;
  if (!is_known) return "This engine does not know that kind of bridge.";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of(const Command& command) {
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return fault_of_open_bridge(command.open_bridge());
    case Command::kOpenPort:
      return fault_of_open_port(command.open_port());
    case Command::kUpdatePort:
      return fault_of_port(command.update_port());
    case Command::kHello:
    case Command::kCloseBridge:
    case Command::kClosePort:
      return std::nullopt;
    case Command::VERB_NOT_SET:
      return "This engine does not know that command.";
  }
  return std::nullopt;
}

}  // namespace dering::engine
