// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace dering::api::oidc {

/// When a browser shows a cookie to us that another site sent it here with.
enum class SameSite { lax, strict };

/// A cookie of the sign-in pages: for us alone (RFC 6265 §5.3), never for scripts, and only
/// encrypted where the page is.
struct Cookie {
  std::string_view purpose;  ///< "sign-in": the last part of its name
  std::string_view value;
  std::chrono::seconds lifetime;
  SameSite same_site = SameSite::lax;
};

/// The name for pages at that address, "https://host:8443" or "https://host/phone". Where the page
/// is encrypted and at the root, nobody but this very host can set a cookie of that name; below a
/// prefix, nobody who is not encrypted (RFC 6265bis §4.1.3).
std::string cookie_name(std::string_view address, std::string_view purpose);
/// A value of Set-Cookie. Below a prefix it is sent there and nowhere else on that host, which
/// other programs may share.
std::string set_cookie(std::string_view address, const Cookie& cookie);

/// The first of that name in a Cookie field (RFC 6265 §5.4); empty if it is not there.
std::string_view cookie_in(std::string_view field, std::string_view name);
/// A few of that name: others on that host may have put theirs before ours.
std::vector<std::string_view> cookies_in(std::string_view field, std::string_view name);

}  // namespace dering::api::oidc
