// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "stun/message.h"

namespace dering::stun {

/// Writes one Binding message into a fixed buffer, attribute by attribute. What does not fit makes
/// the finished message empty.
class Writer {
 public:
  Writer(MutableBytes buffer, Class message_class, const TransactionId& transaction);

  void username(std::string_view name);
  void priority(std::uint32_t value);
  void use_candidate();
  void ice_controlling(std::uint64_t tie_breaker);
  void ice_controlled(std::uint64_t tie_breaker);
  void xor_mapped_address(const SocketAddress& address);
  void error_code(std::uint16_t code, std::string_view reason);
  void unknown_attributes(std::span<const std::uint16_t> types);

  /// The finished message, with FINGERPRINT and, if signed, MESSAGE-INTEGRITY made with the
  /// password. Call one of them, once, last.
  Bytes finish_signed(std::string_view password);
  Bytes finish_unsigned();
  /// Without both, as RFC 5626 §8 keeps flows alive: not a byte more than needed.
  Bytes finish_bare();

 private:
  void attribute(Attribute type, Bytes value);
  void number(Attribute type, std::uint64_t value, std::size_t width);
  /// RFC 8489 §14.5, §14.7: the length field counts the attribute that is about to be written.
  void set_length(std::size_t with_attribute_of);

  MutableBytes buffer_;
  ByteWriter writer_;
};

}  // namespace dering::stun
