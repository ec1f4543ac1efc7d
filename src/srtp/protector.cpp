// SPDX-License-Identifier: Apache-2.0
#include "srtp/protector.h"

#include <algorithm>

#include "rtp/packet.h"
#include "srtp/layout.h"
#include "srtp/rollover.h"

namespace dering::srtp {

Protector::Protector(Suite suite, const MasterKey& master)
    : sizes_(sizes_of(suite)),
      is_aead_(suite != Suite::aes128_cm_sha1_80),
      rtp_(make_transform(suite, master, Protocol::rtp, Direction::seal)),
      rtcp_(make_transform(suite, master, Protocol::rtcp, Direction::seal)) {}

Protector::Source* Protector::source_of(std::uint32_t ssrc) {
  Source* source = sources_.find(ssrc);
  if (source != nullptr || sources_.is_full()) return source;
  return &sources_.add(ssrc);
}

std::expected<std::size_t, Fault> Protector::protect_rtp(MutableBytes buffer, std::size_t size) {
  if (size > buffer.size() || buffer.size() - size < sizes_.tag) {
    return std::unexpected(Fault::no_room);
  }
  const auto framing = rtp::read_framing(buffer.first(size));
  if (!framing) return std::unexpected(Fault::malformed);
  const std::uint32_t ssrc = framing->header.ssrc;
  Source* source = source_of(ssrc);
  if (source == nullptr) return std::unexpected(Fault::too_many);

  const std::uint16_t sequence = framing->header.sequence;
  const auto index = guess_index(source->rtp ? source->rtp->highest() : sequence, sequence);
  if (!index) return std::unexpected(Fault::key_used_up);
  if (!source->rtp) source->rtp.emplace();
  if (!source->rtp->is_new(*index)) return std::unexpected(Fault::replayed);
  source->rtp->note(*index);

  const auto rollovers = big_endian(static_cast<std::uint32_t>(*index >> 16));
  const std::size_t header_size = framing->header_size;
  const Piece piece{buffer.first(header_size), buffer.subspan(header_size, size - header_size),
                    rollovers, ssrc, *index};
  rtp_->seal(piece, buffer.subspan(size, sizes_.tag));
  return size + sizes_.tag;
}

std::expected<std::size_t, Fault> Protector::protect_rtcp(MutableBytes buffer, std::size_t size) {
  const std::size_t trailer_size = rtcp_index_size + sizes_.tag;
  if (size > buffer.size() || buffer.size() - size < trailer_size) {
    return std::unexpected(Fault::no_room);
  }
  const auto ssrc = rtcp_ssrc(buffer.first(size));
  if (!ssrc) return std::unexpected(Fault::malformed);
  Source* source = source_of(*ssrc);
  if (source == nullptr) return std::unexpected(Fault::too_many);
  if (source->next_rtcp == encrypted_flag) return std::unexpected(Fault::key_used_up);
  const std::uint32_t index = source->next_rtcp++;

  const auto suffix = big_endian(encrypted_flag | index);
  const RtcpTrailer trailer(buffer.subspan(size, trailer_size), is_aead_);
  std::ranges::copy(suffix, trailer.index.begin());
  const Piece piece{buffer.first(rtcp_header_size),
                    buffer.subspan(rtcp_header_size, size - rtcp_header_size), suffix, *ssrc,
                    index};
  rtcp_->seal(piece, trailer.tag);
  return size + trailer_size;
}

}  // namespace dering::srtp
