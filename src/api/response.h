// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/http_message.h"

// The few shapes that an answer of the API has. Nothing of it may be kept by a cache.
namespace dering::api {

net::HttpResponse json_response(std::string json, int status = 200);
/// RFC 9457: `detail` is a sentence for the person who reads it.
net::HttpResponse problem(int status, std::string_view detail);
/// RFC 9110 §15.4.4: the answer to a form is elsewhere, to be fetched with GET.
net::HttpResponse see_other(std::string location);

}  // namespace dering::api
