// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace dering::sim {

/// The bridges that the switchboard has opened, as its commands say: who could still be heard when
/// the engine has no room for one port.
class Bridges {
 public:
  /// In the order in which they were said. False for the end of a port that was refused.
  bool reaches_engine(const media::v2::Command& command);
  /// Whatever is said of a port that was refused is refused as well: the engine knows none.
  bool is_of_refused_port(const media::v2::Command& command);
  /// The engine has no room for this port.
  void refuse(const media::v2::Command& open_port);

  /// The command that opened this bridge.
  std::uint64_t opener_of(std::uint64_t bridge) const;
  bool is_open(std::uint64_t bridge) const { return bridges_.contains(bridge); }
  /// The bridge that a refused command concerns, if the caller and one more phone have their ports.
  std::optional<std::uint64_t> rings_on_without(std::uint64_t command) const;

 private:
  struct Port {
    std::uint64_t id;
    std::uint64_t command;
    bool is_refused;
  };
  struct Bridge {
    std::uint64_t command;
    std::uint64_t caller = 0;  ///< the port that was opened first
    std::vector<Port> ports{};
  };
  void on_open_port(const media::v2::Command& command);
  void on_move_port(const media::v2::MovePort& move);
  /// False if the engine knows nothing of it.
  bool close_port(std::uint64_t id);
  Port* find(std::uint64_t id);

  std::map<std::uint64_t, Bridge> bridges_;
};

}  // namespace dering::sim
