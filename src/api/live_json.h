// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <span>

#include "directory/binding.h"
#include "monitor/trace_ring.h"

namespace dering::api {

/// Masked, as people may read it.
boost::json::object json_of(const monitor::TracePart& part);
/// The first so many of those, which lie in the order of their numbers, and all others of the last
/// number; `next` is that, or empty if there are no more.
boost::json::object registrations_json(std::span<const directory::StoredBinding> phones,
                                       std::size_t most);

}  // namespace dering::api
