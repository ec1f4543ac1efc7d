// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <expected>

#include "net/http_message.h"

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::api {

/// The JSON object that a request carries, as identity::json_object() reads it, or what to answer:
/// 415 for a body of another type, 400 for what is no such object.
std::expected<boost::json::object, net::HttpResponse> json_body(const net::HttpRequest& request);

}  // namespace dering::api
