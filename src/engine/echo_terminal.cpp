// SPDX-License-Identifier: Apache-2.0
#include "engine/echo_terminal.h"

#include <array>
#include <memory>

#include "engine/port.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"
#include "srtp/suite.h"

namespace dering::engine {
namespace {

/// Of Opus (RFC 7587 §4.1), which every browser prefers; only the unit of jitter depends on it.
constexpr std::uint32_t clock_rate = 48'000;
constexpr std::size_t cname_length = 16;
constexpr std::size_t most_report_bytes = 128;

}  // namespace

EchoTerminal::EchoTerminal(const dtls::Context& context, const media::v2::Dtls& dtls,
                           Random& random)
    : link_(context, dtls),
      reception_(clock_rate),
      ssrc_(static_cast<std::uint32_t>(random.number())),
      // RFC 3711 §3.3.1: a start in the lower half keeps a packet lost at the first wrap from
      // putting the rollover counters apart.
      sequence_(static_cast<std::uint16_t>(random.below(0x8000))),
      cname_(random.token(cname_length)),
      sent_{.ssrc = ssrc_} {}

void EchoTerminal::on_connected(Instant now, PortOutbox& out) {
  link_.on_connected(now, out);
}

void EchoTerminal::on_packet(PacketKind kind, MutableBytes packet, Instant now, PortOutbox& out) {
  switch (kind) {
    case PacketKind::dtls:
      link_.on_handshake(packet, now, out);
      if (link_.is_open() && !next_report_) next_report_ = now + report_interval;
      return;
    case PacketKind::rtp:
      on_media(packet, now, out);
      return;
    case PacketKind::stun:
    case PacketKind::other:
      return;
  }
}

void EchoTerminal::on_media(MutableBytes packet, Instant now, PortOutbox& out) {
  const bool is_rtcp = rtp::is_rtcp(packet);
  const auto plain = link_.open(packet);
  if (!plain) return out.dropped();
  if (!is_rtcp) {
    echo(*plain, packet, now, out);
    return;
  }
  const auto compound = rtp::read_compound(*plain);
  if (compound && compound->sender) reception_.on_sender_report(*compound->sender, now);
}

/// Sends the payload back from where it lies: the new header takes the bytes before it, and the new
/// tag those behind it, where the old one was.
void EchoTerminal::echo(MutableBytes plain, MutableBytes packet, Instant now, PortOutbox& out) {
  const auto framing = rtp::read_framing(plain);
  if (!framing) return;
  reception_.on_packet(framing->header, now);
  const auto payload = rtp::payload_of(plain, *framing);
  if (!payload || payload->empty()) return;

  rtp::Header header = framing->header;
  header.ssrc = ssrc_;
  header.sequence = sequence_++;
  const MutableBytes echoed = packet.subspan(framing->header_size - rtp::fixed_header_size);
  rtp::write_header(header, echoed);
  const auto sealed = link_.seal(echoed, rtp::fixed_header_size + payload->size());
  if (!sealed) return;
  out.forward(*sealed);
  sent_.ntp = rtp::to_ntp(now);
  sent_.timestamp = header.timestamp;
  ++sent_.packets;
  sent_.octets += static_cast<std::uint32_t>(payload->size());
}

void EchoTerminal::on_time(Instant now, PortOutbox& out) {
  link_.on_time(now, out);
  if (!next_report_ || *next_report_ > now) return;
  next_report_.reset();
  if (!link_.is_open()) return;
  send_report(now, out);
  next_report_ = now + report_interval;
}

void EchoTerminal::send_report(Instant now, PortOutbox& out) {
  std::array<std::uint8_t, most_report_bytes> buffer;
  const std::size_t size = rtp::write_report(sent_, reception_.take_report(now), cname_, buffer);
  if (const auto sealed = link_.seal(buffer, size)) out.send(*sealed);
}

std::optional<Instant> EchoTerminal::next_deadline() const {
  return earlier(link_.next_deadline(), next_report_);
}

void EchoTerminal::on_update(const media::v2::Dtls& dtls, Instant now, PortOutbox& out) {
  media::v2::Keys keys;
  *keys.mutable_dtls() = dtls;
  link_.on_update(keys, now, out);
}

void EchoTerminal::on_close(PortOutbox& out) {
  link_.on_close(out);
}

TerminalFactory make_terminal_factory(const dtls::Certificate& certificate) {
  return [context = dtls::Context(certificate), random = SystemRandom()](
             media::v2::OpenBridge::Kind kind,
             const media::v2::Dtls& dtls) mutable -> std::unique_ptr<Terminal> {
    if (kind != media::v2::OpenBridge::KIND_ECHO) return nullptr;
    return std::make_unique<EchoTerminal>(context, dtls, random);
  };
}

}  // namespace dering::engine
