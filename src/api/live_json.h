// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include "monitor/trace_ring.h"

namespace dering::api {

/// Masked, as people may read it.
boost::json::object json_of(const monitor::TracePart& part);

}  // namespace dering::api
