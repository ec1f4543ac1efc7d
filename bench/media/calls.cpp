// SPDX-License-Identifier: Apache-2.0
#include "media/calls.h"

#include <arpa/inet.h>

#include <chrono>
#include <map>
#include <string_view>

#include "codec/codec.h"
#include "codec/testing/sound.h"

namespace dering::bench {
namespace {

using media::v2::Codec;
using media::v2::Command;
using media::v2::Sdes;

struct Speech {
  codec::Kind kind;
  std::uint8_t payload_type;
};

Speech speech_of(Codec::Name name) {
  return name == Codec::NAME_OPUS ? Speech{codec::Kind::opus, 111} : Speech{codec::Kind::pcmu, 0};
}

}  // namespace

const Payloads& payloads_of(Codec::Name name) {
  static std::map<Codec::Name, Payloads> known;
  Payloads& payloads = known[name];
  if (!payloads.empty()) return payloads;
  const codec::Rate rate = codec::native_rate(speech_of(name).kind);
  const auto encoder = codec::make_encoder({.kind = speech_of(name).kind, .rate = rate});
  const auto voice = codec::testing::vowel(rate, codec::hertz(rate) * 2);
  const std::size_t size = codec::hertz(rate) / 50;
  for (std::size_t at = 0; at + size <= voice.size(); at += size) {
    auto& payload = payloads.emplace_back(codec::most_payload);
    payload.resize(encoder->encode(codec::Samples(voice).subspan(at, size), payload).value());
  }
  return payloads;
}

namespace {

srtp::Suite suite_of(Sdes::Suite suite) {
  return suite == Sdes::SUITE_AEAD_AES_128_GCM ? srtp::Suite::aead_aes_128_gcm
                                               : srtp::Suite::aes128_cm_sha1_80;
}

/// No secret: key and salt of a phone, or of the engine towards it.
std::string keying(const Side& side, std::size_t phone, bool is_ours) {
  const srtp::Sizes sizes = srtp::sizes_of(suite_of(side.suite));
  std::string keying(sizes.key + sizes.salt, is_ours ? 'e' : 'p');
  keying.replace(0, sizeof phone, reinterpret_cast<const char*>(&phone), sizeof phone);
  return keying;
}

srtp::MasterKey master_key(const Side& side, std::string_view keying) {
  const std::size_t size = srtp::sizes_of(suite_of(side.suite)).key;
  return {as_bytes(keying.substr(0, size)), as_bytes(keying.substr(size))};
}

}  // namespace

sdp::CryptoSuite crypto_suite_of(const Side& side) {
  return side.suite == Sdes::SUITE_AEAD_AES_128_GCM ? sdp::CryptoSuite::aead_aes_128_gcm
                                                    : sdp::CryptoSuite::aes_cm_128_hmac_sha1_80;
}

std::string keying_of(const Side& side, std::size_t phone) {
  return keying(side, phone, false);
}

Phone make_phone(const Side& side, const Side& heard, std::size_t at) {
  Phone phone;
  phone.says = &payloads_of(side.codec);
  phone.ticks = codec::clock_rate(speech_of(side.codec).kind) / 50;
  phone.header = {.payload_type = speech_of(side.codec).payload_type,
                  .ssrc = 0xA0000000U + static_cast<std::uint32_t>(at)};
  // It hears the other side as that speaks, or in its own codec.
  phone.hears_type =
      side.codec == heard.codec ? phone.header.payload_type : speech_of(side.codec).payload_type;
  if (side.suite == Sdes::SUITE_UNSPECIFIED) return phone;
  phone.ufrag = "phone" + std::to_string(at);
  phone.ours.emplace(suite_of(side.suite), master_key(side, keying(side, at, false)));
  phone.theirs.emplace(suite_of(side.suite), master_key(side, keying(side, at, true)));
  return phone;
}

namespace {

void fill_stream(const Side& side, std::size_t at, media::v2::Stream& stream) {
  Codec codec;
  codec.set_name(side.codec);
  codec.set_payload_type(speech_of(side.codec).payload_type);
  codec.set_clock_rate(codec::clock_rate(speech_of(side.codec).kind));
  *stream.add_receive() = codec;
  *stream.add_send() = codec;
  stream.set_ssrc(0xE0000000U + static_cast<std::uint32_t>(at));
  stream.set_cname("engine");
}

Command open_port(EngineUnderTest& engine, Street& street, const Side& side, std::size_t at) {
  Command command;
  auto& open = *command.mutable_open_port();
  open.set_bridge(at / 2 + 1);
  open.set_port(at + 1);
  fill_stream(side, at, *open.mutable_stream());
  if (side.suite == Sdes::SUITE_UNSPECIFIED) {
    auto& rtp = *open.mutable_rtp();
    rtp.set_local_port(ntohs(street.phone(at).to.sin_port));
    rtp.set_remote(street.socket().address_of(at));
    rtp.set_learn(media::v2::Rtp::LEARN_NEVER);
    open.mutable_keys()->mutable_clear();
    return command;
  }
  open.mutable_ice()->mutable_local()->set_ufrag(street.phone(at).ufrag);
  open.mutable_ice()->mutable_local()->set_pwd(engine.pwd());
  auto& sdes = *open.mutable_keys()->mutable_sdes();
  sdes.set_suite(side.suite);
  sdes.set_ours(keying(side, at, true));
  sdes.set_theirs(keying(side, at, false));
  return command;
}

}  // namespace

std::vector<Phone> make_phones(const EngineUnderTest& engine, std::size_t calls, const Side& one,
                               const Side& other) {
  std::vector<Phone> phones;
  auto rtp_port = engine.rtp_ports().begin();
  for (std::size_t at = 0; at < 2 * calls; ++at) {
    const bool is_one = at % 2 == 0;
    phones.push_back(make_phone(is_one ? one : other, is_one ? other : one, at));
    phones.back().to = engine.address();
    if (phones.back().ufrag.empty()) phones.back().to.sin_port = htons(*rtp_port++);
  }
  return phones;
}

void open_calls(EngineUnderTest& engine, Street& street, std::size_t calls, const Side& one,
                const Side& other) {
  for (std::size_t at = 0; at < 2 * calls; ++at) {
    if (at % 2 == 0) {
      Command bridge;
      bridge.mutable_open_bridge()->set_bridge(at / 2 + 1);
      engine.command(bridge);
    }
    engine.command(open_port(engine, street, at % 2 == 0 ? one : other, at));
    Command join;
    join.mutable_join()->set_port(at + 1);
    join.mutable_join()->set_hears(true);
    join.mutable_join()->set_is_heard(true);
    engine.command(join);
  }
}

std::vector<Phone> make_echo_phones(const sockaddr_in& echo, std::size_t count) {
  std::vector<Phone> phones;
  for (std::size_t at = 0; at < count; ++at) {
    phones.push_back(make_phone({}, {}, at));
    phones.back().to = echo;
  }
  return phones;
}

}  // namespace dering::bench
