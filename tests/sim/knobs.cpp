// SPDX-License-Identifier: Apache-2.0
#include "sim/knobs.h"

#include <array>
#include <utility>

namespace dering::sim {

using namespace std::chrono_literals;

std::optional<Plant> plant_from(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Plant>, 7> names{{
      {"lost-bye", Plant::lost_bye},
      {"leaked-port", Plant::leaked_port},
      {"leaked-bridge", Plant::leaked_bridge},
      {"double-record", Plant::double_record},
      {"lost-record", Plant::lost_record},
      {"lost-cancel", Plant::lost_cancel},
      {"lost-sound", Plant::lost_sound},
  }};
  for (const auto& [known, plant] : names) {
    if (known == name) return plant;
  }
  return std::nullopt;
}

Knobs::Knobs(Random& random)
    : users(2 + random.below(3)),
      most_phones_per_user(1 + random.below(3)),
      desk_percent(std::array{0U, 30U, 50U, 100U}[random.below(4)]),
      loss_percent(std::array{0U, 0U, 10U, 30U}[random.below(4)]),
      duplicate_percent(std::array{0U, 20U}[random.below(2)]),
      longest_delay(std::array<Duration, 3>{10ms, 200ms, 2s}[random.below(3)]),
      flow_loss_percent(std::array{0U, 10U, 30U}[random.below(3)]),
      reload_percent(std::array{0U, 50U, 100U}[random.below(3)]),
      engine_death_percent(std::array{0U, 0U, 100U}[random.below(3)]),
      sign_outs(std::array{0U, 0U, 1U, 8U}[random.below(4)]),
      calls_survive_sign_out(random.below(2) == 0) {}

}  // namespace dering::sim
