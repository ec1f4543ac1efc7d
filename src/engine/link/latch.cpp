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
      return target_ == from;
    case State::locked:
      return target_ == from || is_at_source(from);
    case State::learning:
      return rule_.learn == Rtp::LEARN_ANY || is_at_source(from);
  }
  return false;
}

bool Latch::is_at_source(const SocketAddress& from) const {
  return rule_.learn == Rtp::LEARN_PORT && rule_.source && rule_.source->ipv6() == from.ipv6();
}

bool Latch::on_packet(const SocketAddress& from, const rtp::Header& header, Instant now) {
  switch (state_) {
    case State::told:
      return true;
    case State::locked:
      if (target_ == from) {
        heard_at_ = now;
        return true;
      }
      return now - heard_at_ >= silent_before_move && learn(from, header, now);
    case State::learning:
      return learn(from, header, now);
  }
  return false;
}

bool Latch::learn(const SocketAddress& from, const rtp::Header& header, Instant now) {
  Candidate& its = candidate(from);
  const auto step = static_cast<std::int16_t>(header.sequence - its.sequence);
  const bool follows = its.packets > 0 && its.ssrc == header.ssrc && step >= 1 && step <= most_gap;
  its = {from, header.ssrc, header.sequence, follows ? its.packets + 1 : 1};
  const bool is_told = state_ == State::learning && rule_.remote == from;
  if (its.packets < packets_to_learn) return is_told;
  state_ = State::locked;
  heard_at_ = now;
  candidates_ = {};
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
