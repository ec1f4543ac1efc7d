// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/random.h"

namespace dering::store {

class Store;

inline constexpr std::uint32_t nodes = 1U << 24U;  ///< as many node numbers there are

/// The node number of this start of a switchboard, which stands above the counter in each id that
/// it gives: the next of the store, or one at random, said in the log, when the store can't be
/// written. Before the signalling thread starts.
std::uint32_t mint_node(Store& store, Random& random);

}  // namespace dering::store
