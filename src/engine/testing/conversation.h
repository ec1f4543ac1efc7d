// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/link/dtls_link.h"
#include "engine/sound/sound_shelf.h"
#include "engine/testing/browser.h"
#include "engine/testing/checks.h"
#include "engine/testing/driven_patchbay.h"
#include "engine/testing/words.h"
#include "rtp/packet.h"

namespace dering::engine::testing {

constexpr std::uint16_t first_rtp_port = 20'000;

inline SocketAddress at(const std::string& address) {
  return *SocketAddress::from_host_and_port(address);
}

/// What a phone sends and hears, packet by packet.
struct Packet {
  rtp::Header header;
  Datagram payload;

  Datagram bytes() const {
    Datagram bytes(rtp::fixed_header_size + payload.size());
    rtp::write_header(header, bytes);
    std::ranges::copy(payload, bytes.begin() + rtp::fixed_header_size);
    return bytes;
  }
};

inline Packet read(const Datagram& bytes) {
  const auto framing = rtp::read_framing(bytes);
  EXPECT_TRUE(framing);
  if (!framing) return {};
  return {framing->header, {bytes.begin() + static_cast<long>(framing->header_size), bytes.end()}};
}

/// The built-in tune, made once.
inline FeedFactory sounds() {
  static const FeedFactory factory = SoundShelf::factory(std::make_shared<SoundShelf>());
  return factory;
}

/// There before the engine that shows it.
struct WithCertificate {
  dtls::Certificate certificate = make_certificate();
};

/// An engine in virtual time, with bridge 1, and all that comes out of it.
class Conversation : public WithCertificate, public DrivenPatchbay {
 public:
  explicit Conversation(DtlsLinkFactory links = {})
      : DrivenPatchbay({}, Equipment{.make_dtls_link = links ? std::move(links)
                                                             : make_dtls_link_factory(certificate),
                                     .make_feed = sounds(),
                                     .rtp_ports = {{first_rtp_port, 8}}}) {
    command(open_bridge(1));
  }

  void command(const media::v2::Command& command) { DrivenPatchbay::command(command, now); }
  /// To one of the engine's UDP ports; 0 is the shared one.
  void datagram(Datagram bytes, const SocketAddress& from, std::uint16_t udp_port = 0) {
    DrivenPatchbay::datagram(std::move(bytes),
                             {from, *SocketAddress::from_text("127.0.0.1", udp_port)}, now);
  }
  void pass(Duration time) {
    now += time;
    DrivenPatchbay::time(now);
  }

  /// The words of an OpenPort, to be completed.
  static media::v2::Command open_port(std::uint64_t port) {
    media::v2::Command command;
    command.set_id(port);
    command.mutable_open_port()->set_bridge(1);
    command.mutable_open_port()->set_port(port);
    return command;
  }

  /// What went to an address since it was asked last.
  std::vector<Datagram> take(const SocketAddress& to) {
    std::vector<Datagram> found;
    std::erase_if(sent, [&](Sent& packet) {
      if (packet.path.remote != to) return false;
      found.push_back(std::move(packet.bytes));
      return true;
    });
    return found;
  }
  media::v2::Refused::Why refusal_of(const media::v2::Command& refused) {
    events.clear();
    command(refused);
    return events.empty() ? media::v2::Refused::WHY_UNSPECIFIED : events.back().refused().why();
  }
  std::size_t count(bool (media::v2::Event::*is_such)() const) const {
    return static_cast<std::size_t>(std::ranges::count_if(events, is_such));
  }

  Instant now = Instant{} + std::chrono::hours(1);
};

/// What a phone says next, in one stream.
class Speaker {
 public:
  explicit Speaker(std::uint32_t ssrc) : header{.sequence = 100, .timestamp = 5000, .ssrc = ssrc} {}

  /// 20 ms of something that sounds like nothing else.
  Packet next(std::uint8_t payload_type, std::uint32_t ticks = 160, std::size_t size = 160) {
    ++header.sequence;
    header.timestamp += ticks;
    header.payload_type = payload_type;
    return {header, Datagram(size, static_cast<std::uint8_t>(header.sequence))};
  }

  rtp::Header header;
};

/// A desk phone at port `id` of the engine, without keys unless it is given some.
class DeskPhone : public Speaker {
 public:
  DeskPhone(Conversation& conversation, std::uint64_t id, std::string address)
      : Speaker(0xA0000000U),
        conversation_(&conversation),
        id_(id),
        address_(at(address)),
        udp_port(static_cast<std::uint16_t>(first_rtp_port + 2 * (id - 11))) {
    open = Conversation::open_port(id);
    *open.mutable_open_port()->mutable_rtp() = rtp_way(udp_port, address);
    *open.mutable_open_port()->mutable_keys() = in_clear();
  }

  /// Opens its port with these codecs both ways, and takes part.
  void talks(std::initializer_list<media::v2::Codec> codecs) {
    *open.mutable_open_port()->mutable_stream() =
        stream(0xE0000000U + static_cast<std::uint32_t>(id_), codecs);
    conversation_->command(open);
    conversation_->command(join(id_, true, true));
  }
  void sends(const Packet& packet) { arrives(seal(packet)); }
  Datagram seal(const Packet& packet) { return packet.bytes(); }
  void arrives(Datagram bytes) { conversation_->datagram(std::move(bytes), address_, udp_port); }
  std::vector<Packet> hears() {
    std::vector<Packet> packets;
    for (const Datagram& bytes : conversation_->take(address_)) {
      if (!bytes.empty() && !rtp::is_rtcp(bytes)) packets.push_back(read(bytes));
    }
    return packets;
  }
  const SocketAddress& address() const { return address_; }

 private:
  Conversation* conversation_;
  std::uint64_t id_;
  SocketAddress address_;

 public:
  std::uint16_t udp_port;
  media::v2::Command open;
};

/// A browser at port `id` of the engine.
class WebPhone : public Speaker {
 public:
  WebPhone(Conversation& conversation, std::uint64_t id, std::string address)
      : Speaker(0xB0000000U),
        conversation_(&conversation),
        id_(id),
        address_(at(address)),
        credentials_{"ufrag" + std::to_string(id), "passwordpasswordpassword"},
        browser(dtls::Role::client, conversation.certificate.fingerprint()) {
    open = Conversation::open_port(id);
    *open.mutable_open_port()->mutable_ice() = ice_way(credentials_);
    auto& dtls = *open.mutable_open_port()->mutable_keys()->mutable_dtls();
    dtls.set_fingerprint(browser.fingerprint());
    dtls.set_role(media::v2::Dtls::ROLE_SERVER);
  }

  /// Opens its port, finds its path, shakes hands and takes part.
  void talks(std::initializer_list<media::v2::Codec> codecs) {
    *open.mutable_open_port()->mutable_stream() =
        stream(0xE0000000U + static_cast<std::uint32_t>(id_), codecs);
    conversation_->command(open);
    conversation_->datagram(write(Check{.local = credentials_, .nominates = true}), address_);
    shake_hands();
    browser.take_keys();
    conversation_->command(join(id_, true, true));
  }
  void shake_hands() {
    dtls::Outbox to_engine;
    browser.endpoint.start(conversation_->now, to_engine);
    for (int round = 0; round < 10; ++round) {
      for (Datagram& bytes : std::exchange(to_engine, {})) {
        conversation_->datagram(std::move(bytes), address_);
      }
      for (const Datagram& bytes : conversation_->take(address_)) {
        if (kind_of(bytes) == PacketKind::dtls) {
          browser.endpoint.on_datagram(bytes, conversation_->now, to_engine);
        }
      }
    }
  }
  void sends(const Packet& packet) { arrives(seal(packet)); }
  Datagram seal(const Packet& packet) { return browser.seal(packet.bytes()); }
  void arrives(Datagram bytes) { conversation_->datagram(std::move(bytes), address_); }
  std::vector<Packet> hears() {
    std::vector<Packet> packets;
    for (const Datagram& bytes : conversation_->take(address_)) {
      if (kind_of(bytes) != PacketKind::rtp || rtp::is_rtcp(bytes)) continue;
      packets.push_back(read(browser.open(bytes)));
    }
    return packets;
  }
  const SocketAddress& address() const { return address_; }

 private:
  Conversation* conversation_;
  std::uint64_t id_;
  SocketAddress address_;
  ice::Credentials credentials_;

 public:
  Browser browser;
  media::v2::Command open;
};

}  // namespace dering::engine::testing
