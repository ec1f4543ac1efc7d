// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/index.h"
#include "base/names.h"
#include "base/networks.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/strong_id.h"
#include "call/rtp_ports.h"
#include "sdp/codec.h"
#include "sdp/offer_answer.h"
#include "sdp/reading.h"
#include "sip/flow.h"
#include "ua/turn.h"

namespace dering::call {

using BridgeId = StrongId<struct BridgeTag>;
using PortId = StrongId<struct PortTag>;
using ActionId = StrongId<struct ActionTag>;
using CommandId = StrongId<struct CommandTag>;
using CallId = StrongId<struct CallTag>;

using Commands = std::vector<media::v2::Command>;

/// Whom an event of the media engine concerns.
struct MediaIndex {
  Index<PortId, ua::LegId> ports;
  Index<CommandId, ua::LegId> commands;  ///< the last one of each port: it may be refused
  Index<BridgeId, CallId> bridges;
  Index<CommandId, CallId> bridge_commands;
};

/// A bridge of the media engine.
struct Bridge {
  BridgeId id;
  CommandId command;  ///< that opened it
  std::uint16_t thread = 0;
  std::uint16_t udp_port = 0;  ///< of the thread, for ICE
};

/// How the engine reaches a phone.
enum class Way : std::uint8_t {
  ice,  ///< on the thread's shared UDP port
  rtp,  ///< on a pair of ports of its own
};

/// A port of the media engine, for one phone.
struct Port {
  PortId id;
  CommandId command;           ///< the last that was said of it
  sdp::IceCredentials local;   ///< ICE: what its phone authenticates against
  sdp::IceCredentials remote;  ///< ICE: the phone's; empty until it has answered
  RtpPorts::Lease rtp;         ///< without ICE
  std::uint32_t ssrc = 0;      ///< ours towards the phone
  std::string cname;           ///< ours towards the phone (RFC 7022)
  bool awaits_keys = false;    ///< its sound ends at the engine, which gets keys for it

  Way way() const { return rtp ? Way::rtp : Way::ice; }
};

/// What a port is opened as: a way alone.
struct NewPort {
  Way way = Way::ice;
  sdp::IceCredentials remote{};  ///< ICE: the phone's; empty until it has answered
  bool awaits_keys = false;      ///< as in Port
};

/// Which codecs phones are offered, best first, and what of theirs is taken.
struct CodecOrder {
  std::vector<sdp::Encoding> browser{sdp::Encoding::opus, sdp::Encoding::g722, sdp::Encoding::pcmu,
                                     sdp::Encoding::pcma};
  std::vector<sdp::Encoding> desk = browser;
};

/// What is given an id at the media engine.
struct MediaIds {
  explicit MediaIds(Random& random)
      : bridges("bridge", random), ports("port", random), actions("action", random) {}
  /// From here on those of this key.
  void restart(const Names::Key& key) {
    bridges.restart(key);
    ports.restart(key);
    actions.restart(key);
  }

  Names bridges;
  Names ports;
  Names actions;
  std::uint64_t last_command = 0;  ///< commands are counted
};

/// How sound is offered, protected and made.
struct MediaSettings {
  CodecOrder codecs;
  /// Of phones on TLS, which could bring keys (RFC 4568).
  sdp::ClearSound clear_over_tls = sdp::ClearSound::taken;
  std::string tones = "id";  ///< whose telephone network tones are like: "id", "us" or "uk"
};

/// What the switchboard knows of the media engine, and the words it says to it (proto/media.proto).
/// Nothing is said while the engine is away. Keeps no list of bridges: whoever opens one closes it.
/// Signalling thread.
class Media {
 public:
  explicit Media(Random& random, MediaSettings settings = {})
      : random_(random), ids_(random), settings_(std::move(settings)) {}

  MediaIds& ids() { return ids_; }

  /// False before the first Ready and after the engine was lost.
  bool is_ready() const { return !udp_ports_.empty(); }
  /// Addresses and ports that are none are left out.
  void on_ready(const media::v2::Ready& ready);
  void on_lost() { udp_ports_.clear(); }

  /// How many phones can have a port on one bridge.
  std::size_t ports_per_bridge() const { return ports_per_bridge_; }
  /// Of the engine's certificate, as in a=fingerprint: "AB:CD:…".
  const std::string& fingerprint() const { return fingerprint_; }
  const MediaSettings& settings() const { return settings_; }
  /// Those that the engine said it has.
  std::span<const SocketAddress> addresses() const { return addresses_; }
  Random& random() { return random_; }

  /// Threads take turns. Only while is_ready().
  Bridge open_bridge(Commands& out);
  /// On the thread of that one, so that ports can go from one to the other.
  Bridge open_bridge_beside(const Bridge& other, Commands& out);
  /// In place of one that died with its engine; on the same thread, if there is one. Ports of a
  /// sealed one may take keys later: who talks there may be sent on.
  Bridge reopen_bridge(const Bridge& lost, Commands& out);
  void close_bridge(BridgeId bridge, Commands& out);
  /// True if there is a way of this kind on the bridge.
  bool has_way(const Bridge& bridge, Way way) const {
    return way == Way::ice || rtp_ports_.has_free(bridge.thread);
  }
  /// Where the phone of that flow reaches the port, best first; not empty. What is configured for
  /// its network (null: it is in none) counts alone; else the address that its flow came to is the
  /// first. A port without ICE has one address, of the family of its phone if there is one.
  std::vector<SocketAddress> addresses_for(const Bridge& bridge, const Port& port,
                                           const sip::Flow& flow, const Network* network) const;

  /// Nothing if has_way() is false.
  std::optional<Port> open_port(const Bridge& bridge, NewPort wanted, Commands& out);
  /// In place of one that died with its engine: with the same credentials, or at the same RTP port
  /// where that is free. Nothing if none is left.
  std::optional<Port> reopen_port(const Bridge& bridge, Port lost, Commands& out);
  void close_port(PortId port, Commands& out);
  /// To another bridge of its thread; it takes no part there before the next join().
  void move_port(Port& port, BridgeId bridge, Commands& out);
  /// What `update` says of the port, which may be refused.
  void update(Port& port, media::v2::UpdatePort update, Commands& out);
  /// A browser's credentials are known now.
  void set_remote(Port& port, sdp::IceCredentials remote, Commands& out);
  /// ICE restart (RFC 8445 §9): `port` gets new credentials on both sides.
  void restart(Port& port, sdp::IceCredentials remote, Commands& out);

  void join(media::v2::Join join, Commands& out);
  /// `start` lacks its id; gives it.
  ActionId start(media::v2::Start start, Commands& out);
  void stop(ActionId action, Commands& out);
  void send_digit(PortId port, char digit, Duration duration, Commands& out);

 private:
  Bridge open_bridge_on(std::size_t thread, Commands& out);
  void say_open(const Bridge& bridge, Port& port, Commands& out);
  sdp::IceCredentials new_credentials();
  media::v2::Command& add_command(Commands& out);
  std::vector<SocketAddress> inward_addresses(std::uint16_t port, const sip::Flow& flow) const;

  Random& random_;  ///< of secrets
  MediaIds ids_;
  MediaSettings settings_;
  std::vector<SocketAddress> addresses_;
  bool has_found_addresses_ = false;      ///< the engine takes packets at all of its machine's
  std::vector<std::uint16_t> udp_ports_;  ///< one a media thread; empty: not ready
  RtpPorts rtp_ports_;
  std::string fingerprint_;
  std::size_t ports_per_bridge_ = 0;
  std::size_t next_thread_ = 0;
  media::v2::Command unsaid_;  ///< while the engine is away
};

}  // namespace dering::call
