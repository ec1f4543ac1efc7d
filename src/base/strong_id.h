// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace dering {

/// A number that names one thing of one kind: StrongId<struct CallTag> does not mix with
/// StrongId<struct LegTag>. Zero names nothing.
template <class Tag>
struct StrongId {
  std::uint64_t value = 0;

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const StrongId&) const = default;
};

}  // namespace dering

template <class Tag>
struct std::hash<dering::StrongId<Tag>> {
  std::size_t operator()(const dering::StrongId<Tag>& id) const noexcept {
    return static_cast<std::size_t>(id.value * 0x9e3779b97f4a7c15ULL);
  }
};
