// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dering::engine {

struct Port;

/// Pairs of UDP ports for phones without ICE, one after the other: RTP on the even one, RTCP on the
/// odd one above it.
struct RtpPorts {
  std::uint16_t first = 0;
  std::size_t pairs = 0;

  bool operator==(const RtpPorts&) const = default;
};

/// Whose each pair of UDP ports is. One thread.
class RtpTable {
 public:
  explicit RtpTable(std::span<const RtpPorts> ports) {
    if (ports.empty()) return;
    first_ = std::ranges::min(ports, {}, &RtpPorts::first).first;
    for (const RtpPorts& run : ports) {
      const std::size_t begin = (run.first - first_) / 2U;
      slots_.resize(std::max(slots_.size(), begin + run.pairs));
      for (std::size_t i = 0; i < run.pairs; ++i) slots_[begin + i].is_ours = true;
    }
  }

  /// True if the UDP port is one of those, RTP or RTCP.
  bool has(std::uint16_t udp_port) const {
    const std::size_t at = place(udp_port);
    return at < slots_.size() && slots_[at].is_ours;
  }
  /// Whose it is; null for nobody's. Only if it has() it.
  Port* find(std::uint16_t udp_port) const { return slots_[place(udp_port)].owner; }
  void set(std::uint16_t udp_port, Port* owner) {
    Port*& slot = slots_[place(udp_port)].owner;
    if (slot == nullptr && owner != nullptr) ++used_;
    if (slot != nullptr && owner == nullptr) --used_;
    slot = owner;
  }

  /// How many are somebody's.
  std::size_t size() const { return used_; }

 private:
  struct Slot {
    Port* owner = nullptr;
    bool is_ours = false;
  };

  std::size_t place(std::uint16_t udp_port) const {
    return static_cast<std::size_t>(udp_port - first_) / 2;
  }

  std::uint16_t first_ = 0;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace dering::engine
