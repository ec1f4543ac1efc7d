// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "switchboard/switchboard.h"

namespace dering::recording {

/// What no switchboard may do, whatever it is told: watched in what it says.
class Watch {
 public:
  void on(const switchboard::Output& output);
  void on_engine_lost() { bridges_.clear(); }
  void fault(std::string sentence) { faults_.push_back(std::move(sentence)); }

  /// When everybody has gone home.
  std::vector<std::string> finish();

 private:
  void on_sent(const sip::Send& send);
  void on_command(const media::v2::Command& command);
  void on_record(const directory::CallRecord& record);

  using Invite = std::pair<std::string, std::uint32_t>;  ///< Call-ID and CSeq
  std::map<Invite, int> finals_;                         ///< what each was answered
  std::set<std::uint64_t> bridges_;
  std::set<std::string> records_;  ///< of which calls
  std::vector<std::string> faults_;
};

}  // namespace dering::recording
