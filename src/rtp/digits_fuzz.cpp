// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "rtp/digit_receiver.h"
#include "rtp/digit_sender.h"

namespace {

using namespace dering;

void require(bool condition) {
  if (!condition) std::abort();
}

void require_sound(const std::optional<rtp::Digit>& digit) {
  if (!digit) return;
  require(rtp::event_of(digit->key).has_value());
  require(digit->duration.count() >= 0 && digit->duration <= rtp::DigitReceiver::most_press);
}

}  // namespace

/// Input: packets of twelve bytes: flags, sequence, timestamp, payload, milliseconds since the last
/// one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader reader(Bytes(bytes, size));
  const std::uint8_t choice = reader.u8();
  rtp::DigitReceiver receiver(choice % 2 == 0 ? 8'000 : 48'000);
  rtp::DigitSender sender({.event_clock = choice % 4 < 2 ? 8'000U : 48'000U,
                           .stream_clock = choice % 8 < 4 ? 8'000U : 48'000U});
  Instant now = Instant{} + std::chrono::hours(1);
  while (reader.remaining() > 0) {
    const std::uint8_t flags = reader.u8();
    const rtp::Header header{.marker = flags % 2 == 1,
                             .timestamp = reader.u32(),
                             .ssrc = static_cast<std::uint32_t>(flags / 64)};
    const Bytes payload = reader.bytes(std::min<std::size_t>(reader.remaining(), flags / 2 % 8));
    now += std::chrono::milliseconds(reader.u16() % 2'000);
    require_sound(receiver.on_packet(header, payload, now));
    require_sound(receiver.on_time(now));
    if (!payload.empty()) {
      sender.press(static_cast<char>(payload[0]), std::chrono::milliseconds(header.timestamp));
    }
    const auto packet =
        sender.next(header.timestamp, std::chrono::milliseconds(10 * (1 + flags % 6)));
    require(!packet || rtp::key_of(packet->event.event));
  }
  return 0;
}
