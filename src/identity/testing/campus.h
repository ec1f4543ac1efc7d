// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/json.h"
#include "identity/testing/mint.h"
#include "identity/token.h"

// A Keycloak realm on paper, whose tokens look as measured on Keycloak 26.
namespace dering::identity::testing {

using boost::json::array;
using boost::json::object;

inline constexpr UnixSeconds now{1'900'000'000};
inline const std::string realm = "https://sso.univ.ac.id/realms/dering";
inline const std::string other_realm = "https://sso.univ.ac.id/realms/staff";

/// The private keys of the realm; made once, because RSA keys take their time.
struct RealmKeys {
  MintKey rsa = MintKey::rsa();
  MintKey ec = MintKey::ec();
  MintKey ed = MintKey::ed25519();
  MintKey others = MintKey::rsa();  ///< of the other realm

  static const RealmKeys& get() {
    static const RealmKeys keys;
    return keys;
  }
  const MintKey& named(std::string_view kid) const {
    if (kid == "ec") return ec;
    if (kid == "ed") return ed;
    return kid == "others" ? others : rsa;
  }
};

using Change = std::function<void(object&)>;
inline void no_change(object&) {}

inline object access_header() {
  return {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "rsa"}};
}
inline object access_payload() {
  return {{"iss", realm},
          {"sub", "9f0c5a52-54a8-4c1c-8f3b-6e2f1f6e7a10"},
          {"aud", "dering-api"},
          {"azp", "dering-web"},
          {"typ", "Bearer"},
          {"jti", "onrtac:5b7c"},
          {"sid", "Q2Vzc2lvbiBvZiBzaXRpIQ=="},
          {"iat", now.count() - 10},
          {"exp", now.count() + 290},
          {"auth_time", now.count() - 10},
          {"name", "Siti Rahma"},
          {"preferred_username", "siti"},
          {"extension", "2101"},
          {"groups", array{"/Fakultas Teknik/Teknik Informatika"}},
          {"resource_access", object{{"dering-api", object{{"roles", array{"user"}}}}}},
          {"scope", "openid profile"}};
}
inline object logout_header() {
  return {{"alg", "RS256"}, {"typ", "logout+jwt"}, {"kid", "rsa"}};
}
inline object logout_payload() {
  return {{"iss", realm},
          {"sub", "9f0c5a52-54a8-4c1c-8f3b-6e2f1f6e7a10"},
          {"aud", "dering-web"},
          {"typ", "Logout"},
          {"jti", "6a1e"},
          {"sid", "Q2Vzc2lvbiBvZiBzaXRpIQ=="},
          {"iat", now.count() - 1},
          {"exp", now.count() + 119},
          {"events", object{{"http://schemas.openid.net/event/backchannel-logout", object{}}}}};
}

/// Signs whatever it is, with the key that the header names by the algorithm that it names.
inline std::string minted_text(const std::string& header, const std::string& payload,
                               std::string_view algorithm = "RS256", std::string_view kid = "rsa") {
  const std::string text = signing_input(header, payload);
  return text + '.' + to_base64url(RealmKeys::get().named(kid).by_name(algorithm, text));
}
inline std::string minted(const object& header, const object& payload) {
  const auto algorithm = string_in(header, "alg").value_or("RS256");
  const bool is_ours =
      algorithm == "RS256" || algorithm == "PS256" || algorithm == "ES256" || algorithm == "EdDSA";
  return minted_text(serialize(header), serialize(payload), is_ours ? algorithm : "RS256",
                     string_in(header, "kid").value_or("rsa"));
}
inline std::string access_token(const Change& change_payload = no_change,
                                const Change& change_header = no_change) {
  object header = access_header();
  object payload = access_payload();
  change_header(header);
  change_payload(payload);
  return minted(header, payload);
}
inline std::string logout_token(const Change& change_payload = no_change,
                                const Change& change_header = no_change) {
  object header = logout_header();
  object payload = logout_payload();
  change_header(header);
  change_payload(payload);
  return minted(header, payload);
}

inline std::vector<object> realm_jwks() {
  const RealmKeys& keys = RealmKeys::get();
  return {keys.rsa.jwk("rsa"), keys.ec.jwk("ec"), keys.ed.jwk("ed")};
}
inline std::shared_ptr<const KeySet> key_set(const std::vector<object>& keys) {
  auto set = KeySet::from_jwks(jwks_of(keys));
  EXPECT_TRUE(set) << set.error();
  return std::make_shared<const KeySet>(*std::move(set));
}
inline Issuer realm_issuer() {
  return {.url = realm,
          .name = realm,
          .audience = "dering-api",
          .clients = {"dering-web", "portal"},
          .keys = key_set(realm_jwks())};
}
/// Both realms are known, each with keys of its own.
inline std::vector<Issuer> issuers() {
  return {realm_issuer(),
          {.url = other_realm,
           .name = other_realm,
           .audience = "dering-api",
           .clients = {"dering-web"},
           .keys = key_set({RealmKeys::get().others.jwk("others")})}};
}

}  // namespace dering::identity::testing
