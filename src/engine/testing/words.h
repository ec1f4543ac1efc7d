// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "ice/lite_agent.h"

namespace dering::engine::testing {

// The words that a switchboard says, short enough for tests.

inline media::v2::Codec codec(media::v2::Codec::Name name, std::uint32_t payload_type,
                              std::uint32_t clock_rate = 8000) {
  media::v2::Codec codec;
  codec.set_name(name);
  codec.set_payload_type(payload_type);
  codec.set_clock_rate(clock_rate);
  return codec;
}

inline media::v2::Codec pcmu() {
  return codec(media::v2::Codec::NAME_PCMU, 0);
}
inline media::v2::Codec pcma() {
  return codec(media::v2::Codec::NAME_PCMA, 8);
}
inline media::v2::Codec g722() {
  return codec(media::v2::Codec::NAME_G722, 9);
}
inline media::v2::Codec opus(std::uint32_t payload_type = 111) {
  return codec(media::v2::Codec::NAME_OPUS, payload_type, 48'000);
}
inline media::v2::Codec telephone_event(std::uint32_t payload_type,
                                        std::uint32_t clock_rate = 8000) {
  return codec(media::v2::Codec::NAME_TELEPHONE_EVENT, payload_type, clock_rate);
}

/// The same both ways.
inline media::v2::Stream stream(std::uint32_t ssrc,
                                std::initializer_list<media::v2::Codec> codecs) {
  media::v2::Stream stream;
  for (const auto& codec : codecs) {
    *stream.add_receive() = codec;
    *stream.add_send() = codec;
  }
  stream.set_ssrc(ssrc);
  stream.set_cname("engine");
  return stream;
}

inline media::v2::Keys in_clear() {
  media::v2::Keys keys;
  keys.mutable_clear();
  return keys;
}

inline media::v2::Rtp rtp_way(std::uint16_t local_port, const std::string& remote,
                              media::v2::Rtp::Learn learn = media::v2::Rtp::LEARN_NEVER) {
  media::v2::Rtp way;
  way.set_local_port(local_port);
  way.set_remote(remote);
  way.set_learn(learn);
  return way;
}

inline media::v2::Ice ice_way(const ice::Credentials& local) {
  media::v2::Ice way;
  way.mutable_local()->set_ufrag(local.ufrag);
  way.mutable_local()->set_pwd(local.pwd);
  return way;
}

inline media::v2::Command open_bridge(std::uint64_t id) {
  media::v2::Command command;
  command.set_id(id);
  command.mutable_open_bridge()->set_bridge(id);
  return command;
}

inline media::v2::Command join(std::uint64_t port, bool hears, bool is_heard,
                               bool expects_sound = false) {
  media::v2::Command command;
  command.set_id(port);
  command.mutable_join()->set_port(port);
  command.mutable_join()->set_hears(hears);
  command.mutable_join()->set_is_heard(is_heard);
  command.mutable_join()->set_expects_sound(expects_sound);
  return command;
}

inline media::v2::Command move_port(std::uint64_t port, std::uint64_t bridge) {
  media::v2::Command command;
  command.set_id(port);
  command.mutable_move_port()->set_port(port);
  command.mutable_move_port()->set_bridge(bridge);
  return command;
}

inline media::v2::Command close_port(std::uint64_t port) {
  media::v2::Command command;
  command.mutable_close_port()->set_port(port);
  return command;
}

inline media::v2::Command close_bridge(std::uint64_t bridge) {
  media::v2::Command command;
  command.mutable_close_bridge()->set_bridge(bridge);
  return command;
}

}  // namespace dering::engine::testing
