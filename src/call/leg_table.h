// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/index.h"
#include "base/table_size.h"
#include "call/leg.h"
#include "call/leg_event.h"
#include "call/media.h"
#include "ua/turn.h"

namespace dering::call {

/// All legs, and the way to each from whatever comes in for it. An entry of an index is kept by
/// what it stands for and goes with it, so that nothing can be found of a leg that is gone.
/// Signalling thread.
class LegTable {
 public:
  /// A new leg; the arguments are those of Leg after its id.
  template <class... Arguments>
  Leg& add(LegId id, Arguments&&... arguments) {
    return legs_.try_emplace(id, id, std::forward<Arguments>(arguments)...).first->second;
  }
  Leg* find(LegId id) {
    const auto at = legs_.find(id);
    return at == legs_.end() ? nullptr : &at->second;
  }
  /// Whose dialog this request, or this ACK, is in; null if nobody's.
  Leg* in_dialog(const sip::Message& request);
  /// The one that these tags name, either being ours; null if it has another Call-ID, or there is
  /// none.
  Leg* in_dialog(std::string_view call_id, std::string_view one_tag, std::string_view other_tag);
  const Leg* find(LegId id) const { return const_cast<LegTable*>(this)->find(id); }
  void forget(LegId id) { legs_.erase(id); }
  std::size_t size() const { return legs_.size(); }
  void list(TableSizes& out) const;

  ua::LegIndex sip;
  MediaIndex media;
  UserIndex users;

 private:
  std::unordered_map<LegId, Leg> legs_;  ///< after the indexes, which outlive it
};

}  // namespace dering::call
