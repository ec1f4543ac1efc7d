// SPDX-License-Identifier: Apache-2.0
#include "stun/message.h"

#include <algorithm>

#include "stun/integrity.h"

namespace dering::stun {
namespace {

constexpr std::size_t attribute_header_size = 4;
constexpr std::size_t integrity_size = 20;

// RFC 8489 §5: the class bits lie at 4 and 8, between the bits of the method.
Class class_of(std::uint16_t type) {
  return static_cast<Class>((type >> 4 & 1) | (type >> 7 & 2));
}
std::uint16_t method_of(std::uint16_t type) {
  return static_cast<std::uint16_t>((type & 0xF) | (type >> 1 & 0x70) | (type >> 2 & 0xF80));
}

/// Fixed-size values must have exactly their size.
std::optional<std::uint64_t> number(Bytes value, std::size_t width) {
  if (value.size() != width) return std::nullopt;
  std::uint64_t result = 0;
  for (const std::uint8_t byte : value) result = result << 8 | byte;
  return result;
}

/// RFC 8489 §14.2. `mask` is magic cookie and transaction id, as they stand in the header.
std::optional<SocketAddress> xor_address(Bytes value, Bytes mask) {
  ByteReader reader(value);
  reader.skip(1);
  const std::uint8_t family = reader.u8();
  const auto port = static_cast<std::uint16_t>(reader.u16() ^ magic_cookie >> 16);
  const Bytes masked = reader.rest();
  if (!reader.ok()) return std::nullopt;
  std::array<std::uint8_t, 16> ip{};
  if (masked.size() > ip.size()) return std::nullopt;
  for (std::size_t i = 0; i < masked.size(); ++i) {
    ip[i] = static_cast<std::uint8_t>(masked[i] ^ mask[i]);
  }
  if (family == 2 && masked.size() == 16) return SocketAddress::from_ipv6(ip, port);
  if (family != 1 || masked.size() != 4) return std::nullopt;
  return SocketAddress::from_ipv4(static_cast<std::uint32_t>(*number(Bytes(ip).first(4), 4)), port);
}

/// RFC 8489 §14.8: the hundreds in three bits, the rest in a byte.
std::optional<std::uint16_t> error_code(Bytes value) {
  ByteReader reader(value);
  reader.skip(2);
  const unsigned hundreds = reader.u8() & 7U;
  const unsigned rest = reader.u8();
  if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  return static_cast<std::uint16_t>(hundreds * 100 + rest);
}

void note_unknown(std::uint16_t type, UnknownAttributes& unknown) {
  constexpr std::uint16_t first_optional = 0x8000;
  if (type < first_optional && unknown.count < unknown.types.size()) {
    unknown.types[unknown.count++] = type;
  }
}

/// Reads the value of an attribute into the message. False if it is malformed. Of attributes that
/// come twice the first counts (RFC 8489 §14).
bool take(std::uint16_t type, Bytes value, Message& message) {
  const auto keep = [](auto& field, auto read) {
    if (!field && read)
      field = static_cast<typename std::decay_t<decltype(field)>::value_type>(*read);
    return read.has_value();
  };
  switch (static_cast<Attribute>(type)) {
    case Attribute::username:
      if (!message.username) message.username = as_text(value);
      return value.size() <= 513;  // RFC 8489 §14.3: fewer than 509 bytes; RFC 5389 allowed 513
    case Attribute::priority:
      return keep(message.priority, number(value, 4));
    case Attribute::ice_controlling:
      return keep(message.controlling, number(value, 8));
    case Attribute::ice_controlled:
      return keep(message.controlled, number(value, 8));
    case Attribute::xor_mapped_address:
      return keep(message.mapped_address, xor_address(value, message.bytes.subspan(4, 16)));
    case Attribute::error_code:
      return keep(message.error_code, error_code(value));
    case Attribute::use_candidate:
      message.use_candidate = true;
      return value.empty();
    case Attribute::mapped_address:
    case Attribute::realm:
    case Attribute::nonce:
    case Attribute::unknown_attributes:
    case Attribute::message_integrity:
    case Attribute::fingerprint:
      return true;
  }
  note_unknown(type, message.unknown);
  return true;
}

/// The attributes of `message.bytes`, in order. RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is
/// ignored, save FINGERPRINT, which must be the last (§14.7).
bool take_attributes(Message& message) {
  ByteReader reader(message.bytes.subspan(header_size));
  while (reader.remaining() > 0) {
    if (message.has_fingerprint) return false;
    const std::size_t at = message.bytes.size() - reader.remaining();
    const std::uint16_t type = reader.u16();
    const std::uint16_t size = reader.u16();
    const Bytes value = reader.bytes(size);
    reader.skip((4U - size % 4U) % 4U);
    if (!reader.ok()) return false;
    if (type == static_cast<std::uint16_t>(Attribute::fingerprint)) {
      if (number(value, 4) != fingerprint_of(message.bytes.first(at))) return false;
      message.has_fingerprint = true;
    } else if (message.integrity_at) {
      continue;
    } else if (type == static_cast<std::uint16_t>(Attribute::message_integrity)) {
      if (value.size() != integrity_size) return false;
      message.integrity_at = at;
    } else if (!take(type, value, message)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Message> parse(Bytes datagram) {
  ByteReader header(datagram);
  const std::uint16_t type = header.u16();
  const std::uint16_t length = header.u16();
  const std::uint32_t cookie = header.u32();
  const Bytes transaction = header.bytes(12);
  const bool is_stun = header.ok() && type < 0x4000 && cookie == magic_cookie && length % 4 == 0 &&
                       length == header.remaining();
  if (!is_stun) return std::nullopt;

  Message message;
  message.bytes = datagram;
  message.message_class = class_of(type);
  message.method = method_of(type);
  std::copy(transaction.begin(), transaction.end(), message.transaction.begin());
  if (!take_attributes(message)) return std::nullopt;
  return message;
}

bool Message::is_signed_with(std::string_view password) const {
  if (!integrity_at || password.empty()) return false;
  // RFC 8489 §14.5: the HMAC covers the message up to the attribute, with a length field that
  // counts the attribute and nothing behind it.
  std::array<std::uint8_t, header_size> header{};
  std::copy_n(bytes.begin(), header_size, header.begin());
  const std::size_t length = *integrity_at + attribute_header_size + integrity_size - header_size;
  header[2] = static_cast<std::uint8_t>(length >> 8);
  header[3] = static_cast<std::uint8_t>(length);
  const Sha1Digest expected =
      hmac_sha1(password, header, bytes.subspan(header_size, *integrity_at - header_size));
  return equal_in_constant_time(
      expected, bytes.subspan(*integrity_at + attribute_header_size, integrity_size));
}

}  // namespace dering::stun
