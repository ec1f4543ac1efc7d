// SPDX-License-Identifier: Apache-2.0
#include "rtp/telephone_event.h"

#include <string_view>

namespace dering::rtp {
namespace {

constexpr std::string_view keys = "0123456789*#ABCD";
constexpr std::uint8_t end_bit = 0x80;
constexpr std::uint8_t volume_mask = 0x3F;

}  // namespace

std::optional<TelephoneEvent> read_telephone_event(Bytes payload) {
  ByteReader reader(payload);
  TelephoneEvent event{.event = reader.u8()};
  const std::uint8_t flags = reader.u8();
  event.is_end = (flags & end_bit) != 0;
  event.volume = flags & volume_mask;
  event.duration = reader.u16();
  if (!reader.ok()) return std::nullopt;
  return event;
}

void write_telephone_event(const TelephoneEvent& event, MutableBytes payload) {
  ByteWriter writer(payload);
  writer.u8(event.event);
  writer.u8(static_cast<std::uint8_t>((event.is_end ? end_bit : 0) | (event.volume & volume_mask)));
  writer.u16(event.duration);
}

std::optional<char> key_of(std::uint8_t event) {
  if (event >= keys.size()) return std::nullopt;
  return keys[event];
}

std::optional<std::uint8_t> event_of(char key) {
  const bool is_small = key >= 'a' && key <= 'd';
  const std::size_t place = keys.find(is_small ? static_cast<char>(key - 'a' + 'A') : key);
  if (place == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(place);
}

}  // namespace dering::rtp
