// SPDX-License-Identifier: Apache-2.0
#include "app/dering/keep_alive.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "stun/message.h"
#include "stun/writer.h"

namespace dering::app {

bool may_be_stun(Bytes datagram) {
  return datagram.size() >= stun::header_size && (datagram[0] & 0xC0U) == 0;
}

bool is_bare_keep_alive(Bytes datagram) {
  constexpr std::size_t longest = 16;
  constexpr std::string_view nothing("\r\n \t\0", 5);
  return datagram.size() <= longest &&
         as_text(datagram).find_first_not_of(nothing) == std::string_view::npos;
}

std::optional<std::string> answer_to_keep_alive(Bytes datagram, const SocketAddress& source) {
  const auto request = stun::parse(datagram);
  const bool is_binding = request && request->message_class == stun::Class::request &&
                          request->method == stun::binding_method;
  if (!is_binding) return std::nullopt;
  std::array<std::uint8_t, 128> buffer{};
  const bool is_understood = request->unknown.count == 0;
  stun::Writer writer(buffer, is_understood ? stun::Class::success : stun::Class::error,
                      request->transaction);
  if (is_understood) {
    writer.xor_mapped_address(source);
  } else {
    // RFC 8489 §6.3.1.
    writer.error_code(420, "");
    writer.unknown_attributes(std::span(request->unknown.types).first(request->unknown.count));
  }
  return std::string(as_text(writer.finish_bare()));
}

bool is_unanswered_stun(Bytes datagram) {
  const auto message = stun::parse(datagram);
  return message && !(message->message_class == stun::Class::request &&
                      message->method == stun::binding_method);
}

}  // namespace dering::app
