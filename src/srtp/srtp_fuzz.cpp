// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>
#include <vector>

#include "srtp/protector.h"
#include "srtp/testing/keys.h"
#include "srtp/unprotector.h"

namespace {

using namespace dering;
using namespace dering::srtp;

void require(bool condition) {
  if (!condition) std::abort();
}

/// No stranger's packet is ever taken: a tag of 80 bits is not guessed.
void unprotect(Suite suite, Bytes input) {
  const srtp::testing::Keys keys(suite);
  Unprotector unprotector(suite, keys.master());
  std::vector<std::uint8_t> packet(input.begin(), input.end());
  require(!unprotector.unprotect_rtp(packet));
  packet.assign(input.begin(), input.end());
  require(!unprotector.unprotect_rtcp(packet));
}

/// What can be protected comes back unchanged.
void round_trip(Suite suite, Bytes input) {
  const srtp::testing::Keys keys(suite);
  Protector protector(suite, keys.master());
  Unprotector unprotector(suite, keys.master());
  std::vector<std::uint8_t> packet(input.begin(), input.end());
  packet.resize(input.size() + most_overhead);
  const auto size = rtp::is_rtcp(input) ? protector.protect_rtcp(packet, input.size())
                                        : protector.protect_rtp(packet, input.size());
  if (!size) return;
  const MutableBytes sealed = MutableBytes(packet).first(*size);
  const auto plain =
      rtp::is_rtcp(input) ? unprotector.unprotect_rtcp(sealed) : unprotector.unprotect_rtp(sealed);
  require(plain && std::vector<std::uint8_t>(plain->begin(), plain->end()) ==
                       std::vector<std::uint8_t>(input.begin(), input.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const Suite suite = srtp::testing::suites[bytes[0] % srtp::testing::suites.size()];
  const Bytes packet = Bytes(bytes, size).subspan(1);
  unprotect(suite, packet);
  round_trip(suite, packet);
  return 0;
}
