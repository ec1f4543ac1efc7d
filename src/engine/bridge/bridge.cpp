// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/bridge.h"

#include <algorithm>

#include "engine/bridge/party.h"

namespace dering::engine {

void Bridge::rewire() {
  pair_up();
  tell_hearers();
}

/// RFC 3261 forks a call: while more than two ports are open nobody is anybody's peer yet.
void Bridge::pair_up() {
  const bool is_pair = ports.size() == 2 && std::ranges::all_of(ports, &Port::is_sealed_end);
  for (auto& port : ports) {
    port->peer = is_pair ? ports[port == ports[0] ? 1 : 0].get() : nullptr;
  }
}

void Bridge::tell_hearers() {
  for (const auto& speaker : ports) {
    if (!speaker->party) continue;
    auto& hearers = speaker->party->hearers();
    hearers.clear();
    for (const auto& hearer : ports) {
      if (hears(*hearer, *speaker)) hearers.push_back(hearer->party.get());
    }
  }
  for (const auto& hearer : ports) {
    if (hearer->party) hearer->party->earpiece().set_speakers(speakers_of(*hearer));
  }
}

/// A number that is another one when others are heard; 0: nobody.
std::uint64_t Bridge::speakers_of(const Port& hearer) const {
  std::uint64_t sum = 0;
  for (const auto& speaker : ports) {
    if (speaker->party && hears(hearer, *speaker)) sum += speaker->id;
  }
  return sum;
}

bool Bridge::hears(const Port& hearer, const Port& speaker) const {
  if (!hearer.party) return false;
  switch (hearer.party->action().kind) {
    case Action::Kind::none:
      return &hearer != &speaker && hearer.party->part().hears && speaker.party->part().is_heard;
    case Action::Kind::echo:
      return &hearer == &speaker;
    case Action::Kind::feed:
      return false;
  }
  return false;
}

std::size_t Bridge::heard_beside(const Port& port) const {
  return static_cast<std::size_t>(std::ranges::count_if(ports, [&](const auto& other) {
    return other.get() != &port && other->party && other->party->part().is_heard;
  }));
}

}  // namespace dering::engine
