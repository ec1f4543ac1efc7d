// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/session_cookie.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/oidc/cookies.h"
#include "api/oidc/names.h"
#include "identity/json.h"

namespace dering::api::oidc {
namespace {

constexpr std::string_view purpose = "session";

}  // namespace

std::optional<Session> SessionCookies::shown_by(const net::HttpRequest& request,
                                                UnixSeconds now) const {
  const std::string name = cookie_name(request.origin, purpose);
  for (const std::string_view sealed : cookies_in(request.field("Cookie").value_or(""), name)) {
    auto session = opened(sealed, now);
    // A browser shows it to all ports of a host.
    if (session && session->issuer == issuer_at(request.origin)) return session;
  }
  return std::nullopt;
}

std::optional<Session> SessionCookies::opened(std::string_view sealed, UnixSeconds now) const {
  const auto text = box_.open(sealed, purpose);
  const auto ours = text ? identity::json_object(*text) : std::nullopt;
  if (!ours || ours->at("until").as_int64() <= now.count()) return std::nullopt;
  return Session{.issuer = std::string(ours->at("issuer").as_string()),
                 .user = directory::UserId{static_cast<std::uint64_t>(ours->at("user").as_int64())},
                 .family = std::string(ours->at("family").as_string()),
                 .signed_in_at = ours->at("signed_in_at").as_int64()};
}

std::string SessionCookies::renewed(std::string_view address, const Session& session,
                                    UnixSeconds now) const {
  const boost::json::object told{{"issuer", session.issuer},
                                 {"user", static_cast<std::int64_t>(session.user.value)},
                                 {"family", session.family},
                                 {"signed_in_at", session.signed_in_at},
                                 {"until", (now + lifetime).count()}};
  const std::string sealed = box_.seal(boost::json::serialize(told), purpose);
  return set_cookie(
      address,
      {.purpose = purpose, .value = sealed, .lifetime = lifetime, .same_site = SameSite::strict});
}

std::string SessionCookies::forgotten(std::string_view address) {
  return set_cookie(address, {.purpose = purpose,
                              .value = "",
                              .lifetime = std::chrono::seconds(0),
                              .same_site = SameSite::strict});
}

}  // namespace dering::api::oidc
