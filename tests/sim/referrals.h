// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sip/message/message.h"

namespace dering::sim {

/// Every REFER that the switchboard took, and what it said of it.
class Referrals {
 public:
  struct Referral {
    std::string number;         ///< in Refer-To
    bool has_replaces = false;  ///< it names a dialog
    bool is_accepted = false;
    int told = 0;  ///< status in the last NOTIFY; an earlier one may be said again after it
  };

  void on_received(const sip::Message& request);
  void on_said(std::string_view message);

  std::vector<Referral> accepted() const;

 private:
  std::map<std::pair<std::string, std::uint32_t>, Referral> referrals_;  ///< by Call-ID and CSeq
};

}  // namespace dering::sim
