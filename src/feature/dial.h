// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/instant.h"
#include "call/feature.h"
#include "call/leg_event.h"
#include "call/party.h"
#include "feature/house.h"
#include "feature/way_back.h"

namespace dering::feature {

/// Whether those who are called may have the call go elsewhere.
enum class Forwardings : std::uint8_t {
  followed,
  passed_over,  ///< they are called back by what is theirs
};
/// Whom to ring, and how.
struct DialPlan {
  call::Party callee;
  House house;
  std::optional<Transferor> sent_by{};
  Forwardings forwardings = Forwardings::followed;
  std::optional<ParkingBoard::Place> returns_from{};  ///< kept until somebody answers
};

/// One user calls another: all phones of the callee ring at once, browsers and desk phones alike,
/// the first answer wins, and both talk. Nobody answers in time: no_answer. All refuse: what
/// the most telling of them said. Somebody says no for the whole person (6xx): the others stop
/// ringing. A phone that registers meanwhile rings too; when the last page that rang is gone, it
/// has `reload_time` to be back, as a page that is loaded anew. A phone that sends the caller on
/// (302) to another number of this house does so for its person: their phones ring in its place.
///
/// Whoever is called may have their calls go on (directory::Forwarding): at once, when their phones
/// are busy or not to be disturbed, when nobody answers in their own ring time, when no phone can
/// be reached. Whom they name is called in the same way. Nobody is called twice in one call, nor
/// the caller, and a call goes on most_redirections times.
///
/// A caller whom somebody sent on talks already. If nobody takes the call they go back to who sent
/// them, with the outcome; if that one has hung up meanwhile, they are rung for `ring_back_time`.
inline constexpr Duration reload_time = std::chrono::seconds(8);
/// How many people one call may be sent on to, by phones and by forwarding together.
inline constexpr std::size_t most_redirections = 5;
std::unique_ptr<call::Feature> dial(DialPlan plan);

}  // namespace dering::feature
