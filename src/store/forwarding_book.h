// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text_hash.h"
#include "directory/forwarding.h"
#include "store/store.h"

namespace dering::store {

/// Where everybody's calls go: the one place in which it changes, whether a page asked for it, a
/// command or a telephone. What the disk has no room for counts all the same. Worker thread.
class ForwardingBook final : public directory::Forwardings {
 public:
  using Tell = std::function<void(const directory::ForwardingChanged&)>;

  /// `tell`: of each change.
  ForwardingBook(Store& store, Tell tell) : store_(store), tell_(std::move(tell)) {}

  /// Of the store; gives all. What waits for room on the disk stays as it is here.
  Stored<directory::ForwardingsKept> read();
  directory::Forwarding of(std::string_view extension) const override;
  directory::Forwarding change(std::string_view extension,
                               const directory::ForwardingChange& change) override;

 private:
  Store& store_;
  Tell tell_;
  std::unordered_map<std::string, directory::Forwarding, TextHash, std::equal_to<>> all_;
};

}  // namespace dering::store
