// SPDX-License-Identifier: Apache-2.0
#include "call/rtp_ports.h"

#include <algorithm>

namespace dering::call {

void RtpPorts::reset(const media::v2::Ready& ready) {
  ++generation_;
  free_.assign(static_cast<std::size_t>(ready.udp_ports_size()), {});
  for (const media::v2::RtpPorts& range : ready.rtp_ports()) {
    if (range.thread() >= free_.size() || range.first() % 2 != 0) continue;
    for (std::uint32_t i = 0; i < range.pairs(); ++i) {
      const std::uint64_t port = range.first() + std::uint64_t{2} * i;
      if (port == 0 || port > 65'534) break;
      free_[range.thread()].push_back(static_cast<std::uint16_t>(port));
    }
  }
}

std::optional<RtpPorts::Lease> RtpPorts::take(std::size_t thread, std::uint16_t wanted) {
  if (!has_free(thread)) return std::nullopt;
  std::deque<std::uint16_t>& free = free_[thread];
  const auto found = wanted == 0 ? free.begin() : std::ranges::find(free, wanted);
  const auto at = found == free.end() ? free.begin() : found;
  const std::uint16_t port = *at;
  free.erase(at);
  return Lease{*this, generation_, thread, port};
}

void RtpPorts::give_back(const Lease& lease) {
  if (lease.generation_ == generation_) free_[lease.thread_].push_back(lease.port_);
}

}  // namespace dering::call
