// SPDX-License-Identifier: Apache-2.0
#include "engine/link/latch.h"

#include <algorithm>

namespace dering::engine {
namespace {

using media::v2::Rtp;

/// How many packets may be lost between two that follow on each other.
constexpr int most_gap = 16;

}  // namespace

void Latch::begin(const Rule& rule) {
  rule_ = rule;
  state_ = rule.learn == Rtp::LEARN_NEVER ? State::told : State::learning;
  target_ = rule.remote;
  candidates_ = {};
}

bool Latch::admits(const SocketAddress& from) const {
  switch (state_) {
    case State::told:
    case State::locked:
      return target_ == from;
    case State::learning:
      return rule_.learn == Rtp::LEARN_ANY || (rule_.source && rule_.source->ipv6() == from.ipv6());
  }
  return false;
}

bool Latch::on_packet(const SocketAddress& from, const rtp::Header& header) {
  if (state_ != State::learning) return true;
  Candidate& its = candidate(from);
  const auto step = static_cast<std::int16_t>(header.sequence - its.sequence);
  const bool follows = its.packets > 0 && its.ssrc == header.ssrc && step >= 1 && step <= most_gap;
  its = {from, header.ssrc, header.sequence, follows ? its.packets + 1 : 1};
  if (its.packets < packets_to_learn) return rule_.remote == from;
  state_ = State::locked;
  target_ = from;
  return true;
}

/// The one of that address, or the place of the one that has shown least.
Latch::Candidate& Latch::candidate(const SocketAddress& from) {
  const auto known = std::ranges::find(candidates_, from, &Candidate::from);
  if (known != candidates_.end()) return *known;
  Candidate& least = *std::ranges::min_element(candidates_, {}, &Candidate::packets);
  least = {.from = from};
  return least;
}

}  // namespace dering::engine
