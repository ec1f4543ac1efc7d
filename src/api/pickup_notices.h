// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "api/event_hub.h"
#include "directory/directory.h"
#include "directory/errand.h"
#include "directory/forwarding.h"

namespace dering::api {

/// Tells people's pages what rings at colleagues and could be picked up: whoever may pick it up
/// (directory::may_pick_up) and wants to know, and nobody else. Worker thread.
class PickupNotices {
 public:
  PickupNotices(EventHub& hub, const directory::Forwardings& forwardings)
      : hub_(hub), forwardings_(forwardings) {}

  void on_ringing(const directory::RingingChanged& change);
  /// A stream of that person has opened: what rings already.
  void tell(const directory::User& user) const;

  std::size_t size() const { return callers_.size(); }

 private:
  /// It rings at `callee`, whom a page of `user` could help.
  bool is_meant(const directory::User& user, const directory::User& callee) const;

  EventHub& hub_;
  const directory::Forwardings& forwardings_;
  /// By who is rung, until it ends: as many as there are people.
  std::map<std::string, std::string, std::less<>> callers_;
};

}  // namespace dering::api
