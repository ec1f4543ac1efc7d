// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/index.h"
#include "base/networks.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/strong_id.h"
#include "sdp/reading.h"
#include "sdp/rewrite.h"
#include "sip/flow.h"
#include "ua/turn.h"

namespace dering::call {

using BridgeId = StrongId<struct BridgeTag>;
using PortId = StrongId<struct PortTag>;
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

/// A bridge of the media engine and where phones reach it, best first.
struct Bridge {
  BridgeId id;
  CommandId command;  ///< that opened it
  std::vector<SocketAddress> addresses;
  std::uint16_t thread = 0;
};

/// A port of the media engine, for one phone.
struct Port {
  PortId id;
  CommandId command;           ///< the last that was said of it
  sdp::IceCredentials local;   ///< what its phone authenticates against
  sdp::IceCredentials remote;  ///< the phone's; empty until it has answered
  sdp::Origin origin;          ///< of the last description we gave the phone
};

/// A leg's side at the media engine: its port, and the way back from the engine's events.
struct MediaEnd {
  Port port;
  decltype(MediaIndex::ports)::Entry at_port;
  decltype(MediaIndex::commands)::Entry at_command;
};

/// What the switchboard knows of the media engine, and the words it says to it (proto/media.proto).
/// Keeps no list of bridges: whoever opens one closes it. Signalling thread.
class Media {
 public:
  explicit Media(Random& random) : random_(random) {}

  /// False before the first Ready and after the engine was lost.
  bool is_ready() const { return !udp_ports_.empty(); }
  /// Addresses and ports that are none are left out.
  void on_ready(const media::v2::Ready& ready);
  void on_lost() { udp_ports_.clear(); }

  /// How many phones can have a port on one bridge.
  std::size_t ports_per_bridge() const { return ports_per_bridge_; }
  /// Of the engine's certificate, as in a=fingerprint: "AB:CD:…".
  const std::string& fingerprint() const { return fingerprint_; }

  /// Threads take turns. Only while is_ready().
  Bridge open_bridge(media::v2::OpenBridge::Kind kind, Commands& out);
  void close_bridge(BridgeId bridge, Commands& out);
  /// Where the phone of that flow reaches the bridge, best first; not empty. What is configured for
  /// its network (null: it is in none) counts alone; else the address that its flow came to is the
  /// first.
  std::vector<SocketAddress> addresses_for(const Bridge& bridge, const sip::Flow& flow,
                                           const Network* network) const;

  /// A port of a terminated leg has `dtls`; `remote` may be empty while the phone has not answered.
  Port open_port(BridgeId bridge, const sdp::IceCredentials& remote, const media::v2::Dtls* dtls,
                 Commands& out);
  void close_port(PortId port, Commands& out);
  /// The phone answered: now its credentials are known.
  void set_remote(Port& port, sdp::IceCredentials remote, Commands& out);
  /// ICE restart (RFC 8445 §9): `port` gets new credentials on both sides.
  void restart(Port& port, sdp::IceCredentials remote, Commands& out);

 private:
  sdp::IceCredentials new_credentials();
  media::v2::Command& add_command(Commands& out);

  Random& random_;
  std::vector<SocketAddress> addresses_;
  bool has_found_addresses_ = false;      ///< the engine takes packets at all of its machine's
  std::vector<std::uint16_t> udp_ports_;  ///< one a media thread; empty: not ready
  std::string fingerprint_;
  std::size_t ports_per_bridge_ = 0;
  std::size_t next_thread_ = 0;
  std::uint64_t last_command_ = 0;
};

}  // namespace dering::call
