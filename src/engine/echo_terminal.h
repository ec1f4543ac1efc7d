// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.h"
#include "dtls/context.h"
#include "engine/link/dtls_link.h"
#include "engine/terminal.h"
#include "rtp/reception.h"

namespace dering::engine {

/// Lets the phone hear itself: every authenticated RTP packet goes back at once, payload, type,
/// timestamp and marker as they came, as a stream of our own (SSRC, sequence numbers, no header
/// extensions). Sends a report every five seconds, so that the phone can tell loss and round trip.
/// What comes by RTCP only feeds the reports: a call is ended by signalling, never by a BYE.
/// Carrying a packet allocates nothing.
class EchoTerminal final : public Terminal {
 public:
  static constexpr Duration report_interval = std::chrono::seconds(5);

  EchoTerminal(const dtls::Context& context, const media::v2::Dtls& dtls, Random& random);

  void on_connected(Instant now, PortOutbox& out) override;
  void on_packet(PacketKind kind, MutableBytes packet, Instant now, PortOutbox& out) override;
  void on_time(Instant now, PortOutbox& out) override;
  std::optional<Instant> next_deadline() const override;
  void on_update(const media::v2::Dtls& dtls, Instant now, PortOutbox& out) override;
  void on_close(PortOutbox& out) override;

  const LinkDrops& drops() const { return link_.drops(); }

 private:
  void on_media(MutableBytes packet, Instant now, PortOutbox& out);
  void echo(MutableBytes plain, MutableBytes packet, Instant now, PortOutbox& out);
  void send_report(Instant now, PortOutbox& out);

  DtlsLink link_;
  rtp::Reception reception_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::string cname_;
  rtp::SenderReport sent_;  ///< as of the last packet
  std::optional<Instant> next_report_;
};

/// The terminals that this engine has: of echo bridges. For one media thread.
TerminalFactory make_terminal_factory(const dtls::Certificate& certificate);

}  // namespace dering::engine
