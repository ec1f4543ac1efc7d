// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/testing/campus.h"

// What a good token tells, and what is remembered of it.
namespace dering::identity {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RolesTest, AdminMayAllAndEveryRoleIncludesUser) {
  using enum Role;
  EXPECT_THAT(Roles().allowed(), IsEmpty());
  EXPECT_FALSE(Roles().may(user));
  EXPECT_THAT(Roles{user}.allowed(), ElementsAre(user));
  EXPECT_THAT(Roles{supervisor}.allowed(), ElementsAre(user, supervisor));
  EXPECT_THAT(Roles{operator_}.allowed(), ElementsAre(user, operator_));
  EXPECT_THAT((Roles{operator_, supervisor}).allowed(), ElementsAre(user, supervisor, operator_));
  EXPECT_THAT(Roles{admin}.allowed(), ElementsAre(user, supervisor, operator_, admin));
  EXPECT_FALSE(Roles{admin}.has(user)) << "what was given is not what is allowed";
}

TEST(RolesTest, NamesAreThoseOfTheTokens) {
  for (const Role role : {Role::user, Role::supervisor, Role::operator_, Role::admin}) {
    EXPECT_EQ(role_named(name_of(role)), role);
  }
  for (const auto* name : {"", "Admin", "operator_", "admin ", "dering-admin", "root"}) {
    EXPECT_EQ(role_named(name), std::nullopt) << name;
  }
}

/// What the issuer's verifier makes of a good token with these changes.
TokenClaims told(const Change& change, Issuer issuer = realm_issuer()) {
  TokenVerifier verifier({std::move(issuer)});
  auto verdict = verifier.verify(access_token(change), now);
  EXPECT_TRUE(verdict) << name_of(verdict.error());
  return verdict ? *std::move(verdict) : TokenClaims{};
}

TEST(ClaimsTest, TellAllThatKeycloakSays) {
  const TokenClaims claims = told(no_change);
  EXPECT_EQ(claims.issuer, realm);
  EXPECT_EQ(claims.subject, "9f0c5a52-54a8-4c1c-8f3b-6e2f1f6e7a10");
  EXPECT_EQ(claims.username, "siti");
  EXPECT_EQ(claims.display_name, "Siti Rahma");
  EXPECT_EQ(claims.sid, "Q2Vzc2lvbiBvZiBzaXRpIQ==");
  EXPECT_EQ(claims.extension, "2101");
  EXPECT_EQ(claims.roles, Roles{Role::user});
  EXPECT_THAT(claims.groups, ElementsAre("/Fakultas Teknik/Teknik Informatika"));
  EXPECT_EQ(claims.issued_at, now.count() - 10);
  EXPECT_EQ(claims.expires_at, now.count() + 290);
}

TEST(ClaimsTest, WhatIsOnlyShownMayBeAbsentOrOdd) {
  for (const auto* name : {"name", "preferred_username", "extension", "groups"}) {
    told([&](object& c) { c.erase(name); });
    told([&](object& c) { c[name] = 7; });
    told([&](object& c) { c[name] = object{}; });
  }
}

TEST(ClaimsTest, NamesCarryNothingThatDisturbsWhatIsAroundThem) {
  const auto shown = [](std::string_view name) {
    const TokenClaims claims = told([&](object& c) {
      c["name"] = name;
      c["preferred_username"] = name;
    });
    EXPECT_EQ(claims.username, claims.display_name);
    return claims.display_name;
  };
  EXPECT_EQ(shown("Siti\r\nX: y"), "SitiX: y");
  EXPECT_EQ(shown(std::string_view("a\0b\x1b[2J\x7f", 8)), "ab[2J");
  EXPECT_EQ(shown("a\u0085b\u009fc\u00a0d"), "abc\u00a0d") << "C1, but not the blank behind it";
  EXPECT_EQ(shown("a\u202eb\u202ac\u2066d\u2069e\u200ff\u200eg\u061ch"), "abcdefgh");
  EXPECT_EQ(shown("a\u2028b\u2029c"), "abc") << "line and paragraph separators";
  EXPECT_EQ(shown("Šárka Ωμέγα 高橋 😀"), "Šárka Ωμέγα 高橋 😀");
}

TEST(ClaimsTest, LongNamesAreCutBetweenCharacters) {
  const auto length = [](const std::string& name) {
    const TokenClaims claims = told([&](object& c) { c["name"] = name; });
    EXPECT_TRUE(is_utf8(claims.display_name));
    return claims.display_name.size();
  };
  EXPECT_EQ(length(std::string(255, 'a')), 255U);
  EXPECT_EQ(length(std::string(256, 'a')), 255U);
  EXPECT_EQ(length(std::string(254, 'a') + "\u00e9"), 254U);
  EXPECT_EQ(length(std::string(253, 'a') + "\u00e9"), 255U);
  EXPECT_EQ(length(std::string(252, 'a') + "😀"), 252U);
}

TEST(ClaimsTest, AnExtensionIsTwoToFifteenDigits) {
  const auto extension = [](const auto& value) {
    return told([&](object& c) { c["extension"] = value; }).extension;
  };
  for (const auto* number : {"10", "2101", "0001", "123456789012345"}) {
    EXPECT_EQ(extension(number), number);
  }
  for (const auto* number : {"", "1", "1234567890123456", "+62", "21 01", "2101a", "*98", "٢١",
                             "1001@evil", "-1", "1e3"}) {
    EXPECT_EQ(extension(number), "") << number;
  }
  EXPECT_EQ(extension(2101), "");
  EXPECT_EQ(extension(array{"2101"}), "");
}

TEST(ClaimsTest, GroupsAreSixtyFourAtMost) {
  const auto groups = [](const array& list) {
    return told([&](object& c) { c["groups"] = list; }).groups;
  };
  array many;
  for (int i = 0; i < 70; ++i) many.push_back(boost::json::string("/" + std::to_string(i)));
  EXPECT_EQ(groups(many).size(), 64U);
  EXPECT_THAT(groups(array{1, nullptr, "", array{"/x", 1}, std::string_view("/a\0b", 4),
                           std::string_view("/ok")}),
              ElementsAre("/ok"));
  array long_one;
  long_one.push_back(boost::json::string(std::string(256, 'g')));
  EXPECT_THAT(groups(long_one), IsEmpty());
}

TEST(ClaimsTest, RolesComeFromOurClientAndFromTheRealmWithOurPrefix) {
  const auto access = [](const array& roles) { return object{{"roles", roles}}; };
  EXPECT_EQ(told([&](object& c) {
              c["resource_access"] = object{{"dering-api", access({"admin", "other", "user"})},
                                            {"account", access({"operator"})}};
            }).roles,
            (Roles{Role::admin, Role::user}));
  EXPECT_EQ(told([&](object& c) {
              c.erase("resource_access");
              c["realm_access"] = access({"admin", "dering-supervisor", "dering-"});
            }).roles,
            Roles{Role::supervisor});
  EXPECT_EQ(told([&](object& c) {
              c.erase("resource_access");
              c["roles"] = array{"admin", "dering-operator"};
            }).roles,
            Roles{Role::operator_});
}

TEST(ClaimsTest, OurOwnTokensNameRolesAtTheTop) {
  Issuer built_in = realm_issuer();
  built_in.name = "";
  const TokenClaims claims = told(
      [](object& c) {
        c.erase("resource_access");
        c["roles"] = array{"admin", "root"};
      },
      built_in);
  EXPECT_EQ(claims.issuer, "");
  EXPECT_EQ(claims.roles, Roles{Role::admin});
}

TEST(ClaimsTest, GroupsGiveRolesToTheirMembersAndThoseBelow) {
  Issuer issuer = realm_issuer();
  issuer.group_roles = {{"/Rektorat", Role::supervisor}, {"/Pusat TI/Jaringan", Role::admin}};
  const auto roles = [&](const array& groups) {
    return told([&](object& c) { c["groups"] = groups; }, issuer).roles;
  };
  EXPECT_EQ(roles({"/Rektorat"}), (Roles{Role::user, Role::supervisor}));
  EXPECT_EQ(roles({"/Rektorat/Humas/Foto"}), (Roles{Role::user, Role::supervisor}));
  EXPECT_EQ(roles({"/X", "/Pusat TI/Jaringan", "/Rektorat"}),
            (Roles{Role::user, Role::supervisor, Role::admin}));
  for (const auto* group : {"/Rektorat2", "/rektorat", "Rektorat", "/A/Rektorat", "/Pusat TI",
                            "/Pusat TI/Jaringan2", "/", ""}) {
    EXPECT_EQ(roles({group, "/Z"}), Roles{Role::user}) << group;
  }
}

TEST(ClaimsTest, TheDefaultRoleIsForThoseWithNone) {
  Issuer issuer = realm_issuer();
  issuer.default_role = Role::operator_;
  EXPECT_EQ(told([](object& c) { c.erase("resource_access"); }, issuer).roles,
            Roles{Role::operator_});
  EXPECT_EQ(told(no_change, issuer).roles, Roles{Role::user});
}

// ---- what is remembered -------------------------------------------------------------------------

std::string other_realms_token() {
  return access_token([](object& c) { c["iss"] = other_realm; },
                      [](object& h) { h["kid"] = "others"; });
}

TEST(RememberedVerdicts, NewKeysOfOneIssuerForgetNothingOfAnother) {
  TokenVerifier verifier(issuers());
  ASSERT_TRUE(verifier.verify(access_token(), now));
  ASSERT_TRUE(verifier.verify(other_realms_token(), now));
  ASSERT_EQ(verifier.remembered(), 2U);
  verifier.replace_keys(realm, key_set({RealmKeys::get().rsa.jwk("rsa")}));
  EXPECT_EQ(verifier.remembered(), 1U);
  EXPECT_TRUE(verifier.verify(access_token(), now));
  EXPECT_TRUE(verifier.verify(other_realms_token(), now));
  verifier.replace_keys("https://nobody.example", key_set({}));
  EXPECT_EQ(verifier.remembered(), 2U);
}

TEST(RememberedVerdicts, TheSameKeysForgetNothing) {
  TokenVerifier verifier(issuers());
  ASSERT_TRUE(verifier.verify(access_token(), now));
  std::vector<object> turned = realm_jwks();
  std::ranges::reverse(turned);
  verifier.replace_keys(realm, key_set(turned));
  EXPECT_EQ(verifier.remembered(), 1U);
}

TEST(RememberedVerdicts, AKeyThatWentTakesItsTokensAlongAndOneThatStayedDoesNot) {
  TokenVerifier verifier(issuers());
  const std::string by_rsa = access_token();
  const std::string by_ec = access_token(no_change, [](object& h) {
    h["alg"] = "ES256";
    h["kid"] = "ec";
  });
  ASSERT_TRUE(verifier.verify(by_rsa, now));
  ASSERT_TRUE(verifier.verify(by_ec, now));
  verifier.replace_keys(realm, key_set({RealmKeys::get().ec.jwk("ec")}));
  EXPECT_EQ(verifier.verify(by_rsa, now).error(), TokenFault::unknown_key);
  EXPECT_TRUE(verifier.verify(by_ec, now));
}

TEST(RememberedVerdicts, AnotherKeyUnderTheSameIdEndsItsTokens) {
  TokenVerifier verifier(issuers());
  ASSERT_TRUE(verifier.verify(access_token(), now));
  verifier.replace_keys(realm, key_set({RealmKeys::get().others.jwk("rsa")}));
  EXPECT_EQ(verifier.verify(access_token(), now).error(), TokenFault::bad_signature);
}

TEST(RememberedVerdicts, StayWithinTheirCapAcrossReplacements) {
  TokenVerifier verifier(issuers(), {.cached_verdicts = 4});
  const auto show = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      EXPECT_TRUE(verifier.verify(access_token([&](object& c) { c["jti"] = i; }), now));
    }
  };
  show(0, 3);
  ASSERT_TRUE(verifier.verify(other_realms_token(), now));
  verifier.replace_keys(realm, key_set({RealmKeys::get().rsa.jwk("rsa")}));
  EXPECT_EQ(verifier.remembered(), 1U);
  show(0, 20);
  EXPECT_EQ(verifier.remembered(), 4U);
}

TEST(RememberedVerdicts, ALifeCutShortEndsFromMemoryToo) {
  TokenVerifier verifier(issuers());
  const std::string for_ever = access_token([](object& c) {
    c["iat"] = now.count();
    c["exp"] = now.count() + 1'000'000'000;
  });
  ASSERT_TRUE(verifier.verify(for_ever, now));
  EXPECT_TRUE(verifier.verify(for_ever, now + 24h + 29s));
  EXPECT_EQ(verifier.verify(for_ever, now + 24h + 30s).error(), TokenFault::expired);
}

// ---- keys worth fetching ------------------------------------------------------------------------

TEST(IssuerLackingKey, IsAKnownOneWhoseKeysLackTheTokens) {
  std::vector<Issuer> list = issuers();
  Issuer built_in = realm_issuer();
  built_in.url = "https://phone.example/oidc";
  built_in.name = "";
  list.push_back(built_in);
  const TokenVerifier verifier(std::move(list));
  const auto lacking = [&](const Change& claims, const Change& header) {
    return verifier.issuer_lacking_key(access_token(claims, header));
  };
  const auto new_key = [](object& h) { h["kid"] = "new"; };
  EXPECT_EQ(lacking(no_change, new_key), realm);
  EXPECT_EQ(lacking([](object& c) { c["iss"] = other_realm; }, no_change), other_realm);
  EXPECT_EQ(verifier.issuer_lacking_key(logout_token(no_change, new_key)), realm);

  EXPECT_EQ(lacking(no_change, no_change), std::nullopt) << "we have it";
  EXPECT_EQ(lacking([](object& c) { c["iss"] = "https://evil.example"; }, new_key), std::nullopt);
  EXPECT_EQ(lacking([](object& c) { c["iss"] = "https://phone.example/oidc"; }, new_key),
            std::nullopt)
      << "the built-in provider's are at hand";
  EXPECT_EQ(lacking(no_change, [](object& h) { h.erase("kid"); }), std::nullopt);
  EXPECT_EQ(lacking(no_change, [](object& h) { h["kid"] = 7; }), std::nullopt);
  EXPECT_EQ(lacking(no_change,
                    [](object& h) {
                      h["kid"] = "new";
                      h["alg"] = "none";
                    }),
            std::nullopt);
  EXPECT_EQ(lacking([](object& c) { c["x"] = std::string(9'000, 'x'); }, new_key), std::nullopt);
  for (const auto* text : {"", ".", "..", "a.b.c", "x"}) {
    EXPECT_EQ(verifier.issuer_lacking_key(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace dering::identity
