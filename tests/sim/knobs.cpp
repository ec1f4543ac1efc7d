// SPDX-License-Identifier: Apache-2.0
#include "sim/knobs.h"

#include <algorithm>
#include <utility>

namespace dering::sim {
namespace {

constexpr std::array<std::pair<std::string_view, Plant>, 24> plants{{
    {"lost-bye", Plant::lost_bye},
    {"bye-said-once", Plant::bye_said_once},
    {"leaked-port", Plant::leaked_port},
    {"leaked-bridge", Plant::leaked_bridge},
    {"double-record", Plant::double_record},
    {"lost-record", Plant::lost_record},
    {"lost-cancel", Plant::lost_cancel},
    {"wrong-party", Plant::wrong_party},
    {"twin-leg", Plant::twin_leg},
    {"lost-sound", Plant::lost_sound},
    {"forgotten-entry", Plant::forgotten_entry},
    {"refused-call", Plant::refused_call},
    {"lost-notify", Plant::lost_notify},
    {"lost-move", Plant::lost_move},
    {"lost-stop", Plant::lost_stop},
    {"lost-transfer", Plant::lost_transfer},
    {"lost-return", Plant::lost_return},
    {"twice-moved", Plant::twice_moved},
    {"lost-pickup", Plant::lost_pickup},
    {"lost-parking", Plant::lost_parking},
    {"lost-retrieval", Plant::lost_retrieval},
    {"lost-reentry", Plant::lost_reentry},
    {"stale-absence", Plant::stale_absence},
    {"stale-parking", Plant::stale_parking},
}};

}  // namespace

std::optional<Plant> plant_from(std::string_view name) {
  for (const auto& [known, plant] : plants) {
    if (known == name) return plant;
  }
  return std::nullopt;
}

std::string_view name_of(Plant plant) {
  const auto at = std::ranges::find(plants, plant, [](const auto& known) { return known.second; });
  return at == plants.end() ? "none" : at->first;
}

std::string plant_names() {
  std::string names;
  for (const auto& [name, plant] : plants) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

Knobs::Knobs(Random& random)
    : users(static_cast<unsigned>(2 + random.below(3))),
      phones(static_cast<unsigned>(1 + random.below(3))),
      desk_percent(std::array{0U, 30U, 50U, 100U}[random.below(4)]),
      loss_percent(std::array{0U, 0U, 10U, 30U}[random.below(4)]),
      duplicate_percent(std::array{0U, 20U}[random.below(2)]),
      longest_delay_ms(std::array{10U, 200U, 2'000U}[random.below(3)]),
      flow_loss_percent(std::array{0U, 10U, 30U}[random.below(3)]),
      reload_percent(std::array{0U, 50U, 100U}[random.below(3)]),
      engine_death_percent(std::array{0U, 0U, 100U}[random.below(3)]),
      sign_outs(std::array{0U, 0U, 1U, 8U}[random.below(4)]),
      calls_survive_sign_out(random.below(2) == 0 ? 1 : 0),
      break_percent(std::array{0U, 0U, 10U, 40U}[random.below(4)]),
      hang_up_percent(std::array{50U, 50U, 5U}[random.below(3)]),
      hold_percent(std::array{0U, 30U, 80U}[random.below(3)]),
      refused_percent(std::array{0U, 0U, 0U, 20U}[random.below(4)]),
      transfer_percent(std::array{0U, 40U, 70U}[random.below(3)]),
      pickup_percent(std::array{0U, 0U, 30U}[random.below(3)]),
      forwardings(std::array{0U, 0U, 0U, 12U}[random.below(4)]),
      firefox_percent(std::array{0U, 0U, 50U}[random.below(3)]),
      race_percent(std::array{0U, 50U}[random.below(2)]),
      parking_percent(std::array{0U, 0U, 30U}[random.below(3)]),
      reentry_percent(std::array{0U, 30U, 70U}[random.below(3)]) {}

}  // namespace dering::sim
