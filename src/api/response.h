// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/instant.h"
#include "net/http_message.h"

// The few shapes that an answer of the API has. Nothing of it may be kept by a cache.
namespace dering::api {

net::HttpResponse json_response(std::string json, int status = 200);
/// 200, packed for who takes it. Never for what holds a secret beside text that others choose: its
/// size would tell of the secret (BREACH).
net::HttpResponse open_json_response(const net::HttpRequest& request, std::string json);
/// Whether to pack a text of that size for this request.
bool is_worth_packing(const net::HttpRequest& request, std::size_t size);
/// RFC 9457: `detail` is a sentence for the person who reads it.
net::HttpResponse problem(int status, std::string_view detail);
/// 429, with how long to wait.
net::HttpResponse too_many(std::string_view detail, Duration wait);
/// RFC 9110 §15.4.4: the answer to a form is elsewhere, to be fetched with GET.
net::HttpResponse see_other(std::string location);

}  // namespace dering::api
