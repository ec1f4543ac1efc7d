// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>

#include "identity/testing/campus.h"

// Tokens as an attacker would send them, each with its verdict.
namespace dering::identity {
namespace {

using namespace testing;

struct Row {
  std::string what;
  std::optional<TokenFault> fault;  ///< none: the token is good
  std::string token;
};

void judge(const std::vector<Row>& rows) {
  TokenVerifier verifier(issuers());
  for (const Row& row : rows) {
    const auto verdict = verifier.verify(row.token, now);
    if (!row.fault) {
      EXPECT_TRUE(verdict) << row.what << ": " << name_of(verdict.error());
    } else if (verdict) {
      ADD_FAILURE() << row.what << " was accepted";
    } else {
      EXPECT_EQ(verdict.error(), *row.fault) << row.what << ": " << name_of(verdict.error());
    }
    // What is refused once is refused for ever; what is good is so from memory too.
    EXPECT_EQ(verifier.verify(row.token, now).has_value(), !row.fault) << row.what << ", again";
  }
}

Row header(TokenFault fault, std::string what, const Change& change) {
  return {std::move(what), fault, access_token(no_change, change)};
}
Row claim(TokenFault fault, std::string what, const Change& change) {
  return {std::move(what), fault, access_token(change)};
}
Row good(std::string what, const Change& change) {
  return {std::move(what), std::nullopt, access_token(change)};
}

/// Signed as HS256 would, with a secret that the whole world knows.
std::string hs256(std::string_view secret, std::string_view algorithm = "HS256") {
  object header = access_header();
  header["alg"] = algorithm;
  const std::string text = signing_input(serialize(header), serialize(access_payload()));
  std::array<unsigned char, 32> mac;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
       mac.data(), nullptr);
  return text + '.' + to_base64url(std::string(mac.begin(), mac.end()));
}

/// A payload as text, which Boost.JSON would not write: `extra` follows the opening brace.
std::string with_text(const std::string& extra) {
  return minted_text(serialize(access_header()),
                     '{' + extra + ',' + serialize(access_payload()).substr(1));
}

TEST(TokenTable, TheGoodOnes) {
  judge({
      {"as Keycloak makes it", std::nullopt, access_token()},
      {"PS256", std::nullopt, access_token(no_change, [](object& h) { h["alg"] = "PS256"; })},
      {"ES256", std::nullopt,
       access_token(no_change,
                    [](object& h) {
                      h["alg"] = "ES256";
                      h["kid"] = "ec";
                    })},
      {"EdDSA", std::nullopt,
       access_token(no_change,
                    [](object& h) {
                      h["alg"] = "EdDSA";
                      h["kid"] = "ed";
                    })},
      {"of RFC 9068", std::nullopt,
       access_token(
           [](object& c) {
             c.erase("typ");
             c.erase("azp");
             c["client_id"] = "portal";
           },
           [](object& h) { h["typ"] = "at+jwt"; })},
      {"of the other realm", std::nullopt,
       access_token([](object& c) { c["iss"] = other_realm; },
                    [](object& h) { h["kid"] = "others"; })},
  });
}

TEST(TokenTable, I1Algorithms) {
  std::vector<Row> rows;
  for (const std::string_view name :
       {"none",   "None",  "NONE",  "nOnE",     "none ",   " none", "",          "HS256", "HS384",
        "HS512",  "hs256", "rs256", "RS384",    "RS512",   "PS384", "PS512",     "ES384", "ES512",
        "ES256K", "Ed448", "eddsa", "RSA-OAEP", "A128GCM", "dir",   "RS256,none"}) {
    rows.push_back(header(TokenFault::algorithm_not_allowed, "alg '" + std::string(name) + "'",
                          [&](object& h) { h["alg"] = name; }));
  }
  const auto alg = [&](std::string what, const auto& value) {
    rows.push_back(header(TokenFault::algorithm_not_allowed, std::move(what),
                          [&](object& h) { h["alg"] = value; }));
  };
  alg("alg null", nullptr);
  alg("alg in a list", array{"RS256"});
  alg("alg false", false);
  alg("alg with NUL", std::string_view("RS256\0", 6));
  rows.push_back(
      header(TokenFault::algorithm_not_allowed, "no alg", [](object& h) { h.erase("alg"); }));
  judge(rows);
}

TEST(TokenTable, I1NoneWithoutASignature) {
  for (const auto* name : {"none", "nOnE"}) {
    object none = access_header();
    none["alg"] = name;
    const std::string text = signing_input(serialize(none), serialize(access_payload()));
    judge({{"none with nothing", TokenFault::not_a_jws, text + '.'},
           {"none without a dot", TokenFault::not_a_jws, text},
           {"none with junk", TokenFault::algorithm_not_allowed, text + ".AAAA"}});
  }
  const std::string token = access_token();
  judge({{"RS256 with nothing", TokenFault::not_a_jws, token.substr(0, token.rfind('.') + 1)}});
}

TEST(TokenTable, I1PublicKeyAsSharedSecret) {
  const std::string jwk = serialize(RealmKeys::get().rsa.jwk("rsa"));
  const std::string modulus(RealmKeys::get().rsa.jwk("rsa").at("n").as_string());
  judge({{"the JWK", TokenFault::algorithm_not_allowed, hs256(jwk)},
         {"the modulus", TokenFault::algorithm_not_allowed, hs256(*from_base64url(modulus))},
         {"the modulus as text", TokenFault::algorithm_not_allowed, hs256(modulus)},
         {"nothing", TokenFault::algorithm_not_allowed, hs256("")},
         {"as RS256", TokenFault::bad_signature, hs256(jwk, "RS256")},
         {"as ES256 with an RSA key", TokenFault::unknown_key, hs256(jwk, "ES256")}});
}

TEST(TokenTable, I1OneAlgorithmIsNotTheOther) {
  const RealmKeys& keys = RealmKeys::get();
  const auto swapped = [&](std::string_view named, std::string_view kid, auto sign) {
    object h = access_header();
    h["alg"] = named;
    h["kid"] = kid;
    const std::string text = signing_input(serialize(h), serialize(access_payload()));
    return text + '.' + to_base64url(sign(text));
  };
  const auto rs = [&](const std::string& text) { return keys.rsa.rs256(text); };
  const auto ps = [&](const std::string& text) { return keys.rsa.ps256(text); };
  const auto es = [&](const std::string& text) { return keys.ec.es256(text); };
  const auto ed = [&](const std::string& text) { return keys.ed.eddsa(text); };
  judge({{"PS256 that says RS256", TokenFault::bad_signature, swapped("RS256", "rsa", ps)},
         {"RS256 that says PS256", TokenFault::bad_signature, swapped("PS256", "rsa", rs)},
         {"ES256 that says EdDSA", TokenFault::unknown_key, swapped("EdDSA", "ec", es)},
         {"EdDSA that says ES256", TokenFault::unknown_key, swapped("ES256", "ed", ed)},
         {"ES256 by the EdDSA key's id", TokenFault::bad_signature, swapped("EdDSA", "ed", es)},
         {"RS256 by the EC key's id", TokenFault::unknown_key, swapped("RS256", "ec", rs)},
         {"ES256 by the RSA key's id", TokenFault::unknown_key, swapped("ES256", "rsa", es)}});

  // RFC 8725 §3.1: a key that names its algorithm serves no other.
  object only_ps = keys.rsa.jwk("rsa");
  only_ps["alg"] = "PS256";
  Issuer issuer = realm_issuer();
  issuer.keys = key_set({only_ps});
  TokenVerifier strict({issuer});
  EXPECT_TRUE(strict.verify(swapped("PS256", "rsa", ps), now));
  EXPECT_EQ(strict.verify(access_token(), now).error(), TokenFault::unknown_key);
}

TEST(TokenTable, I2KeyIds) {
  std::vector<Row> rows;
  for (const std::string& kid :
       {std::string("unknown"), std::string(), std::string("RSA"), std::string("rsa "),
        std::string("../../../../dev/null"), std::string("/etc/passwd"), std::string("file:///x"),
        std::string("' OR '1'='1"), std::string("rsa'; DROP TABLE users; --"),
        std::string("| /bin/sh"), std::string("rsa\0x", 5), std::string("http://evil.example/k"),
        std::string("%s%n%n"), std::string(5'000, 'k')}) {
    rows.push_back(header(TokenFault::unknown_key, "kid " + kid.substr(0, 30),
                          [&](object& h) { h["kid"] = kid; }));
  }
  const auto kid = [&](std::string what, const auto& value) {
    rows.push_back(
        header(TokenFault::unknown_key, std::move(what), [&](object& h) { h["kid"] = value; }));
  };
  kid("kid 0", 0);
  kid("kid null", nullptr);
  kid("kid in a list", array{"rsa"});
  kid("another realm's key", "others");
  rows.push_back(header(TokenFault::unknown_key, "no kid", [](object& h) { h.erase("kid"); }));
  rows.push_back(header(TokenFault::too_long, "64 KiB of kid",
                        [](object& h) { h["kid"] = std::string(65'536, 'k'); }));
  judge(rows);
}

TEST(TokenTable, I2TheHeaderBringsNoKeyOfItsOwn) {
  const MintKey attacker = MintKey::rsa();
  const auto own = [&](std::string_view name, const auto& value) {
    object h = access_header();
    h[name] = value;
    const std::string text = signing_input(serialize(h), serialize(access_payload()));
    return text + '.' + to_base64url(attacker.rs256(text));
  };
  const auto member = TokenFault::critical_extension;
  judge({{"jwk", member, own("jwk", attacker.jwk("rsa"))},
         {"jku", member, own("jku", "https://evil.example/jwks")},
         {"jku of the realm", member, own("jku", realm + "/keys")},
         {"x5u", member, own("x5u", "https://evil.example/cert")},
         {"x5c", member, own("x5c", array{"MIIB"})},
         {"crit", member, own("crit", array{"exp"})},
         {"crit empty", member, own("crit", array{})},
         {"b64", member, own("b64", false)},
         {"zip", member, own("zip", "DEF")},
         {"the attacker's key under a known id", TokenFault::bad_signature, own("x", 1)}});
}

TEST(TokenTable, I3Audience) {
  const auto audience = TokenFault::wrong_audience;
  judge({
      claim(audience, "missing", [](object& c) { c.erase("aud"); }),
      claim(audience, "of the ID token", [](object& c) { c["aud"] = "dering-web"; }),
      claim(audience, "another", [](object& c) { c["aud"] = "account"; }),
      claim(audience, "another case", [](object& c) { c["aud"] = "Dering-API"; }),
      claim(audience, "longer", [](object& c) { c["aud"] = "dering-api2"; }),
      claim(audience, "with a blank", [](object& c) { c["aud"] = "dering-api account"; }),
      claim(audience, "empty", [](object& c) { c["aud"] = ""; }),
      claim(audience, "null", [](object& c) { c["aud"] = nullptr; }),
      claim(audience, "true", [](object& c) { c["aud"] = true; }),
      claim(audience, "empty list", [](object& c) { c["aud"] = array{}; }),
      claim(audience, "list of others", [](object& c) { c["aud"] = {"account", "x"}; }),
      claim(audience, "list in a list",
            [](object& c) { c["aud"] = array{array{"dering-api", "a"}, 1}; }),
      claim(audience, "object", [](object& c) { c["aud"] = object{{"dering-api", 1}}; }),
      good("list with ours", [](object& c) { c["aud"] = {"account", "dering-api"}; }),
  });
}

TEST(TokenTable, I3Client) {
  const auto client = TokenFault::wrong_client;
  judge({
      claim(client, "no azp", [](object& c) { c.erase("azp"); }),
      claim(client, "another azp", [](object& c) { c["azp"] = "admin-cli"; }),
      claim(client, "azp null", [](object& c) { c["azp"] = nullptr; }),
      claim(client, "azp in a list", [](object& c) { c["azp"] = array{"dering-web"}; }),
      claim(client, "empty azp", [](object& c) { c["azp"] = ""; }),
      claim(client, "client_id of another", [](object& c) { c["client_id"] = "admin-cli"; }),
      claim(client, "azp of another, client_id ours",
            [](object& c) {
              c["azp"] = "admin-cli";
              c["client_id"] = "dering-web";
            }),
      good("another of ours", [](object& c) { c["azp"] = "portal"; }),
  });
}

TEST(TokenTable, I3Issuer) {
  const auto issuer = TokenFault::unknown_issuer;
  judge({
      claim(issuer, "missing", [](object& c) { c.erase("iss"); }),
      claim(issuer, "empty", [](object& c) { c["iss"] = ""; }),
      claim(issuer, "another realm", [](object& c) { c["iss"] = realm + "2"; }),
      claim(issuer, "master", [](object& c) { c["iss"] = "https://sso.univ.ac.id/realms/master"; }),
      claim(issuer, "trailing slash", [](object& c) { c["iss"] = realm + "/"; }),
      claim(issuer, "another case",
            [](object& c) { c["iss"] = "https://SSO.univ.ac.id/realms/dering"; }),
      claim(issuer, "http", [](object& c) { c["iss"] = "http" + realm.substr(5); }),
      claim(issuer, "with its port",
            [](object& c) { c["iss"] = "https://sso.univ.ac.id:443/realms/dering"; }),
      claim(issuer, "with NUL", [](object& c) { c["iss"] = realm + std::string(1, '\0'); }),
      claim(issuer, "in a list", [](object& c) { c["iss"] = array{realm}; }),
      claim(TokenFault::unknown_key, "another realm we know, our realm's key",
            [](object& c) { c["iss"] = other_realm; }),
  });
}

TEST(TokenTable, I3Type) {
  const auto type = TokenFault::wrong_type;
  std::vector<Row> rows;
  for (const std::string_view name : {"ID", "Refresh", "Offline", "Logout", "bearer", "", "DPoP"}) {
    rows.push_back(
        claim(type, "payload typ " + std::string(name), [&](object& c) { c["typ"] = name; }));
  }
  rows.push_back(claim(type, "payload typ null", [](object& c) { c["typ"] = nullptr; }));
  rows.push_back(claim(type, "payload typ list", [](object& c) { c["typ"] = array{"Bearer"}; }));
  for (const std::string_view name :
       {"logout+jwt", "dpop+jwt", "JWE", "JOSE", "", "secevent+jwt"}) {
    rows.push_back(
        header(type, "header typ " + std::string(name), [&](object& h) { h["typ"] = name; }));
  }
  rows.push_back(header(type, "no header typ", [](object& h) { h.erase("typ"); }));
  rows.push_back(header(type, "header typ 1", [](object& h) { h["typ"] = 1; }));
  judge(rows);
}

TEST(TokenTable, I3Times) {
  const auto at = [](std::string_view name, std::int64_t after_now) {
    return [=](object& c) { c[name] = now.count() + after_now; };
  };
  const auto is = [](std::string_view name, const auto& value) {
    return [=](object& c) { c[name] = value; };
  };
  judge({
      claim(TokenFault::expired, "exp missing", [](object& c) { c.erase("exp"); }),
      claim(TokenFault::expired, "exp 30 s ago", at("exp", -30)),
      good("exp 29 s ago", at("exp", -29)),
      claim(TokenFault::expired, "exp text", is("exp", "1900000300")),
      claim(TokenFault::expired, "exp 1e300", is("exp", 1e300)),
      good("FR16 exp with a fraction", is("exp", 1900000300.5)),
      good("FR16 exp with a fraction 28.5 s ago", is("exp", 1899999971.5)),
      claim(TokenFault::expired, "FR16 exp with a fraction 29.5 s ago", is("exp", 1899999970.5)),
      claim(TokenFault::expired, "exp -0.5", is("exp", -0.5)),
      claim(TokenFault::expired, "exp 2^63 with an exponent", is("exp", 0x1p63)),
      claim(TokenFault::expired, "exp -1e300", is("exp", -1e300)),
      good("FR16 nbf and iat with fractions",
           [](object& c) {
             c["nbf"] = 1899999999.25;
             c["iat"] = 1899999999.75;
           }),
      good("FR16 iat with a fraction in 30.9 s", is("iat", 1900000030.9)),
      claim(TokenFault::not_yet_valid, "FR16 iat with a fraction in 31.1 s",
            is("iat", 1900000031.1)),
      claim(TokenFault::not_yet_valid, "FR16 nbf with a fraction in 31.1 s",
            is("nbf", 1900000031.1)),
      claim(TokenFault::not_yet_valid, "iat 1e300", is("iat", 1e300)),
      claim(TokenFault::not_yet_valid, "iat -0.5", is("iat", -0.5)),
      claim(TokenFault::expired, "exp -1", is("exp", -1)),
      claim(TokenFault::expired, "exp 0", is("exp", 0)),
      claim(TokenFault::expired, "exp null", is("exp", nullptr)),
      claim(TokenFault::expired, "exp 2^63", is("exp", 9'223'372'036'854'775'808ULL)),
      good("exp 2^63-1", is("exp", 9'223'372'036'854'775'807LL)),
      claim(TokenFault::expired, "exp in milliseconds of the past", is("exp", 1'899'999)),
      claim(TokenFault::not_yet_valid, "nbf in 31 s", at("nbf", 31)),
      good("nbf in 30 s", at("nbf", 30)),
      claim(TokenFault::not_yet_valid, "nbf text", is("nbf", "0")),
      good("nbf 0", is("nbf", 0)),
      claim(TokenFault::not_yet_valid, "iat in 31 s", at("iat", 31)),
      good("iat in 30 s", at("iat", 30)),
      claim(TokenFault::not_yet_valid, "iat in milliseconds", is("iat", 1'900'000'000'000)),
      claim(TokenFault::not_yet_valid, "iat -1", is("iat", -1)),
      claim(TokenFault::not_yet_valid, "iat 2^63", is("iat", 9'223'372'036'854'775'808ULL)),
      claim(TokenFault::bad_claims, "iat missing", [](object& c) { c.erase("iat"); }),
      claim(TokenFault::expired, "issued a day ago, good for ever",
            [](object& c) {
              c["iat"] = now.count() - 86'400 - 30;
              c["exp"] = now.count() + 1'000'000;
            }),
      good("issued a little less than a day ago", at("iat", -86'400 - 29)),
  });
}

TEST(TokenTable, I3SubjectAndSignIn) {
  const auto bad = TokenFault::bad_claims;
  const auto is = [](std::string_view name, const auto& value) {
    return [=](object& c) { c[name] = value; };
  };
  judge({
      claim(bad, "no sub", [](object& c) { c.erase("sub"); }),
      claim(bad, "empty sub", is("sub", "")),
      claim(bad, "sub 7", is("sub", 7)),
      claim(bad, "sub null", is("sub", nullptr)),
      claim(bad, "sub in a list", is("sub", array{"siti"})),
      claim(bad, "long sub", is("sub", std::string(256, 'a'))),
      claim(bad, "NUL in sub", is("sub", std::string_view("siti\0budi", 9))),
      good("sub of 255", is("sub", std::string(255, 'a'))),
      claim(bad, "sid 7", is("sid", 7)),
      claim(bad, "empty sid", is("sid", "")),
      claim(bad, "long sid", is("sid", std::string(256, 'a'))),
      good("no sid", [](object& c) { c.erase("sid"); }),
      {"another sub under the old signature", TokenFault::bad_signature,
       [] {
         object claims = access_payload();
         claims["sub"] = "somebody else";
         const std::string token = access_token();
         return signing_input(serialize(access_header()), serialize(claims)) +
                token.substr(token.rfind('.'));
       }()},
  });
}

TEST(TokenTable, I3Roles) {
  const auto none = TokenFault::no_role;
  const auto access = [](const auto& roles) {
    return [=](object& c) { c["resource_access"] = object{{"dering-api", {{"roles", roles}}}}; };
  };
  judge({
      claim(none, "no resource_access", [](object& c) { c.erase("resource_access"); }),
      claim(none, "no roles", access(array{})),
      claim(none, "unknown role", access(array{"root"})),
      claim(none, "another case", access(array{"Admin"})),
      claim(none, "roles as text", access("admin")),
      claim(none, "a role in a list", access(array{array{"admin", "user"}, 1})),
      claim(none, "of another client",
            [](object& c) {
              c["resource_access"] = object{{"realm-management", {{"roles", array{"admin"}}}}};
            }),
      claim(none, "the realm's own admin",
            [](object& c) {
              c.erase("resource_access");
              c["realm_access"] = object{{"roles", array{"admin", "user", "dering-", "dering"}}};
            }),
      claim(none, "at the top without our prefix",
            [](object& c) {
              c.erase("resource_access");
              c["roles"] = array{"admin"};
            }),
  });
}

TEST(TokenTable, DuplicatedMembersAreRefusedWhereverTheyAre) {
  const std::string payload = serialize(access_payload());
  const auto twice_in_header = [&](const std::string& extra) {
    return minted_text('{' + extra + ',' + serialize(access_header()).substr(1), payload);
  };
  judge({
      {"sub twice", TokenFault::bad_claims, with_text(R"("sub":"rector")")},
      {"sub twice, the same", TokenFault::bad_claims,
       with_text(R"("sub":"9f0c5a52-54a8-4c1c-8f3b-6e2f1f6e7a10")")},
      {"sub twice, once escaped", TokenFault::bad_claims, with_text(R"("\u0073ub":"rector")")},
      {"exp twice", TokenFault::bad_claims, with_text(R"("exp":1)")},
      {"iss twice", TokenFault::bad_claims, with_text(R"("iss":"https://evil.example")")},
      {"twice within a member", TokenFault::bad_claims,
       with_text(R"("x":{"a":1,"b":{"c":2,"c":3}})")},
      {"twice within a list", TokenFault::bad_claims, with_text(R"("x":[[{"a":1,"a":1}]])")},
      {"empty name twice", TokenFault::bad_claims, with_text(R"("":1,"":2)")},
      {"alg twice", TokenFault::bad_header, twice_in_header(R"("alg":"none")")},
      {"kid twice", TokenFault::bad_header, twice_in_header(R"("kid":"others")")},
      {"no member twice, colons and quotes in texts", std::nullopt,
       with_text(R"("x":"a:b\":\\","y:\"":[":",{":":":"}])")},
  });
}

TEST(TokenTable, SizesAndDepths) {
  judge({
      {"7 KiB", std::nullopt, access_token([](object& c) { c["x"] = std::string(4'500, 'x'); })},
      {"64 KiB", TokenFault::too_long,
       access_token([](object& c) { c["x"] = std::string(49'152, 'x'); })},
      {"1 MiB of A", TokenFault::too_long, std::string(1'048'576, 'A')},
      {"8 KiB of dots", TokenFault::not_a_jws, std::string(8'192, '.')},
      {"16 levels", std::nullopt,
       with_text(R"("x":)" + std::string(15, '[') + std::string(15, ']'))},
      {"17 levels", TokenFault::bad_claims,
       with_text(R"("x":)" + std::string(16, '[') + std::string(16, ']'))},
      {"2,000 lists deep", TokenFault::bad_claims,
       with_text(R"("x":)" + std::string(2'000, '[') + std::string(2'000, ']'))},
      {"500 objects deep", TokenFault::bad_claims,
       [] {
         std::string deep = "1";
         for (int i = 0; i < 500; ++i) deep = R"({"a":)" + deep + '}';
         return with_text(R"("x":)" + deep);
       }()},
      {"open lists", TokenFault::bad_claims,
       minted_text(serialize(access_header()), std::string(3'000, '['))},
  });
}

TEST(TokenTable, TheLongestTokenIsAsLongAsTheLimit) {
  const std::string token = access_token();
  TokenVerifier just(issuers(), {.token_bytes = token.size()});
  EXPECT_TRUE(just.verify(token, now));
  TokenVerifier less(issuers(), {.token_bytes = token.size() - 1});
  EXPECT_EQ(less.verify(token, now).error(), TokenFault::too_long);
}

TEST(TokenTable, TextsThatAreNoJson) {
  const std::string head = serialize(access_header());
  const std::string payload = serialize(access_payload());
  const auto text_in = [&](std::string_view bytes) {
    return minted_text(head, "{\"x\":\"" + std::string(bytes) + "\"," + payload.substr(1));
  };
  const auto bad = TokenFault::bad_claims;
  judge({
      {"a byte of Latin-1", bad, text_in("\xe9")},
      {"overlong slash", bad, text_in("\xc0\xaf")},
      {"surrogate", bad, text_in("\xed\xa0\x80")},
      {"beyond Unicode", bad, text_in("\xf4\x90\x80\x80")},
      {"cut off", bad, text_in("\xe2\x82")},
      {"lone surrogate escaped", bad, text_in(R"(\ud800)")},
      {"raw control character", bad, text_in("\x01")},
      {"raw line end", bad, text_in("\n")},
      {"byte order mark", bad, minted_text(head, "\xef\xbb\xbf" + payload)},
      {"UTF-16", bad, minted_text(head, std::string("{\0}\0", 4))},
      {"trailing comma", bad, minted_text(head, payload.substr(0, payload.size() - 1) + ",}")},
      {"comment", bad, minted_text(head, "{/**/" + payload.substr(1))},
      {"single quotes", bad, minted_text(head, "{'a':1}")},
      {"NaN", bad, minted_text(head, R"({"a":NaN})")},
      {"two objects", bad, minted_text(head, payload + payload)},
      {"junk behind", bad, minted_text(head, payload + std::string("\0x", 2))},
      {"NUL behind", bad, minted_text(head, payload + std::string(1, '\0'))},
      {"a list", bad, minted_text(head, '[' + payload + ']')},
      {"a string", bad, minted_text(head, "\"x\"")},
      {"null", bad, minted_text(head, "null")},
      {"blank", bad, minted_text(head, " ")},
      {"header with junk", TokenFault::bad_header, minted_text(head + 'x', payload)},
      {"header a list", TokenFault::bad_header, minted_text("[]", payload)},
      {"header cut off", TokenFault::bad_header, minted_text(head.substr(1), payload)},
      {"blanks around", std::nullopt, minted_text(" \r\n" + head, payload + "\t\n ")},
  });
}

}  // namespace
}  // namespace dering::identity
