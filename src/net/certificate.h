// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
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

/// A fresh self-signed certificate (ECDSA P-256) for a first start: valid from a day before `now`
/// for 825 days, the longest that Apple's systems accept, for all the names and addresses (ports
/// are ignored).
std::expected<KeyPair, std::string> make_self_signed(std::span<const std::string> host_names,
                                                     std::span<const SocketAddress> addresses,
                                                     UnixSeconds now);

}  // namespace dering::net
