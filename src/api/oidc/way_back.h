// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/oidc/sign_in_page.h"
#include "net/http_message.h"

namespace dering::api::oidc {

/// Where the phone may be sent back to: nowhere but to two paths of its own origin.
bool is_way_back(std::string_view uri, std::string_view origin);

/// Sends the browser back to the phone. `iss` tells it who answers (RFC 9207).
net::HttpResponse back_to_phone(const std::string& redirect_uri, std::string_view result,
                                std::string_view state, std::string_view issuer);

Language language_of(const net::HttpRequest& request, std::string_view ui_locales = "");

}  // namespace dering::api::oidc
