// SPDX-License-Identifier: Apache-2.0
#include "testing/engine.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "contract/version.h"
#include "engine/port.h"

namespace dering::testing {
namespace {

using media::v2::Command;
using media::v2::Event;

/// A handshake that is done as soon as there is a path, and seals nothing.
class FakeLink final : public engine::Link {
 public:
  bool is_open() const override { return is_open_; }
  bool authenticates() const override { return true; }
  std::optional<MutableBytes> open(MutableBytes packet) override {
    return is_open_ ? std::optional(packet) : std::nullopt;
  }
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size) override {
    return is_open_ ? std::optional<Bytes>(buffer.first(size)) : std::nullopt;
  }
  bool on_update(const media::v2::Keys& keys, Instant, engine::PortOutbox&) override {
    return keys.has_dtls();
  }
  void on_connected(Instant, engine::PortOutbox& out) override {
    if (!std::exchange(is_open_, true)) out.secured("SRTP_AES128_CM_SHA1_80");
  }

 private:
  bool is_open_ = false;
};

std::unique_ptr<engine::Link> make_link(const media::v2::Dtls&) {
  return std::make_unique<FakeLink>();
}

/// Played to its end before it began: what goes on in real time would fill days of virtual time
/// with packets.
class NoSound final : public engine::Feed {
 public:
  bool fill(codec::MutableSamples frame, codec::Rate) override {
    std::ranges::fill(frame, std::int16_t{0});
    return false;
  }
};

std::variant<std::unique_ptr<engine::Feed>, engine::Refusal, engine::Unusable> make_feed(
    const media::v2::Start&) {
  return std::make_unique<NoSound>();
}

engine::RtpPorts rtp_ports_of(std::size_t thread) {
  return {.first = static_cast<std::uint16_t>(Engine::first_rtp_port +
                                              thread * 2 * Engine::rtp_pairs_a_thread),
          .pairs = Engine::rtp_pairs_a_thread};
}

}  // namespace

Engine::Engine() : roster_({.threads = thread_count}) {
  die();
}

void Engine::die() {
  roster_ = engine::Roster({.threads = thread_count});
  patchbays_.clear();
  for (std::size_t i = 0; i < thread_count; ++i) {
    patchbays_.push_back(std::make_unique<engine::Patchbay>(
        engine::Limits{},
        engine::Equipment{
            .make_dtls_link = make_link, .make_feed = make_feed, .rtp_ports = {rtp_ports_of(i)}}));
  }
}

Event Engine::ready() const {
  Event event;
  media::v2::Ready& ready = *event.mutable_ready();
  ready.set_version(contract::version);
  ready.add_addresses("198.51.100.7");
  for (std::size_t i = 0; i < thread_count; ++i) {
    ready.add_udp_ports(first_port + static_cast<std::uint32_t>(i));
  }
  ready.set_fingerprint(
      "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:"
      "88:99");
  ready.set_ports_per_bridge(static_cast<std::uint32_t>(engine::Limits{}.ports_per_bridge));
  for (const std::uint64_t bridge : roster_.bridges()) ready.add_bridges(bridge);
  for (std::size_t i = 0; i < thread_count; ++i) {
    media::v2::RtpPorts& ports = *ready.add_rtp_ports();
    ports.set_thread(static_cast<std::uint32_t>(i));
    ports.set_first(rtp_ports_of(i).first);
    ports.set_pairs(static_cast<std::uint32_t>(rtp_ports_of(i).pairs));
  }
  return event;
}

Engine::Result Engine::on_command(const Command& command, Instant now) {
  const auto way = roster_.dispatch(command);
  if (!way) {
    Event event;
    event.mutable_refused()->set_command_id(command.id());
    event.mutable_refused()->set_reason(way.error().sentence);
    event.mutable_refused()->set_why(way.error().why);
    return {.packets = {}, .events = {std::move(event)}};
  }
  for (std::size_t i = 0; i < patchbays_.size(); ++i) {
    if (!*way || **way == i) patchbays_[i]->on_command(command, now, out_);
  }
  return collect();
}

Engine::Result Engine::on_datagram(std::vector<std::uint8_t> bytes, const SocketAddress& from,
                                   std::uint16_t port, Instant now) {
  const bool is_shared = port < first_rtp_port;
  const std::size_t thread = is_shared ? static_cast<std::size_t>(port - first_port)
                                       : (port - first_rtp_port) / (2 * rtp_pairs_a_thread);
  const ice::Path path{from, SocketAddress::from_ipv4(0xc6336407, is_shared ? 0 : port)};
  patchbays_.at(thread)->on_datagram(bytes, path, now, out_);
  return collect();
}

Engine::Result Engine::on_time(Instant now) {
  for (const auto& patchbay : patchbays_) patchbay->on_time(now, out_);
  return collect();
}

std::optional<Instant> Engine::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& patchbay : patchbays_) next = earlier(next, patchbay->next_deadline());
  return next;
}

Engine::Result Engine::collect() {
  Result result;
  for (const engine::OutgoingPacket& packet : out_.packets()) {
    result.packets.push_back({{packet.bytes.begin(), packet.bytes.end()}, packet.path.remote});
  }
  out_.clear_packets();
  result.events = std::exchange(out_.events, {});
  return result;
}

std::size_t Engine::port_count() const {
  std::size_t count = 0;
  for (const TableSize& table : tables()) {
    if (std::string_view(table.name) == "ports") count += table.size;
  }
  return count;
}

TableSizes Engine::tables() const {
  TableSizes sizes{{"bridges of the roster", roster_.bridges().size()}};
  for (const auto& patchbay : patchbays_) patchbay->list(sizes);
  return sizes;
}

}  // namespace dering::testing
