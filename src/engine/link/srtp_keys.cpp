// SPDX-License-Identifier: Apache-2.0
#include "engine/link/srtp_keys.h"

#include "rtp/packet.h"

namespace dering::engine {
namespace {

void count(srtp::Fault fault, LinkDrops& drops) {
  switch (fault) {
    case srtp::Fault::unauthenticated:
      ++drops.unauthenticated;
      return;
    case srtp::Fault::replayed:
      ++drops.replayed;
      return;
    case srtp::Fault::too_many:
      ++drops.too_many_sources;
      return;
    case srtp::Fault::malformed:
    case srtp::Fault::no_room:
    case srtp::Fault::key_used_up:
      ++drops.malformed;
      return;
  }
}

}  // namespace

std::optional<MutableBytes> SrtpKeys::open(MutableBytes packet, LinkDrops& drops) {
  const auto plain =
      rtp::is_rtcp(packet) ? theirs.unprotect_rtcp(packet) : theirs.unprotect_rtp(packet);
  if (plain) return *plain;
  count(plain.error(), drops);
  return std::nullopt;
}

std::optional<Bytes> SrtpKeys::seal(MutableBytes buffer, std::size_t size) {
  const auto sealed =
      rtp::is_rtcp(buffer) ? ours.protect_rtcp(buffer, size) : ours.protect_rtp(buffer, size);
  if (!sealed) return std::nullopt;
  return buffer.first(*sealed);
}

}  // namespace dering::engine
