// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"
#include "base/random.h"

namespace dering::sim {

/// A fault put into the simulated world on purpose, to see that the invariants find it.
enum class Plant : std::uint8_t {
  none,
  lost_bye,       ///< the edge swallows each BYE to a browser
  leaked_port,    ///< the engine does not hear ClosePort
  leaked_bridge,  ///< the engine does not hear CloseBridge
  double_record,  ///< each call record is written twice
  lost_record,    ///< no call record of a busy callee is written
  lost_cancel,    ///< the edge swallows each CANCEL to a browser
  lost_sound,     ///< the engine relays to one phone of a pair only
};
std::optional<Plant> plant_from(std::string_view name);

/// What one seed decides about its world. Each run switches some troubles on and others off.
struct Knobs {
  explicit Knobs(Random& random);

  std::size_t users;
  std::size_t most_phones_per_user;
  unsigned desk_percent;          ///< share of desk phones (UDP); the rest are browsers
  unsigned loss_percent;          ///< of datagrams
  unsigned duplicate_percent;     ///< of datagrams
  Duration longest_delay;         ///< of any message
  unsigned flow_loss_percent;     ///< share of a browser's actions that cut its connection
  unsigned reload_percent;        ///< share of those that forget all calls
  unsigned engine_death_percent;  ///< chance that the engine dies once
  unsigned sign_outs;             ///< how often the issuer ends somebody's sign-in
  bool calls_survive_sign_out;
};

/// True in `percent` of all cases.
inline bool chance(Random& random, unsigned percent) {
  return random.below(100) < percent;
}
inline Duration between(Random& random, Duration low, Duration high) {
  return low + Duration(static_cast<Duration::rep>(
                   random.below(static_cast<std::uint64_t>((high - low).count()) + 1)));
}

}  // namespace dering::sim
