// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstddef>
#include <cstdint>
#include <map>

namespace dering::sim {

/// The ports to which the engine plays music or a tone, as it was told.
class Tunes {
 public:
  void on_command(const media::v2::Command& command);
  void on_engine_lost();
  std::size_t count() const { return actions_.size(); }

 private:
  void forget_port(std::uint64_t port);

  std::map<std::uint64_t, std::uint64_t> actions_;  ///< the port of each
  std::map<std::uint64_t, std::uint64_t> ports_;    ///< the bridge of each
};

}  // namespace dering::sim
