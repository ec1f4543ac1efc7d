// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/refusal.h"

namespace dering::engine {

/// Which media thread holds which bridge and port, as the control thread knows it: it tells a
/// command's way. A pure value; one thread.
class Roster {
 public:
  struct Limits {
    std::size_t threads = 1;
    std::size_t bridges = 16'384;
    std::size_t ports_per_bridge = 64;
  };
  /// The thread that a command is for; nothing if there is nobody to tell, or none that would know
  /// more: what stops an action is told to all.
  using Way = std::optional<std::size_t>;

  explicit Roster(Limits limits) : limits_(limits) {}

  /// Notes what the command opens or closes. Why not, if it must not be carried out.
  std::expected<Way, Refusal> dispatch(const media::v2::Command& command);
  std::vector<std::uint64_t> bridges() const;
  std::size_t port_count() const { return ports_.size(); }

 private:
  struct Bridge {
    std::size_t thread = 0;
    std::vector<std::uint64_t> ports;
  };

  std::expected<Way, Refusal> open_bridge(const media::v2::OpenBridge& command);
  std::expected<Way, Refusal> open_port(const media::v2::OpenPort& command);
  std::expected<Way, Refusal> move_port(const media::v2::MovePort& command);
  std::expected<Way, Refusal> way_to_port(std::uint64_t port) const;
  void close_bridge(std::uint64_t id);
  void close_port(std::uint64_t id);

  Limits limits_;
  std::unordered_map<std::uint64_t, Bridge> bridges_;
  std::unordered_map<std::uint64_t, std::uint64_t> ports_;  ///< the bridge of each
};

}  // namespace dering::engine
