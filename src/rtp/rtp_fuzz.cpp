// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "rtp/packet.h"
#include "rtp/reception.h"
#include "rtp/rtcp.h"

namespace {

using namespace dering;

void require(bool condition) {
  if (!condition) std::abort();
}

void read_rtp(MutableBytes packet) {
  static rtp::Reception reception(48'000);
  static Instant now = Instant{} + std::chrono::hours(1);
  const auto framing = rtp::read_framing(packet);
  if (!framing) return;
  require(framing->header_size >= rtp::fixed_header_size && framing->header_size <= packet.size());
  if (const auto payload = rtp::payload_of(packet, *framing)) {
    require(payload->data() + payload->size() <= packet.data() + packet.size());
  }
  std::array<std::uint8_t, rtp::fixed_header_size> again{};
  rtp::write_header(framing->header, again);
  require(rtp::read_framing(again)->header == framing->header);
  reception.on_packet(framing->header, now += std::chrono::milliseconds(20));
  reception.take_report(now);
}

/// What is read of a report must be written, and read the same.
void read_rtcp(Bytes packet) {
  const auto compound = rtp::read_compound(packet);
  if (!compound || !compound->sender || compound->sender->packets == 0) return;
  std::array<std::uint8_t, 128> buffer{};
  const std::size_t size = rtp::write_report(*compound->sender, compound->block, "cname", buffer);
  const auto again = rtp::read_compound(Bytes(buffer).first(size));
  require(again && again->sender && again->sender->ntp == compound->sender->ntp);
  require(again->block == compound->block);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::vector<std::uint8_t> packet(bytes, bytes + size);
  if (rtp::is_rtcp(packet)) {
    read_rtcp(packet);
  } else {
    read_rtp(packet);
  }
  return 0;
}
