// SPDX-License-Identifier: Apache-2.0
#include "identity/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <functional>

#include "base/text.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

using boost::json::object;

constexpr UnixSeconds now{1'900'000'000};
constexpr std::string_view url = "https://phone.example/oidc";

object good_claims() {
  return {{"iss", url},
          {"sub", "0b5c"},
          {"aud", {"account", "dering"}},
          {"azp", "dering-web"},
          {"iat", now.count() - 10},
          {"exp", now.count() + 300},
          {"name", "Ayu"},
          {"preferred_username", "ayu"},
          {"roles", {"user"}}};
}

class TokenTest : public ::testing::Test {
 protected:
  TokenVerifier verifier_with(TokenLimits limits) {
    const auto keys = std::make_shared<const KeySet>(key.public_keys());
    return TokenVerifier({{.url = std::string(url),
                           .name = "",
                           .audience = "dering",
                           .clients = {"dering-web"},
                           .keys = keys}},
                         limits);
  }
  std::string good_token() const { return key.sign(serialize(good_claims()), "at+jwt"); }

  /// The good token but for this change of its claims, well signed.
  std::string signed_with(const std::function<void(object&)>& change) const {
    object claims = good_claims();
    change(claims);
    return key.sign(serialize(claims), "at+jwt");
  }
  /// The good token with another header; the signature is the old one and fits no longer.
  std::string headed(const std::function<void(object&)>& change) const {
    std::string_view rest = good_token_;
    object header = *json_object(*from_base64url(take_until(rest, '.')));
    change(header);
    return to_base64url(serialize(header)) + '.' + std::string(rest);
  }
  TokenFault fault_of(std::string_view token) {
    const auto verdict = verifier.verify(token, now);
    EXPECT_FALSE(verdict) << token;
    return verdict ? TokenFault{} : verdict.error();
  }
  void expect(TokenFault fault, std::string_view what, std::string_view token) {
    const TokenFault found = fault_of(token);
    EXPECT_EQ(found, fault) << what << ": " << name_of(found);
  }

  SigningKey key = SigningKey::generate();
  std::string good_token_ = good_token();
  TokenVerifier verifier = verifier_with({});
};

TEST_F(TokenTest, AGoodTokenTellsWhoAndUntilWhen) {
  const auto claims = verifier.verify(good_token_, now);
  ASSERT_TRUE(claims) << name_of(claims.error());
  EXPECT_EQ(claims->issuer, "");
  EXPECT_EQ(claims->subject, "0b5c");
  EXPECT_EQ(claims->username, "ayu");
  EXPECT_EQ(claims->display_name, "Ayu");
  EXPECT_EQ(claims->roles, Roles{Role::user});
  EXPECT_EQ(claims->issued_at, now.count() - 10);
  EXPECT_EQ(claims->expires_at, now.count() + 300);
}

TEST_F(TokenTest, KeycloaksShapeIsUnderstood) {
  object claims = good_claims();
  claims.erase("roles");
  claims["typ"] = "Bearer";
  claims["resource_access"] = object{{"dering", object{{"roles", {"operator"}}}}};
  claims["realm_access"] = object{{"roles", {"offline_access", 7, "admin", "dering-supervisor"}}};
  const auto verdict = verifier.verify(key.sign(serialize(claims), "JWT"), now);
  ASSERT_TRUE(verdict) << name_of(verdict.error());
  EXPECT_EQ(verdict->roles, (Roles{Role::operator_, Role::supervisor}));
}

// ---- I1: algorithms and signatures --------------------------------------------------------------

TEST_F(TokenTest, NoOtherAlgorithmThanTheKeysOwnIsAccepted) {
  for (const std::string_view name : {"none", "nOnE", "None", "HS256", "HS512", "ES384", "ES512",
                                      "RS512", "Ed448", "es256", "ES256 ", "", "RSA-OAEP"}) {
    expect(TokenFault::algorithm_not_allowed, name,
           headed([&](object& header) { header["alg"] = name; }));
  }
  for (const std::string_view name : {"RS256", "PS256", "EdDSA"}) {
    expect(TokenFault::unknown_key, name, headed([&](object& header) { header["alg"] = name; }));
  }
  expect(TokenFault::algorithm_not_allowed, "no alg", headed([](object& h) { h.erase("alg"); }));
  expect(TokenFault::algorithm_not_allowed, "alg 1", headed([](object& h) { h["alg"] = 1; }));
}

TEST_F(TokenTest, ThePublicKeyIsNoSharedSecret) {
  const std::string text =
      to_base64url(R"({"alg":"HS256","typ":"at+jwt","kid":")" + key.kid() + R"("})") + '.' +
      to_base64url(serialize(good_claims()));
  std::array<unsigned char, 32> mac;
  const std::string& secret = key.public_jwk();
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), nullptr);
  const std::string signature(mac.begin(), mac.end());
  expect(TokenFault::algorithm_not_allowed, "HS256", text + '.' + to_base64url(signature));
}

TEST_F(TokenTest, ASignatureIsWholeAndFits) {
  const std::size_t dot = good_token_.rfind('.');
  const std::string body = good_token_.substr(0, dot + 1);
  const std::string signature = *from_base64url(good_token_.substr(dot + 1));
  expect(TokenFault::not_a_jws, "empty signature", body);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    expect(TokenFault::bad_signature, "one bit", body + to_base64url(flipped));
  }
  expect(TokenFault::bad_signature, "zero", body + to_base64url(std::string(64, '\0')));
  expect(TokenFault::bad_signature, "short", body + to_base64url(signature.substr(1)));
  expect(TokenFault::bad_signature, "long", body + to_base64url(signature + 'x'));
  const SigningKey other = SigningKey::generate();
  const std::string foreign = other.sign(serialize(good_claims()), "at+jwt");
  expect(TokenFault::unknown_key, "another key", foreign);
  const std::string swapped = foreign.substr(foreign.rfind('.') + 1);
  expect(TokenFault::bad_signature, "another key's signature", body + swapped);
}

TEST_F(TokenTest, ClaimsCanNotBeExchanged) {
  object claims = good_claims();
  claims["sub"] = "somebody else";
  const std::string changed = good_token_.substr(0, good_token_.find('.') + 1) +
                              to_base64url(serialize(claims)) +
                              good_token_.substr(good_token_.rfind('.'));
  expect(TokenFault::bad_signature, "sub", changed);
}

// ---- I2: keys and header members ----------------------------------------------------------------

TEST_F(TokenTest, TheHeaderNeverChoosesItsOwnKey) {
  for (const std::string_view name : {"jku", "jwk", "x5u", "x5c", "crit", "zip", "b64"}) {
    expect(TokenFault::critical_extension, name,
           headed([&](object& header) { header[name] = "https://evil.example/keys"; }));
  }
}

TEST_F(TokenTest, AnOddKeyIdFindsNoKey) {
  for (const std::string& kid :
       {std::string(), std::string("../../dev/null"), std::string("' OR 1=1 --"),
        std::string(5'000, 'k'), std::string("\0", 1), key.kid() + "\0x"}) {
    if (kid == key.kid()) continue;
    expect(TokenFault::unknown_key, kid.substr(0, 20),
           headed([&](object& header) { header["kid"] = kid; }));
  }
  expect(TokenFault::unknown_key, "kid 7", headed([](object& header) { header["kid"] = 7; }));
  expect(TokenFault::unknown_key, "none", headed([](object& header) { header.erase("kid"); }));
}

TEST(KeySetTest, TakesOnlyPublicKeysThatSuitTheAlgorithm) {
  KeySet keys;
  EXPECT_FALSE(keys.add("", Algorithm::es256));
  EXPECT_FALSE(keys.add("{}", Algorithm::es256));
  EXPECT_FALSE(keys.add(R"({"kty":"oct","kid":"a","k":"AAAA"})", Algorithm::es256));
  EXPECT_FALSE(keys.add(R"({"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"})", Algorithm::rs256));
  const SigningKey key = SigningKey::generate();
  EXPECT_FALSE(keys.add(key.public_jwk(), Algorithm::rs256));
  EXPECT_TRUE(keys.add(key.public_jwk(), Algorithm::es256));
  EXPECT_FALSE(keys.add(key.public_jwk(), Algorithm::es256)) << "a second key of the same id";
}

TEST(SigningKeyTest, ComesBackFromItsPrivateForm) {
  const SigningKey key = SigningKey::generate();
  const auto again = SigningKey::from_private_jwk(key.private_jwk());
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->kid(), key.kid());
  EXPECT_EQ(again->public_jwk(), key.public_jwk());
  EXPECT_FALSE(SigningKey::from_private_jwk(key.public_jwk()));
  EXPECT_FALSE(SigningKey::from_private_jwk("junk"));
  EXPECT_EQ(key.public_jwk().find("\"d\""), std::string::npos);
}

// ---- I3: claims ---------------------------------------------------------------------------------

TEST_F(TokenTest, EveryClaimIsChecked) {
  struct Row {
    TokenFault fault;
    std::string_view what;
    std::function<void(object&)> change;
  };
  const std::vector<Row> rows{
      {TokenFault::unknown_issuer, "no iss", [](object& c) { c.erase("iss"); }},
      {TokenFault::unknown_issuer, "another realm",
       [](object& c) { c["iss"] = "https://phone.example/oidc2"; }},
      {TokenFault::unknown_issuer, "iss with a slash more",
       [](object& c) { c["iss"] = "https://phone.example/oidc/"; }},
      {TokenFault::unknown_issuer, "iss in a list", [](object& c) { c["iss"] = {url}; }},
      {TokenFault::wrong_audience, "no aud", [](object& c) { c.erase("aud"); }},
      {TokenFault::wrong_audience, "aud of an ID token",
       [](object& c) { c["aud"] = "dering-web"; }},
      {TokenFault::wrong_audience, "aud in other case", [](object& c) { c["aud"] = "Dering"; }},
      {TokenFault::wrong_audience, "empty list",
       [](object& c) { c["aud"] = boost::json::array(); }},
      {TokenFault::wrong_audience, "list in a list",
       [](object& c) { c["aud"] = boost::json::array{1, boost::json::array{"dering", 1}}; }},
      {TokenFault::wrong_audience, "object", [](object& c) { c["aud"] = object{{"dering", 1}}; }},
      {TokenFault::wrong_client, "no azp", [](object& c) { c.erase("azp"); }},
      {TokenFault::wrong_client, "other azp", [](object& c) { c["azp"] = "other"; }},
      {TokenFault::wrong_client, "azp 1", [](object& c) { c["azp"] = 1; }},
      {TokenFault::wrong_client, "client_id differs", [](object& c) { c["client_id"] = "other"; }},
      {TokenFault::wrong_type, "Keycloak ID", [](object& c) { c["typ"] = "ID"; }},
      {TokenFault::wrong_type, "Keycloak Refresh", [](object& c) { c["typ"] = "Refresh"; }},
      {TokenFault::wrong_type, "Keycloak Logout", [](object& c) { c["typ"] = "Logout"; }},
      {TokenFault::wrong_type, "typ null", [](object& c) { c["typ"] = nullptr; }},
      {TokenFault::expired, "no exp", [](object& c) { c.erase("exp"); }},
      {TokenFault::expired, "30 s ago", [](object& c) { c["exp"] = now.count() - 30; }},
      {TokenFault::expired, "exp as text", [](object& c) { c["exp"] = "1900000300"; }},
      {TokenFault::expired, "exp as 1e300", [](object& c) { c["exp"] = 1e300; }},
      {TokenFault::expired, "exp negative", [](object& c) { c["exp"] = -1; }},
      {TokenFault::not_yet_valid, "nbf in 31 s", [](object& c) { c["nbf"] = now.count() + 31; }},
      {TokenFault::not_yet_valid, "nbf as text", [](object& c) { c["nbf"] = "x"; }},
      {TokenFault::not_yet_valid, "iat in 31 s", [](object& c) { c["iat"] = now.count() + 31; }},
      {TokenFault::bad_claims, "no sub", [](object& c) { c.erase("sub"); }},
      {TokenFault::bad_claims, "empty sub", [](object& c) { c["sub"] = ""; }},
      {TokenFault::bad_claims, "sub 7", [](object& c) { c["sub"] = 7; }},
      {TokenFault::bad_claims, "long sub", [](object& c) { c["sub"] = std::string(256, 'a'); }},
      {TokenFault::bad_claims, "NUL in sub",
       [](object& c) { c["sub"] = std::string_view("a\0b", 3); }},
  };
  for (const Row& row : rows) expect(row.fault, row.what, signed_with(row.change));
}

TEST_F(TokenTest, ClocksMayDifferByLessThanHalfAMinute) {
  EXPECT_TRUE(verifier.verify(signed_with([](object& c) { c["exp"] = now.count() - 29; }), now));
  EXPECT_TRUE(verifier.verify(signed_with([](object& c) { c["nbf"] = now.count() + 30; }), now));
  EXPECT_TRUE(verifier.verify(signed_with([](object& c) { c["iat"] = now.count() + 30; }), now));
}

TEST_F(TokenTest, OtherTypesInTheHeaderAreNoAccessTokens) {
  for (const std::string_view type : {"", "logout+jwt", "JWS", "dpop+jwt", "at"}) {
    expect(TokenFault::wrong_type, type, key.sign(serialize(good_claims()), type));
  }
  EXPECT_TRUE(verifier.verify(key.sign(serialize(good_claims()), "application/at+jwt"), now));
}

// ---- form ---------------------------------------------------------------------------------------

TEST_F(TokenTest, OnlyThreeStrictPartsAreRead) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("a.b"), good_token_ + ".x",
        good_token_ + "=", good_token_ + "\n", " " + good_token_, "." + good_token_,
        good_token_.substr(0, good_token_.find('.')), std::string("{\"payload\":\"\"}")}) {
    expect(TokenFault::not_a_jws, text.substr(0, 20), text);
  }
  expect(TokenFault::too_long, "9 KB", std::string(9'000, 'a'));
  expect(TokenFault::bad_header, "no JSON", to_base64url("x") + ".YQ.YQ");
  expect(TokenFault::bad_header, "a list", to_base64url("[]") + ".YQ.YQ");
  const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
  expect(TokenFault::bad_header, "deep", to_base64url(deep) + ".YQ.YQ");
  expect(TokenFault::bad_claims, "claims that are no object", key.sign("[]", "at+jwt"));
  expect(TokenFault::bad_claims, "claims that are no UTF-8",
         key.sign("{\"a\":\"\xff\"}", "at+jwt"));
}

// ---- what is remembered -------------------------------------------------------------------------

TEST_F(TokenTest, ARememberedTokenStillExpires) {
  ASSERT_TRUE(verifier.verify(good_token_, now));
  EXPECT_EQ(verifier.remembered(), 1U);
  EXPECT_TRUE(verifier.verify(good_token_, now + std::chrono::seconds(329)));
  EXPECT_FALSE(verifier.verify(good_token_, now + std::chrono::seconds(330)));
}

TEST_F(TokenTest, BadTokensAreNotRememberedAndGoodOnesOnlySoMany) {
  TokenVerifier small = verifier_with({.cached_verdicts = 3});
  for (int i = 0; i < 10; ++i) {
    (void)small.verify(good_token_ + "x", now);
    EXPECT_TRUE(small.verify(signed_with([&](object& c) { c["jti"] = i; }), now));
  }
  EXPECT_EQ(small.remembered(), 3U);
}

TEST_F(TokenTest, NewKeysEndTheTokensOfTheOldOnes) {
  ASSERT_TRUE(verifier.verify(good_token_, now));
  const SigningKey next = SigningKey::generate();
  verifier.replace_keys(url, std::make_shared<const KeySet>(next.public_keys()));
  expect(TokenFault::unknown_key, "old key", good_token_);
  EXPECT_TRUE(verifier.verify(next.sign(serialize(good_claims()), "at+jwt"), now));
}

}  // namespace
}  // namespace dering::identity
