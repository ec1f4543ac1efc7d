// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/patchbay.h"
#include "engine/sound/sound_shelf.h"
#include "rtp/packet.h"

namespace {

using namespace dering;
using namespace dering::engine;
using namespace media::v2;

constexpr std::uint16_t first_port = 20'000;
constexpr std::array<std::uint8_t, 10> types{0, 8, 9, 111, 13, 101, 126, 77, 64, 33};

void require(bool condition) {
  if (!condition) std::abort();
}

void add(Stream& stream, Codec::Name name, std::uint32_t type, std::uint32_t clock) {
  for (Codec* codec : {stream.add_receive(), stream.add_send()}) {
    codec->set_name(name);
    codec->set_payload_type(type);
    codec->set_clock_rate(clock);
  }
}

/// Codecs by the bits of a byte.
Stream stream_of(std::uint8_t bits, std::uint64_t port) {
  Stream stream;
  if ((bits & 1) != 0) add(stream, Codec::NAME_PCMU, 0, 8000);
  if ((bits & 2) != 0) add(stream, Codec::NAME_OPUS, 111, 48'000);
  if ((bits & 4) != 0) add(stream, Codec::NAME_PCMA, 8, 8000);
  if ((bits & 8) != 0) add(stream, Codec::NAME_G722, 9, 8000);
  if ((bits & 16) != 0) add(stream, Codec::NAME_COMFORT_NOISE, 13, 8000);
  if ((bits & 32) != 0) add(stream, Codec::NAME_TELEPHONE_EVENT, 101, 8000);
  if ((bits & 64) != 0) add(stream, Codec::NAME_TELEPHONE_EVENT, 126, 48'000);
  stream.set_ptime((bits & 128) != 0 ? 10 : 60);
  stream.set_ssrc(static_cast<std::uint32_t>(port) * 77);
  stream.set_cname("engine");
  return stream;
}

SocketAddress address_of(std::size_t phone) {
  return SocketAddress::from_ipv4(0x7F00'000B + static_cast<std::uint32_t>(phone), 4000);
}

/// Two phones without keys, and what goes to each: one stream whose numbers never come twice.
class Call {
 public:
  Call() {
    static const FeedFactory sounds = SoundShelf::factory(std::make_shared<SoundShelf>());
    patchbay_ = std::make_unique<Patchbay>(
        Limits{}, Equipment{.make_feed = sounds, .rtp_ports = {{first_port, 2}}});
    for (const std::uint64_t bridge : {1U, 2U}) {
      Command command;
      command.mutable_open_bridge()->set_bridge(bridge);
      obey(command);
    }
    for (std::size_t phone = 0; phone < 2; ++phone) {
      Command open;
      open.mutable_open_port()->set_bridge(1);
      open.mutable_open_port()->set_port(phone + 1);
      auto& way = *open.mutable_open_port()->mutable_rtp();
      way.set_local_port(static_cast<std::uint32_t>(first_port + 2 * phone));
      way.set_remote(address_of(phone).text());
      way.set_learn(Rtp::LEARN_NEVER);
      open.mutable_open_port()->mutable_keys()->mutable_clear();
      *open.mutable_open_port()->mutable_stream() = stream_of(phone == 0 ? 33 : 66, phone + 1);
      obey(open);
      join(phone, 7);
    }
  }

  void obey(const Command& command) {
    patchbay_->on_command(command, now_, out_);
    check();
  }
  void join(std::size_t phone, std::uint8_t bits) {
    Command command;
    auto& join = *command.mutable_join();
    join.set_port(phone + 1);
    join.set_hears((bits & 1) != 0);
    join.set_is_heard((bits & 2) != 0);
    join.set_expects_sound((bits & 4) != 0);
    obey(command);
    if ((bits & 8) == 0) return;
    command.mutable_move_port()->set_port(phone + 1);
    command.mutable_move_port()->set_bridge((bits & 16) != 0 ? 1 : 2);
    obey(command);
  }
  void arrives(std::size_t phone, std::vector<std::uint8_t> packet, bool is_control) {
    const auto port = static_cast<std::uint16_t>(first_port + 2 * phone + (is_control ? 1 : 0));
    patchbay_->on_datagram(
        packet, {address_of(phone), *SocketAddress::from_text("127.0.0.1", port)}, now_, out_);
    check();
  }
  void pass(Duration time) {
    now_ += time;
    patchbay_->on_time(now_, out_);
    check();
  }

 private:
  void check() {
    for (const OutgoingPacket& packet : out_.packets()) {
      if (rtp::is_rtcp(packet.bytes)) continue;
      if (packet.bytes.empty()) continue;  // keeps a router's way open (RFC 6263)
      const auto framing = rtp::read_framing(packet.bytes);
      require(framing.has_value());
      std::uint32_t& last = last_[packet.path.remote.text()];
      if (last != 0) {
        // Never so far that the other side would take it for a stream that began anew.
        const auto step = static_cast<std::int16_t>(framing->header.sequence - last);
        require(step > -200 && step < 3'200);
      }
      last = framing->header.sequence | 0x10000U;
    }
    out_.clear_packets();
    out_.events.clear();
  }

  std::unique_ptr<Patchbay> patchbay_;
  Outbox out_;
  Instant now_ = Instant{} + std::chrono::hours(1);
  std::map<std::string, std::uint32_t>
      last_;  ///< sequence number, with a bit that says there is one
};

Command start(std::uint8_t what, std::size_t phone) {
  Command command;
  command.mutable_start()->set_action(what + 1U);
  command.mutable_start()->set_port(phone + 1);
  if (what % 3 == 0) command.mutable_start()->mutable_echo();
  if (what % 3 == 1) command.mutable_start()->mutable_play()->add_sounds("music");
  if (what % 3 == 2) {
    command.mutable_start()->mutable_tone()->set_name(Tone::NAME_BUSY);
    command.mutable_start()->mutable_tone()->set_country("id");
  }
  return command;
}

Command digit(std::uint8_t what, std::size_t phone) {
  Command command;
  command.mutable_send_digit()->set_port(phone + 1);
  command.mutable_send_digit()->set_digit(std::string(1, "0123456789*#ABCD"[what % 16]));
  command.mutable_send_digit()->set_milliseconds(40 + what);
  return command;
}

}  // namespace

/// Input: what happens, one after the other: a byte that says what and to whom, a byte for it; of a
/// packet the step of its number and the payload besides.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::size_t most_bytes = 4'096;
  ByteReader reader(Bytes(bytes, std::min(size, most_bytes)));
  Call call;
  std::array<rtp::Header, 2> headers{};
  while (reader.remaining() > 0) {
    const std::uint8_t what = reader.u8();
    const std::uint8_t more = reader.u8();
    const std::size_t phone = what & 1;
    Command command;
    switch ((what >> 1) % 8) {
      case 0:
      case 1: {
        rtp::Header& header = headers[phone];
        header.payload_type = types[more % types.size()];
        header.ssrc = more / 100;
        header.sequence =
            static_cast<std::uint16_t>(header.sequence + static_cast<std::int8_t>(reader.u8()));
        header.timestamp += header.payload_type == 111 ? 960 : 160;
        const Bytes payload = reader.bytes(std::min<std::size_t>(reader.u8(), reader.remaining()));
        std::vector<std::uint8_t> packet(rtp::fixed_header_size);
        rtp::write_header(header, packet);
        packet.insert(packet.end(), payload.begin(), payload.end());
        call.arrives(phone, std::move(packet), false);
        break;
      }
      case 2:
        call.pass(std::chrono::milliseconds(more));
        break;
      case 3:
        call.join(phone, more);
        break;
      case 4:
        call.obey(start(more, phone));
        break;
      case 5:
        command.mutable_stop()->set_action(more + 1U);
        call.obey(command);
        break;
      case 6:
        command.mutable_update_port()->set_port(phone + 1);
        *command.mutable_update_port()->mutable_stream() = stream_of(more, phone + 1);
        call.obey(command);
        break;
      case 7:
        if (more % 2 == 0) {
          call.obey(digit(more, phone));
        } else {
          const Bytes raw = reader.bytes(std::min<std::size_t>(more, reader.remaining()));
          call.arrives(phone, {raw.begin(), raw.end()}, more % 4 == 1);
        }
        break;
    }
  }
  return 0;
}
