// SPDX-License-Identifier: Apache-2.0
#include "stun/writer.h"

#include "stun/integrity.h"

namespace dering::stun {
namespace {

std::uint16_t binding_type(Class message_class) {
  const auto bits = static_cast<unsigned>(message_class);
  return static_cast<std::uint16_t>(binding_method | (bits & 1U) << 4 | (bits & 2U) << 7);
}

}  // namespace

Writer::Writer(MutableBytes buffer, Class message_class, const TransactionId& transaction)
    : buffer_(buffer), writer_(buffer) {
  writer_.u16(binding_type(message_class));
  writer_.u16(0);
  writer_.u32(magic_cookie);
  writer_.bytes(transaction);
}

void Writer::attribute(Attribute type, Bytes value) {
  writer_.u16(static_cast<std::uint16_t>(type));
  writer_.u16(static_cast<std::uint16_t>(value.size()));
  writer_.bytes(value);
  writer_.zeros((4 - value.size() % 4) % 4);
}

void Writer::number(Attribute type, std::uint64_t value, std::size_t width) {
  std::array<std::uint8_t, 8> bytes{};
  ByteWriter(bytes).u64(value);
  attribute(type, Bytes(bytes).last(width));
}

void Writer::username(std::string_view name) {
  attribute(Attribute::username, as_bytes(name));
}

void Writer::priority(std::uint32_t value) {
  number(Attribute::priority, value, 4);
}

void Writer::use_candidate() {
  attribute(Attribute::use_candidate, {});
}

void Writer::ice_controlling(std::uint64_t tie_breaker) {
  number(Attribute::ice_controlling, tie_breaker, 8);
}

void Writer::ice_controlled(std::uint64_t tie_breaker) {
  number(Attribute::ice_controlled, tie_breaker, 8);
}

void Writer::xor_mapped_address(const SocketAddress& address) {
  if (writer_.size() < header_size) return;  // the buffer did not even take the header
  std::array<std::uint8_t, 20> value{};
  ByteWriter out(value);
  out.u8(0);
  out.u8(address.is_ipv4() ? 1 : 2);
  out.u16(static_cast<std::uint16_t>(address.port() ^ magic_cookie >> 16));
  const Bytes ip = Bytes(address.ipv6()).subspan(address.is_ipv4() ? 12 : 0);
  const Bytes mask = Bytes(buffer_).subspan(4, 16);
  for (std::size_t i = 0; i < ip.size(); ++i) out.u8(ip[i] ^ mask[i]);
  attribute(Attribute::xor_mapped_address, out.written());
}

void Writer::error_code(std::uint16_t code, std::string_view reason) {
  std::array<std::uint8_t, 68> value{};
  ByteWriter out(value);
  out.u16(0);
  out.u8(static_cast<std::uint8_t>(code / 100));
  out.u8(static_cast<std::uint8_t>(code % 100));
  out.bytes(as_bytes(reason.substr(0, 64)));
  attribute(Attribute::error_code, out.written());
}

void Writer::unknown_attributes(std::span<const std::uint16_t> types) {
  std::array<std::uint8_t, 16> value{};
  ByteWriter out(value);
  for (const std::uint16_t type : types) out.u16(type);
  attribute(Attribute::unknown_attributes, out.written());
}

void Writer::set_length(std::size_t with_attribute_of) {
  if (writer_.size() < header_size) return;
  ByteWriter(buffer_.subspan(2, 2))
      .u16(static_cast<std::uint16_t>(writer_.size() - header_size + 4 + with_attribute_of));
}

Bytes Writer::finish_signed(std::string_view password) {
  set_length(sizeof(Sha1Digest));
  attribute(Attribute::message_integrity, hmac_sha1(password, writer_.written(), {}));
  return finish_unsigned();
}

Bytes Writer::finish_unsigned() {
  set_length(4);
  number(Attribute::fingerprint, fingerprint_of(writer_.written()), 4);
  return writer_.ok() ? Bytes(writer_.written()) : Bytes();
}

Bytes Writer::finish_bare() {
  if (!writer_.ok()) return {};
  ByteWriter(buffer_.subspan(2, 2)).u16(static_cast<std::uint16_t>(writer_.size() - header_size));
  return writer_.written();
}

}  // namespace dering::stun
