// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/way_back.h"

#include <fmt/format.h>

#include "api/form.h"
#include "api/response.h"

namespace dering::api::oidc {

bool is_way_back(std::string_view uri, std::string_view origin) {
  if (!uri.starts_with(origin)) return false;
  const std::string_view path = uri.substr(origin.size());
  return path == "/auth/callback" || path == "/";
}

net::HttpResponse back_to_phone(const std::string& redirect_uri, std::string_view result,
                                std::string_view state, std::string_view issuer) {
  std::string location = fmt::format("{}?{}&iss={}", redirect_uri, result, percent_encoded(issuer));
  if (!state.empty()) location += "&state=" + percent_encoded(state);
  return see_other(std::move(location));
}

Language language_of(const net::HttpRequest& request, std::string_view ui_locales) {
  return chosen_language(ui_locales, request.field("Accept-Language").value_or(""));
}

}  // namespace dering::api::oidc
