// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/settings.h"
#include "net/http_message.h"

namespace dering::api::oidc {

enum class Language : std::uint8_t { english, indonesian };

/// The first language of these lists that there is: `ui_locales` ("id en", OpenID Connect Core
/// §3.1.2.1), then Accept-Language; else English.
Language chosen_language(std::string_view ui_locales, std::string_view accept_language);

/// Why the form is shown again.
enum class SignInFault : std::uint8_t {
  none,
  wrong_password,
  too_many_tries,
  too_busy,  ///< too many passwords are being checked
  server_failure
};

struct SignInForm {
  std::string_view ticket;
  std::string_view username;  ///< what was typed before
  SignInFault fault = SignInFault::none;
};

/// Pages without any script; their policy allows nothing but their own style and the form.
net::HttpResponse sign_in_page(const Organisation& organisation, Language language,
                               const SignInForm& form);

enum class Notice : std::uint8_t { wrong_request, page_expired, signed_out };
/// A page that says one thing and leads back to the phone.
net::HttpResponse notice_page(const Organisation& organisation, Language language, Notice notice);

}  // namespace dering::api::oidc
