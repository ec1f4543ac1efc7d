// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <expected>

#include "net/http_message.h"

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::api {

/// The JSON object (RFC 8259, and RFC 7493: no name twice) that a request carries, or what to
/// answer: 415 for another type, 400 for what two readers could read differently or not at all, 422
/// for JSON that is no object. At most 16 levels.
std::expected<boost::json::object, net::HttpResponse> json_body(const net::HttpRequest& request);

}  // namespace dering::api
