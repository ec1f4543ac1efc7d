// SPDX-License-Identifier: Apache-2.0
#include "testing/media.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/text.h"
#include "engine/packet_kind.h"
#include "sdp/description.h"
#include "stun/writer.h"

namespace dering::testing {
namespace {

constexpr std::size_t rtp_header_size = 12;
/// One check in so many ticks: consent lasts 30 s, and an engine may be away for ten.
constexpr unsigned ticks_a_check = 2;

constexpr std::uint8_t pcmu = 0;
constexpr std::uint8_t opus = 111;
constexpr std::uint32_t timestamps_a_tick = 32'000;  ///< of 8,000 Hz

/// The first one that browsers here speak. Desk phones speak PCMU alone.
std::uint8_t best_of(std::string_view formats) {
  for (std::string_view rest = formats; !rest.empty();) {
    const auto format = to_number<std::uint8_t>(take_until(rest, ' '));
    if (format == opus || format == pcmu) return *format;
  }
  return pcmu;
}

/// In network order.
void put(std::vector<std::uint8_t>& packet, std::size_t at, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    packet[at + i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
  }
}

/// RTCP beside RTP (RFC 5761 §4).
bool is_report(Bytes packet) {
  return packet[1] >= 192 && packet[1] < 224;
}

/// The port of the first candidate: "a=candidate:1 1 UDP 2130706431 198.51.100.7 10000 typ host".
std::uint16_t candidate_port(std::string_view description) {
  const std::size_t at = description.find("a=candidate:");
  if (at == std::string_view::npos) return 0;
  std::string_view rest = description.substr(at);
  for (int field = 0; field < 5; ++field) take_until(rest, ' ');
  return to_number<std::uint16_t>(take_until(rest, ' ')).value_or(0);
}

}  // namespace

void Media::follow(std::string_view description, Instant now) {
  const auto parsed = sdp::SessionDescription::parse(description);
  const sdp::MediaSection* section = parsed ? sdp::transport_section(*parsed) : nullptr;
  if (!section) return;
  direction_ = sdp::direction(*parsed, *section);
  const auto credentials = sdp::ice_credentials(*parsed, *section);
  if (!credentials) {
    port_ = section->port;
    return;
  }
  payload_type_ = best_of(section->formats);
  if (*credentials == theirs_) return;
  theirs_ = *credentials;
  port_ = candidate_port(description);
  ticks_ = 0;
  consented_at_ = now;
}

std::vector<Media::Datagram> Media::send() {
  std::vector<Datagram> datagrams;
  if (has_ice() && ticks_++ % ticks_a_check == 0) datagrams.push_back({check(), port_});
  datagrams.push_back({sound(), port_});
  return datagrams;
}

std::vector<std::uint8_t> Media::check() const {
  std::array<std::uint8_t, 300> buffer{};
  stun::Writer writer(buffer, stun::Class::request, {7, 7, 7});
  writer.username(theirs_.ufrag + ":" + name_);
  writer.priority(0x6e0001ff);
  writer.ice_controlling(42);
  writer.use_candidate();
  const Bytes bytes = writer.finish_signed(theirs_.pwd);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::uint8_t> Media::sound() {
  std::vector<std::uint8_t> packet(rtp_header_size + name_.size());
  packet[0] = 0x80;
  packet[1] = payload_type_;
  const auto timestamp = static_cast<std::uint32_t>(sequence_) * timestamps_a_tick;
  const std::uint16_t sequence = sequence_++;
  put(packet, 2, sequence, 2);
  put(packet, 4, timestamp, 4);
  put(packet, 8, static_cast<std::uint32_t>(std::hash<std::string>()(name_)), 4);
  std::ranges::copy(name_, packet.begin() + rtp_header_size);
  return packet;
}

void Media::receive(Bytes packet, Instant now) {
  switch (engine::kind_of(packet)) {
    case engine::PacketKind::stun:
      consented_at_ = now;
      return;
    case engine::PacketKind::rtp:
      if (is_report(packet)) return;
      hears_.assign(packet.begin() + rtp_header_size, packet.end());
      heard_at_ = now;
      return;
    case engine::PacketKind::dtls:
    case engine::PacketKind::other:
      return;
  }
}

}  // namespace dering::testing
