// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/instant.h"
#include "sim/knobs.h"

namespace dering::sim {

/// Obeys proto/media.proto as far as the switchboard can tell, and checks that the switchboard
/// does.
class FakeEngine {
 public:
  /// A phone as the engine knows it: by the user fragment of its ICE credentials.
  using PhoneMedia = std::string;

  explicit FakeEngine(Plant plant) : plant_(plant) {}

  /// What the process says first; with the bridges that outlived the connection.
  media::v1::Event ready() const;
  /// False: the command breaks the contract.
  bool on_command(const media::v1::Command& command);
  /// The process dies with all it held.
  void die() { bridges_.clear(); }

  /// Ports whose phone is this one.
  std::vector<std::uint64_t> ports_of(const PhoneMedia& media) const;
  bool carries(const PhoneMedia& media) const { return !ports_of(media).empty(); }

  std::size_t bridge_count() const { return bridges_.size(); }
  /// Sealed bridges that cannot relay since they have not exactly two ports.
  std::size_t crippled_bridge_count() const;

 private:
  struct Bridge {
    media::v1::OpenBridge::Kind kind;
    std::map<std::uint64_t, PhoneMedia> ports;
  };
  bool open_port(const media::v1::OpenPort& verb);
  void update_port(const media::v1::UpdatePort& verb);

  Plant plant_;
  std::map<std::uint64_t, Bridge> bridges_;
};

}  // namespace dering::sim
