// SPDX-License-Identifier: Apache-2.0
#include "srtp/unprotector.h"

#include <algorithm>
#include <array>

#include "rtp/packet.h"
#include "srtp/layout.h"
#include "srtp/rollover.h"

namespace dering::srtp {
namespace {

constexpr std::size_t most_searched = 1500;  ///< bytes of a packet

}  // namespace

Unprotector::Unprotector(Suite suite, const MasterKey& master)
    : sizes_(sizes_of(suite)),
      is_aead_(suite != Suite::aes128_cm_sha1_80),
      rtp_(make_transform(suite, master, Protocol::rtp, Direction::open)),
      rtcp_(make_transform(suite, master, Protocol::rtcp, Direction::open)) {}

std::expected<MutableBytes, Fault> Unprotector::unprotect_rtp(MutableBytes packet) {
  if (packet.size() < sizes_.tag) return std::unexpected(Fault::malformed);
  const MutableBytes plain = packet.first(packet.size() - sizes_.tag);
  const auto framing = rtp::read_framing(plain);
  if (!framing) return std::unexpected(Fault::malformed);
  const std::uint32_t ssrc = framing->header.ssrc;
  const std::uint16_t sequence = framing->header.sequence;

  const ReplayWindow* known = rtp_sources_.find(ssrc);
  auto index = guess_index(known != nullptr ? known->highest() : sequence, sequence);
  if (!index || (known != nullptr && !known->is_new(*index))) {
    return std::unexpected(Fault::replayed);
  }
  if (known != nullptr || searches_left_ == 0) {
    if (!open_rtp(packet, *framing, *index)) return std::unexpected(Fault::unauthenticated);
  } else {
    index = search(packet, *framing);
    if (!index) return std::unexpected(Fault::unauthenticated);
  }
  if (!note(rtp_sources_, ssrc, *index)) return std::unexpected(Fault::too_many);
  return plain;
}

bool Unprotector::open_rtp(MutableBytes packet, const rtp::Framing& framing, std::uint64_t index) {
  const MutableBytes plain = packet.first(packet.size() - sizes_.tag);
  const auto rollovers = big_endian(static_cast<std::uint32_t>(index >> 16));
  const Piece piece{plain.first(framing.header_size), plain.subspan(framing.header_size), rollovers,
                    framing.header.ssrc, index};
  return rtp_->open(piece, packet.last(sizes_.tag));
}

/// The index of a packet of a source that nobody knows. Each wrong try spoils the body.
std::optional<std::uint64_t> Unprotector::search(MutableBytes packet, const rtp::Framing& framing) {
  std::array<std::uint8_t, most_searched> copy{};
  const std::uint16_t sequence = framing.header.sequence;
  if (packet.size() > copy.size()) {
    return open_rtp(packet, framing, sequence) ? std::optional<std::uint64_t>(sequence)
                                               : std::nullopt;
  }
  std::ranges::copy(packet, copy.begin());
  for (std::uint64_t rollovers = 0; rollovers < most_rollovers; ++rollovers) {
    const std::uint64_t index = rollovers << 16 | sequence;
    if (open_rtp(packet, framing, index)) return index;
    std::copy_n(copy.begin(), packet.size(), packet.begin());
  }
  --searches_left_;
  return std::nullopt;
}

std::expected<MutableBytes, Fault> Unprotector::unprotect_rtcp(MutableBytes packet) {
  const std::size_t trailer_size = rtcp_index_size + sizes_.tag;
  const auto ssrc = rtcp_ssrc(packet);
  if (!ssrc || packet.size() < rtcp_header_size + trailer_size) {
    return std::unexpected(Fault::malformed);
  }
  const MutableBytes plain = packet.first(packet.size() - trailer_size);
  const RtcpTrailer trailer(packet.last(trailer_size), is_aead_);
  const std::uint32_t flag_and_index = ByteReader(trailer.index).u32();
  // RTCP is encrypted: with every profile of DTLS (RFC 5764 §4.1.2), and with a key from a
  // description unless that says UNENCRYPTED_SRTCP (RFC 4568 §6.3.2), which we never take.
  if ((flag_and_index & encrypted_flag) == 0) return std::unexpected(Fault::malformed);
  const std::uint32_t index = flag_and_index & ~encrypted_flag;

  const ReplayWindow* known = rtcp_sources_.find(*ssrc);
  if (known != nullptr && !known->is_new(index)) return std::unexpected(Fault::replayed);
  const Piece piece{plain.first(rtcp_header_size), plain.subspan(rtcp_header_size), trailer.index,
                    *ssrc, index};
  if (!rtcp_->open(piece, trailer.tag)) return std::unexpected(Fault::unauthenticated);
  if (!note(rtcp_sources_, *ssrc, index)) return std::unexpected(Fault::too_many);
  return plain;
}

/// False if the source is one too many.
bool Unprotector::note(SourceTable<ReplayWindow>& sources, std::uint32_t ssrc,
                       std::uint64_t index) {
  ReplayWindow* window = sources.find(ssrc);
  if (window == nullptr) {
    if (sources.is_full()) return false;
    window = &sources.add(ssrc);
  }
  window->note(index);
  return true;
}

}  // namespace dering::srtp
