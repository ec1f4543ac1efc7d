// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/instant.h"
#include "base/socket_address.h"

namespace dering::net {

/// A certificate chain and its private key, both PEM.
struct KeyPair {
  std::string certificate;
  std::string key;
};

/// Reads both files and checks that they belong together. The error is one sentence.
std::expected<KeyPair, std::string> load_key_pair(const std::string& chain_file,
                                                  const std::string& key_file);

/// A certification authority of our own (ECDSA P-256), called `name`, for twenty years: telephones
/// that are told to trust it take every certificate that is issued later, too.
std::expected<KeyPair, std::string> make_authority(const std::string& name, UnixSeconds now);

/// Whom a server certificate is for; ports are ignored.
struct ServerNames {
  std::span<const std::string> hosts;
  std::span<const SocketAddress> addresses;
};

/// A fresh server certificate (ECDSA P-256) from a day before `now` for 825 days, the longest that
/// Apple's systems accept. Its chain ends with the authority's certificate.
std::expected<KeyPair, std::string> issue_certificate(const KeyPair& authority,
                                                      const ServerNames& names, UnixSeconds now);

/// When the first certificate of a chain expires; nothing if there is none to be read.
std::optional<UnixSeconds> expiry_of(const std::string& chain);

}  // namespace dering::net
