// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "call/feature.h"
#include "call/scene.h"
#include "feature/transfer.h"

namespace dering::feature {

/// How long the display of a desk phone says where the call is parked.
inline constexpr Duration announce_time = std::chrono::seconds(4);
/// How long a place is kept for who asked for one and has not sent anybody there.
inline constexpr Duration keep_time = std::chrono::seconds(30);

/// Somebody parks the one they talk with, by REFER: these wait at the lowest free place, hear
/// music, and whoever dials the number of the place talks with them. After House::park_time who
/// parked them is rung for ring_back_time, on all phones; the place is theirs until somebody
/// answers. Then the call ends.
///
/// Who asked is told the place: the last NOTIFY says "200 Parked at 71", and a desk phone shows
/// that as whom it talks with for announce_time before it is hung up on; a page has it in its event
/// stream. No place is free: 486 `parking_full`, and both go on talking.
void park(const Asked& asked, call::Scene& scene);
/// The same at a place that is theirs already.
void park_at(ParkingBoard::Place place, const Asked& asked, call::Scene& scene);

/// Somebody dials the number of parking: they are told the place that is kept for whom they send
/// there next, by an attended transfer to this call. A tone says that it is, and the display which.
std::unique_ptr<call::Feature> parking_desk(const House& house);

}  // namespace dering::feature
