// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/cookies.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dering::api::oidc {
namespace {

constexpr std::size_t most_of_one_name = 4;

bool is_encrypted(std::string_view address) {
  return address.starts_with("https://");
}

/// "/phone" of "https://host/phone"; empty at the root.
std::string_view prefix_of(std::string_view address) {
  const std::size_t host = address.find("://");
  if (host == std::string_view::npos) return {};
  const std::size_t path = address.find('/', host + 3);
  return path == std::string_view::npos ? std::string_view{} : address.substr(path);
}

}  // namespace

std::string cookie_name(std::string_view address, std::string_view purpose) {
  const std::string_view guard = !is_encrypted(address)       ? ""
                                 : prefix_of(address).empty() ? "__Host-"
                                                              : "__Secure-";
  return fmt::format("{}dering-{}", guard, purpose);
}

std::string set_cookie(std::string_view address, const Cookie& cookie) {
  return fmt::format("{}={}; Max-Age={}; Path={}/; HttpOnly; SameSite={}{}",
                     cookie_name(address, cookie.purpose), cookie.value, cookie.lifetime.count(),
                     prefix_of(address), cookie.same_site == SameSite::lax ? "Lax" : "Strict",
                     is_encrypted(address) ? "; Secure" : "");
}

std::string_view cookie_in(std::string_view field, std::string_view name) {
  const auto all = cookies_in(field, name);
  return all.empty() ? std::string_view{} : all.front();
}

std::vector<std::string_view> cookies_in(std::string_view field, std::string_view name) {
  std::vector<std::string_view> found;
  while (!field.empty() && found.size() < most_of_one_name) {
    std::string_view value = take_until(field, ';');
    if (trimmed(take_until(value, '=')) == name) found.push_back(trimmed(value));
  }
  return found;
}

}  // namespace dering::api::oidc
