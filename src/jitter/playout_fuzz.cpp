// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "jitter/playout.h"

namespace {

using namespace dering;
using namespace dering::jitter;
using codec::Kind;
using codec::Rate;

constexpr std::array formats{Playout::Format{0, Kind::pcmu}, Playout::Format{8, Kind::pcma},
                             Playout::Format{9, Kind::g722}, Playout::Format{111, Kind::opus}};
constexpr std::array types{std::uint8_t{0},   std::uint8_t{8},  std::uint8_t{9},
                           std::uint8_t{111}, std::uint8_t{13}, std::uint8_t{101}};
constexpr std::array rates{Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband};

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

/// Input: the rate, then packets: type, step of the sequence number, step of the timestamp,
/// milliseconds, a length, the payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader reader(Bytes(bytes, size));
  const Rate rate = rates[reader.u8() % rates.size()];
  Playout playout({.rate = rate, .formats = formats, .noise = 13});
  std::vector<std::int16_t> frame(codec::samples_in(std::chrono::milliseconds(20), rate));
  rtp::Header header{.sequence = 65'530, .timestamp = 0xFFFF'FF00};
  Instant now = Instant{} + std::chrono::hours(1);
  while (reader.remaining() > 0) {
    const std::uint8_t what = reader.u8();
    header.payload_type = types[what % types.size()];
    header.ssrc = what / 200;
    header.sequence = static_cast<std::uint16_t>(
        header.sequence + static_cast<std::int8_t>(reader.u8()) * (what % 16 == 0 ? 300 : 1));
    header.timestamp += static_cast<std::uint32_t>(static_cast<std::int16_t>(reader.u16()) *
                                                   (what % 32 == 1 ? 65'536 : 1));
    now += std::chrono::milliseconds(reader.u8());
    const std::size_t length = reader.u8() * std::size_t{6};
    playout.on_packet(header, reader.bytes(std::min(length, reader.remaining())), now);
    playout.fill(frame, now);
    require(playout.delay() <= std::chrono::milliseconds(500));
  }
  const Counters& counters = playout.counters();
  require(counters.late + counters.duplicate + counters.refused <= counters.received);
  return 0;
}
