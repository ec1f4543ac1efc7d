// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <span>

#include "directory/plan_versions.h"
#include "routing/document/fault.h"
#include "routing/route.h"

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::api {

/// [{"code", "path", "sentence"}, …]
boost::json::array json_of(std::span<const routing::Fault> faults);
/// {"number", "applied_at", "by", "comment", "restores"}; the last is null if it restores none.
boost::json::object json_of(const directory::PlanVersion& version);
/// {"destination", "steps": [{"why", "subject", "detail", "sentence"}, …]}
boost::json::object json_of(const routing::Decision& decision);

}  // namespace dering::api
