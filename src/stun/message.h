// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/socket_address.h"

namespace dering::stun {

inline constexpr std::uint32_t magic_cookie = 0x2112A442;
inline constexpr std::size_t header_size = 20;
inline constexpr std::uint16_t binding_method = 0x001;

/// RFC 8489 §5: the two class bits of the message type.
enum class Class : std::uint8_t { request, indication, success, error };

using TransactionId = std::array<std::uint8_t, 12>;

/// RFC 8489 §14 and RFC 8445 §7.1: the attributes this folder reads or writes.
enum class Attribute : std::uint16_t {
  mapped_address = 0x0001,
  username = 0x0006,
  message_integrity = 0x0008,
  error_code = 0x0009,
  unknown_attributes = 0x000A,
  realm = 0x0014,
  nonce = 0x0015,
  xor_mapped_address = 0x0020,
  priority = 0x0024,
  use_candidate = 0x0025,
  fingerprint = 0x8028,
  ice_controlled = 0x8029,
  ice_controlling = 0x802A,
};

/// Types of comprehension-required attributes that are not understood. Eight are enough to refuse a
/// message; what is beyond is not listed.
struct UnknownAttributes {
  std::array<std::uint16_t, 8> types{};
  std::size_t count = 0;
};

/// A STUN message (RFC 8489 §5), read from a datagram. A view: the datagram must outlive it. What a
/// sender put behind MESSAGE-INTEGRITY is not in it (§14.5), since nothing vouches for it.
struct Message {
  Class message_class = Class::request;
  std::uint16_t method = 0;
  TransactionId transaction{};
  std::optional<std::string_view> username;
  std::optional<std::uint32_t> priority;
  std::optional<std::uint64_t> controlling;  ///< the tie-breaker, RFC 8445 §7.1.3
  std::optional<std::uint64_t> controlled;
  std::optional<SocketAddress> mapped_address;  ///< from XOR-MAPPED-ADDRESS
  std::optional<std::uint16_t> error_code;
  bool use_candidate = false;
  UnknownAttributes unknown;

  Bytes bytes;                              ///< the whole message
  std::optional<std::size_t> integrity_at;  ///< where MESSAGE-INTEGRITY begins in `bytes`
  bool has_fingerprint = false;             ///< checked already: a wrong one is not a message

  /// True if MESSAGE-INTEGRITY is there and was made with this password (short-term, §9.1).
  bool is_signed_with(std::string_view password) const;
};

/// Nothing if the datagram is not one well-formed STUN message with magic cookie, or if it carries
/// a wrong FINGERPRINT.
std::optional<Message> parse(Bytes datagram);

}  // namespace dering::stun
