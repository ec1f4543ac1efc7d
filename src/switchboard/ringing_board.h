// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text_hash.h"

namespace dering::switchboard {

/// At whom it rings and who calls there, as colleagues were last told, so that only changes are
/// said. Whose phones are silent takes no room. Signalling thread.
class RingingBoard {
 public:
  /// `caller`: an extension; empty for who hides. True if this is news.
  bool put(std::string_view extension, std::string_view caller) {
    const auto at = callers_.find(extension);
    if (at == callers_.end()) return callers_.emplace(extension, caller).second;
    if (at->second == caller) return false;
    at->second = caller;
    return true;
  }
  /// True if it rang there.
  bool remove(std::string_view extension) {
    const auto at = callers_.find(extension);
    if (at == callers_.end()) return false;
    callers_.erase(at);
    return true;
  }
  std::size_t size() const { return callers_.size(); }

 private:
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> callers_;
};

}  // namespace dering::switchboard
