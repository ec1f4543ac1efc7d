// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/subnet.h"
#include "trunk/digest_answer.h"
#include "trunk/liveness.h"
#include "trunk/location.h"

namespace dering::trunk {

/// What a plan and the configuration say of one trunk.
struct TrunkSettings {
  std::string id;
  std::string name;
  std::vector<Server> servers{};  ///< the best first
  bool registers = false;
  std::shared_ptr<const Account> account{};  ///< null: its sign-in is asked for by nobody
  std::vector<Subnet> sources{};             ///< whence its calls come, beside its servers
};

/// "provider.example", "192.0.2.1:5080", "[2001:db8::1]:5060". Nothing: no such thing.
std::optional<Server> server_from(std::string_view text, sip::Transport transport);
/// The host of a URI, with its port where the settings have one.
std::string uri_host_of(const Server& server);

/// How a trunk is, for people.
struct TrunkState {
  enum class Kind : std::uint8_t {
    starting,    ///< it is looked for, or has not answered yet
    up,          ///< a server answers
    registered,  ///< the same, and the provider knows us
    down,        ///< see reason
  };
  struct Server {
    std::string address;  ///< "192.0.2.1:5060"
    Liveness::State state{};
    std::optional<Duration> round_trip{};

    bool operator==(const Server& other) const {
      return address == other.address && state == other.state;
    }
  };
  Kind kind = Kind::starting;
  std::string reason{};  ///< a sentence; empty where all is well
  std::vector<Server> servers{};

  bool operator==(const TrunkState&) const = default;
};
std::string_view name_of(TrunkState::Kind kind);  ///< "starting", "up", "registered", "down"

}  // namespace dering::trunk
