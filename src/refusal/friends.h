// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>

#include "base/instant.h"
#include "base/socket_address.h"

namespace dering::refusal {

/// The addresses from which somebody is signed in: a whole office stays in when one of its
/// telephones has a wrong password. Only a sign-in puts an address here. One thread.
class Friends {
 public:
  static constexpr std::size_t most = 50'000;

  void note(const SocketAddress& source, UnixSeconds until);
  bool has(const SocketAddress& source, UnixSeconds now) const;
  void on_time(UnixSeconds now);
  std::size_t size() const { return until_.size(); }

 private:
  std::unordered_map<std::string, UnixSeconds> until_;  ///< by network_of()
};

}  // namespace dering::refusal
