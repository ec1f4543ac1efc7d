// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call/call_engine.h"
#include "directory/directory.h"
#include "switchboard/presence_board.h"
#include "switchboard/settings.h"
#include "switchboard/subscription_table.h"

namespace dering::switchboard {

/// What people of the house see of each other on the lamps of their phones. Signalling thread.
class HouseSights final : public Sights {
 public:
  HouseSights(const Settings& settings, const call::CallEngine& calls,
              const PresenceBoard& presence, const directory::DirectorySnapshot& directory)
      : settings_(settings), calls_(calls), presence_(presence), directory_(directory) {}

  /// The names by which a ringing call can be picked up are for colleagues of the same unit.
  std::vector<sip::WatchedDialog> dialogs_of(const Watch& watch) const override;
  sip::PresenceInfo::State presence_of(std::string_view extension) const override;
  std::string uri_of(std::string_view extension) const override;

  /// Colleagues of one unit pick up each other's calls, and everybody their own.
  bool may_pick_up(std::string_view who, std::string_view whose) const;

 private:
  sip::WatchedDialog shown(const call::ShownDialog& dialog, bool is_colleague) const;

  const Settings& settings_;
  const call::CallEngine& calls_;
  const PresenceBoard& presence_;
  const directory::DirectorySnapshot& directory_;
};

}  // namespace dering::switchboard
