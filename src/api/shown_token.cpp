// SPDX-License-Identifier: Apache-2.0
#include "api/shown_token.h"

#include <algorithm>

#include "api/form.h"
#include "base/text.h"

namespace dering::api {
namespace {

template <class Claims>
ShownToken shown(std::expected<Claims, identity::TokenFault> verdict) {
  if (!verdict) return verdict.error();
  return *std::move(verdict);
}

}  // namespace

std::optional<std::string_view> bearer_token(const net::HttpRequest& request) {
  const auto is_authorization = [](const auto& field) {
    return equals_ignoring_case(field.first, "Authorization");
  };
  if (std::ranges::count_if(request.fields, is_authorization) != 1) return std::nullopt;
  std::string_view value = *request.field("Authorization");
  if (!equals_ignoring_case(take_until(value, ' '), "Bearer")) return std::nullopt;
  return trimmed(value);
}

std::string token_in(const net::HttpRequest& request) {
  if (request.path != backchannel_path) return std::string(bearer_token(request).value_or(""));
  const auto form = form_of(request);
  return form ? (*form)["logout_token"] : "";
}

ShownToken judged(identity::TokenVerifier& verifier, const net::HttpRequest& request,
                  std::string_view token, UnixSeconds now) {
  if (token.empty()) return NoToken{};
  if (request.path == backchannel_path) return shown(verifier.verify_logout(token, now));
  return shown(verifier.verify(token, now));
}

}  // namespace dering::api
