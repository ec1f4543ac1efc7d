// SPDX-License-Identifier: Apache-2.0
#include "net/edge_refusals.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "net/clock.h"

namespace dering::net {

void EdgeRefusals::report(refusal::Refusal refusal) {
  if (!tell_) return;
  if (auto first = meter_.take(std::move(refusal), now())) tell_(*std::move(first));
  unseen_.fetch_add(meter_.take_unseen(), std::memory_order_relaxed);
  wait();
}

void EdgeRefusals::wait() {
  const auto deadline = meter_.next_deadline();
  if (!deadline || std::exchange(is_waiting_, true)) return;
  timer_.expires_after(std::max(*deadline - now(), Duration::zero()));
  timer_.async_wait([this](IoError cancelled) {
    is_waiting_ = false;
    if (cancelled) return;
    for (refusal::Refusal& counted : meter_.due(now())) tell_(std::move(counted));
    wait();
  });
}

void EdgeRefusals::stop() {
  timer_.cancel();
  if (!tell_) return;
  constexpr std::chrono::seconds more_than_all{10};
  for (refusal::Refusal& counted : meter_.due(now() + more_than_all)) tell_(std::move(counted));
}

}  // namespace dering::net
