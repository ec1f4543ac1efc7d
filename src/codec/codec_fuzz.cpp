// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "codec/codec.h"

namespace {

using namespace dering;
using namespace dering::codec;

constexpr std::array kinds{Kind::pcmu, Kind::pcma, Kind::g722, Kind::opus};
constexpr std::array rates{Rate::narrowband, Rate::wideband, Rate::superwideband, Rate::fullband};

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

/// Input: codec and rate, then packets: what becomes of it (heard, lost, recovered), a length of
/// two bytes, the payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ByteReader reader(Bytes(bytes, size));
  const std::uint8_t choice = reader.u8();
  const Rate rate = rates[choice / 4 % rates.size()];
  const Kind kind = kinds[choice % kinds.size()];
  const auto decoder = make_decoder({.kind = kind, .rate = rate});
  std::vector<std::int16_t> sound(most_samples);
  for (int count = 0; count < 30 && reader.remaining() > 0; ++count) {
    const std::uint8_t fate = reader.u8();
    const std::size_t length = reader.u16() % (most_payload + 2);
    const Bytes payload = reader.bytes(std::min(length, reader.remaining()));
    const auto part = MutableSamples(sound).first(length * most_samples / (most_payload + 1));
    if (fate % 4 == 0) {
      decoder->conceal(part);
    } else if (fate % 4 == 1) {
      decoder->recover(payload, part);
    } else {
      const auto duration = duration_of(kind, payload);
      const auto made = decoder->decode(payload, sound);
      // What is decoded is as long as it was said to be.
      require(!made || (duration && *made * clock_rate(kind) == *duration * hertz(rate)));
    }
  }
  return 0;
}
