// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace dering::engine {

/// Which media thread holds which bridge, as the control thread knows it: it tells a command's way.
/// A pure value; one thread.
class Roster {
 public:
  struct Limits {
    std::size_t threads = 1;
    std::size_t bridges = 16'384;
  };
  /// The thread that a command is for; nothing if it is for all: a port's id does not tell its
  /// thread, and those that do not know it ignore the command.
  using Way = std::optional<std::size_t>;

  explicit Roster(Limits limits) : limits_(limits) {}

  /// Notes what the command opens or closes. A sentence if it must not be carried out.
  std::expected<Way, std::string> dispatch(const media::v2::Command& command);
  std::vector<std::uint64_t> bridges() const;

 private:
  std::expected<Way, std::string> open_bridge(const media::v2::OpenBridge& command);

  Limits limits_;
  std::unordered_map<std::uint64_t, std::size_t> threads_;  ///< by bridge
};

}  // namespace dering::engine
