// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dering::directory {

/// How a trunk is, for administrators; the words are those of the API.
struct TrunkNews {
  struct Server {
    std::string address;  ///< "192.0.2.1:5060"
    std::string state;    ///< "unknown", "up", "down"
    std::optional<std::uint32_t> round_trip_ms{};
  };
  std::string id;
  std::string name;
  std::string state;       ///< "starting", "up", "registered", "down"
  std::string reason;      ///< a sentence; empty where all is well
  std::int64_t since = 0;  ///< UNIX seconds, of the state
  std::vector<Server> servers{};
};
/// The trunks are these now, in the order of the plan.
struct TrunkChanged {
  std::vector<TrunkNews> all;
};

}  // namespace dering::directory
