// SPDX-License-Identifier: Apache-2.0
#include "identity/sign_outs.h"

#include <gtest/gtest.h>

#include "identity/testing/campus.h"

namespace dering::identity {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// ---- logout tokens ------------------------------------------------------------------------------

struct LogoutRow {
  std::string what;
  std::optional<TokenFault> fault;
  std::string token;
};

LogoutRow logout(std::optional<TokenFault> fault, std::string what, const Change& payload,
                 const Change& header = no_change) {
  return {std::move(what), fault, logout_token(payload, header)};
}

void judge(const std::vector<LogoutRow>& rows) {
  for (const LogoutRow& row : rows) {
    TokenVerifier verifier(issuers());
    const auto verdict = verifier.verify_logout(row.token, now);
    if (!row.fault) {
      EXPECT_TRUE(verdict) << row.what << ": " << name_of(verdict.error());
    } else if (verdict) {
      ADD_FAILURE() << row.what << " was accepted";
    } else {
      EXPECT_EQ(verdict.error(), *row.fault) << row.what << ": " << name_of(verdict.error());
    }
  }
}

constexpr auto event = "http://schemas.openid.net/event/backchannel-logout";

TEST(LogoutToken, TellsWhoHasSignedOut) {
  TokenVerifier verifier(issuers());
  const auto logout = verifier.verify_logout(logout_token(), now);
  ASSERT_TRUE(logout) << name_of(logout.error());
  EXPECT_EQ(logout->issuer, realm);
  EXPECT_EQ(logout->subject, "9f0c5a52-54a8-4c1c-8f3b-6e2f1f6e7a10");
  EXPECT_EQ(logout->sid, "Q2Vzc2lvbiBvZiBzaXRpIQ==");
  EXPECT_EQ(logout->issued_at, now.count() - 1);
}

TEST(LogoutToken, FR16_ItsTimesMayHaveFractions) {
  TokenVerifier verifier(issuers());
  const auto logout = verifier.verify_logout(logout_token([](object& c) {
                                               c["iat"] = 1899999998.75;
                                               c["exp"] = 1900000100.25;
                                             }),
                                             now);
  ASSERT_TRUE(logout) << name_of(logout.error());
  EXPECT_EQ(logout->issued_at, now.count() - 2);
}

TEST(LogoutToken, Types) {
  std::vector<LogoutRow> rows;
  for (const std::string_view name :
       {"logout+jwt", "LOGOUT+JWT", "application/logout+jwt", "JWT"}) {
    rows.push_back(logout({}, "header typ " + std::string(name), no_change,
                          [&](object& h) { h["typ"] = name; }));
  }
  rows.push_back(logout({}, "no header typ", no_change, [](object& h) { h.erase("typ"); }));
  rows.push_back(logout({}, "no payload typ", [](object& c) { c.erase("typ"); }));
  const auto type = TokenFault::wrong_type;
  for (const std::string_view name : {"at+jwt", "dpop+jwt", "JWE", "logout"}) {
    rows.push_back(logout(type, "header typ " + std::string(name), no_change,
                          [&](object& h) { h["typ"] = name; }));
  }
  for (const std::string_view name : {"Bearer", "ID", "Refresh", "logout", ""}) {
    rows.push_back(
        logout(type, "payload typ " + std::string(name), [&](object& c) { c["typ"] = name; }));
  }
  rows.push_back({"an access token", type, access_token()});
  rows.push_back({"an access token with the event in it", type,
                  access_token([](object& c) { c["events"] = object{{event, object{}}}; })});
  rows.push_back({"an ID token", type, access_token([](object& c) {
                    c["typ"] = "ID";
                    c["aud"] = "dering-web";
                    c["events"] = object{{event, object{}}};
                  })});
  judge(rows);
}

TEST(LogoutToken, Events) {
  const auto fault = TokenFault::not_a_logout;
  const auto events = [](const auto& value) { return [=](object& c) { c["events"] = value; }; };
  judge({
      logout(fault, "no events", [](object& c) { c.erase("events"); }),
      logout(fault, "events as text", events(event)),
      logout(fault, "events as a list", events(array{event})),
      logout(fault, "events null", events(nullptr)),
      logout(fault, "no event", events(object{})),
      logout(fault, "another event",
             events(object{{"http://schemas.openid.net/event/frontchannel-logout", object{}}})),
      logout(fault, "the event in another case",
             events(object{{"http://schemas.openid.net/event/Backchannel-Logout", object{}}})),
      logout(fault, "the event is text", events(object{{event, "{}"}})),
      logout(fault, "the event is null", events(object{{event, nullptr}})),
      logout(fault, "the event is a list", events(object{{event, array{}}})),
      logout({}, "the event tells more", events(object{{event, object{{"x", 1}}}})),
      logout({}, "two events", events(object{{event, object{}}, {"revoke_offline_access", true}})),
      logout(fault, "nonce", [](object& c) { c["nonce"] = "n"; }),
      logout(fault, "nonce null", [](object& c) { c["nonce"] = nullptr; }),
  });
}

TEST(LogoutToken, WhoItIsMeantForAndWhoSaysIt) {
  const auto audience = [](const auto& value) { return [=](object& c) { c["aud"] = value; }; };
  judge({
      logout(TokenFault::wrong_audience, "no aud", [](object& c) { c.erase("aud"); }),
      logout(TokenFault::wrong_audience, "the audience of access tokens", audience("dering-api")),
      logout(TokenFault::wrong_audience, "another client", audience("admin-cli")),
      logout(TokenFault::wrong_audience, "empty list", audience(array{})),
      logout({}, "list with ours", audience(array{"x", "portal"})),
      logout(TokenFault::unknown_issuer, "no iss", [](object& c) { c.erase("iss"); }),
      logout(TokenFault::unknown_issuer, "trailing slash",
             [](object& c) { c["iss"] = realm + "/"; }),
      logout(TokenFault::unknown_key, "for another realm, by our realm's key",
             [](object& c) { c["iss"] = other_realm; }),
      logout(TokenFault::unknown_key, "unknown kid", no_change, [](object& h) { h["kid"] = "x"; }),
      logout(TokenFault::algorithm_not_allowed, "none", no_change,
             [](object& h) { h["alg"] = "none"; }),
      logout(TokenFault::critical_extension, "jku", no_change,
             [](object& h) { h["jku"] = "https://evil.example"; }),
      {"changed signature", TokenFault::bad_signature,
       [] {
         std::string token = logout_token();
         const std::size_t at = token.rfind('.') + 5;
         token[at] = token[at] == 'A' ? 'B' : 'A';
         return token;
       }()},
      {"64 KiB", TokenFault::too_long,
       logout_token([](object& c) { c["x"] = std::string(65'536, 'x'); })},
  });
}

TEST(LogoutToken, Times) {
  const auto at = [](std::string_view name, std::int64_t after_now) {
    return [=](object& c) { c[name] = now.count() + after_now; };
  };
  judge({
      logout({}, "no exp", [](object& c) { c.erase("exp"); }),
      logout(TokenFault::expired, "exp 30 s ago", at("exp", -30)),
      logout({}, "exp 29 s ago", at("exp", -29)),
      logout(TokenFault::expired, "exp text", [](object& c) { c["exp"] = "1900000300"; }),
      logout(TokenFault::expired, "exp null", [](object& c) { c["exp"] = nullptr; }),
      logout(TokenFault::bad_claims, "no iat", [](object& c) { c.erase("iat"); }),
      logout(TokenFault::not_yet_valid, "iat text", [](object& c) { c["iat"] = "1"; }),
      logout(TokenFault::not_yet_valid, "iat in 31 s", at("iat", 31)),
      logout({}, "iat in 30 s", at("iat", 30)),
      logout({}, "iat 5 min and 29 s ago", at("iat", -329)),
      logout(TokenFault::expired, "iat 5 min and 30 s ago, whatever exp says", at("iat", -330)),
      logout(TokenFault::expired, "iat 0", [](object& c) { c["iat"] = 0; }),
      logout(TokenFault::not_yet_valid, "nbf in 31 s", at("nbf", 31)),
  });
}

TEST(LogoutToken, Names) {
  const auto bad = TokenFault::bad_claims;
  const auto is = [](std::string_view name, const auto& value) {
    return [=](object& c) { c[name] = value; };
  };
  judge({
      logout({}, "sub alone", [](object& c) { c.erase("sid"); }),
      logout({}, "sid alone", [](object& c) { c.erase("sub"); }),
      logout(bad, "neither",
             [](object& c) {
               c.erase("sub");
               c.erase("sid");
             }),
      logout(bad, "empty sub", is("sub", "")),
      logout(bad, "sub 7", is("sub", 7)),
      logout(bad, "sid null", is("sid", nullptr)),
      logout(bad, "long sid", is("sid", std::string(256, 's'))),
      logout(bad, "NUL in sub", is("sub", std::string_view("a\0b", 3))),
      logout(bad, "no jti", [](object& c) { c.erase("jti"); }),
      logout(bad, "empty jti", is("jti", "")),
      logout(bad, "jti 7", is("jti", 7)),
      logout(bad, "long jti", is("jti", std::string(256, 'j'))),
  });
}

TEST(LogoutToken, IsNoAccessToken) {
  TokenVerifier verifier(issuers());
  EXPECT_EQ(verifier.verify(logout_token(), now).error(), TokenFault::wrong_type);
  const std::string disguised = logout_token(
      [](object& c) {
        c.erase("typ");
        c["aud"] = "dering-api";
        c["azp"] = "dering-web";
      },
      [](object& h) { h["typ"] = "JWT"; });
  EXPECT_EQ(verifier.verify(disguised, now).error(), TokenFault::no_role);
}

TEST(LogoutToken, IsGoodOnce) {
  TokenVerifier verifier(issuers());
  const std::string token = logout_token();
  EXPECT_TRUE(verifier.verify_logout(token, now));
  EXPECT_EQ(verifier.verify_logout(token, now).error(), TokenFault::replayed);
  EXPECT_EQ(verifier.verify_logout(token, now + 140s).error(), TokenFault::replayed);
  const std::string same_id = logout_token([](object& c) { c["sid"] = "another"; });
  EXPECT_EQ(verifier.verify_logout(same_id, now).error(), TokenFault::replayed);
  EXPECT_TRUE(verifier.verify_logout(logout_token([](object& c) { c["jti"] = "2"; }), now));
  // Another issuer's numbers are its own.
  EXPECT_TRUE(verifier.verify_logout(logout_token([](object& c) { c["iss"] = other_realm; },
                                                  [](object& h) { h["kid"] = "others"; }),
                                     now));
}

TEST(LogoutToken, AReplayIsKnownForAsLongAsTheTokenIsGood) {
  TokenVerifier verifier(issuers());
  // From half a minute ahead of our clock, and without an end of its own.
  const std::string token = logout_token([](object& c) {
    c["iat"] = now.count() + 30;
    c.erase("exp");
  });
  EXPECT_TRUE(verifier.verify_logout(token, now));
  EXPECT_EQ(verifier.verify_logout(token, now + 359s).error(), TokenFault::replayed);
  EXPECT_EQ(verifier.verify_logout(token, now + 360s).error(), TokenFault::expired);
}

TEST(LogoutToken, ABadOneIsNotRemembered) {
  TokenVerifier verifier(issuers());
  const std::string bad = logout_token([](object& c) { c["nonce"] = "n"; });
  EXPECT_FALSE(verifier.verify_logout(bad, now));
  EXPECT_TRUE(verifier.verify_logout(logout_token(), now)) << "the same jti";
}

// ---- what a sign-out does to tokens -------------------------------------------------------------

std::string token_of(std::string_view subject, std::string_view sid, std::int64_t issued_at) {
  return access_token([&](object& c) {
    c["sub"] = subject;
    c["sid"] = sid;
    c["iat"] = issued_at;
  });
}

class SignOutTest : public ::testing::Test {
 protected:
  std::optional<TokenFault> fault_of(const std::string& token, UnixSeconds at = now) {
    const auto verdict = verifier.verify(token, at);
    return verdict ? std::nullopt : std::optional(verdict.error());
  }
  TokenVerifier verifier{issuers()};
  const std::int64_t today = now.count();
};

TEST_F(SignOutTest, EndsThatSignInForEver) {
  const std::string before = token_of("siti", "one", today - 20);
  const std::string after = token_of("siti", "one", today - 1);
  ASSERT_FALSE(fault_of(before)) << "remembered as good";
  verifier.sign_out({realm, "siti", "one", today - 5}, now);
  EXPECT_EQ(fault_of(before), TokenFault::signed_out);
  EXPECT_EQ(fault_of(after), TokenFault::signed_out) << "even one issued later";
}

TEST_F(SignOutTest, AsksTheOtherSignInsOfThatPersonForAFreshToken) {
  const std::string before = token_of("siti", "two", today - 20);
  const std::string at_once = token_of("siti", "two", today - 5);
  ASSERT_FALSE(fault_of(before));
  verifier.sign_out({realm, "siti", "one", today - 5}, now);
  EXPECT_EQ(fault_of(before), TokenFault::signed_out);
  EXPECT_FALSE(fault_of(at_once));
  EXPECT_FALSE(fault_of(token_of("siti", "two", today)));
}

TEST_F(SignOutTest, WithoutASignInEndsAllBeforeIt) {
  verifier.sign_out({realm, "siti", "", today - 5}, now);
  EXPECT_EQ(fault_of(token_of("siti", "two", today - 6)), TokenFault::signed_out);
  EXPECT_FALSE(fault_of(token_of("siti", "three", today)));
}

TEST_F(SignOutTest, WithoutAPersonEndsThatSignInOnly) {
  verifier.sign_out({realm, "", "one", today - 5}, now);
  EXPECT_EQ(fault_of(token_of("siti", "one", today - 20)), TokenFault::signed_out);
  EXPECT_FALSE(fault_of(token_of("siti", "two", today - 20)));
  const std::string without_sid = access_token([](object& c) { c.erase("sid"); });
  EXPECT_FALSE(fault_of(without_sid));
}

TEST_F(SignOutTest, LeavesOthersAlone) {
  verifier.sign_out({realm, "siti", "one", today}, now);
  verifier.sign_out({"https://nobody.example", "budi", "two", today}, now);
  verifier.sign_out({other_realm, "budi", "two", today}, now);
  EXPECT_FALSE(fault_of(token_of("budi", "two", today - 20)));
}

TEST_F(SignOutTest, AnOlderSignOutDoesNotTakeBackANewerOne) {
  verifier.sign_out({realm, "siti", "one", today - 5}, now);
  verifier.sign_out({realm, "siti", "two", today - 50}, now);
  EXPECT_EQ(fault_of(token_of("siti", "three", today - 20)), TokenFault::signed_out);
}

TEST_F(SignOutTest, IsRememberedForAsLongAsATokenMayLive) {
  verifier.sign_out({realm, "siti", "one", today}, now);
  const std::string longest = access_token([&](object& c) {
    c["sub"] = "siti";
    c["sid"] = "one";
    c["iat"] = today;
    c["exp"] = today + 1'000'000;
  });
  const UnixSeconds end = now + 24h + 29s;
  verifier.sign_out({realm, "budi", "two", end.count()}, end);
  EXPECT_EQ(fault_of(longest, end), TokenFault::signed_out);
  verifier.sign_out({realm, "budi", "three", end.count() + 1}, end + 1s);
  EXPECT_EQ(fault_of(longest, end + 1s), TokenFault::expired);
}

TEST(SignOutsTest, HoldSoManyAndThenRefuseAllThatIsOlder) {
  constexpr std::size_t most = 1'000;
  SignOuts sign_outs(most, 24h);
  const auto claims = [](std::string sid, std::int64_t issued_at) {
    TokenClaims made;
    made.subject = "somebody";
    made.sid = std::move(sid);
    made.issued_at = issued_at;
    return made;
  };
  for (std::size_t i = 0; i < most; ++i) {
    const auto at = 1'000 + static_cast<std::int64_t>(i);
    sign_outs.add({realm, "", "sid-" + std::to_string(i), at}, UnixSeconds(at));
  }
  EXPECT_EQ(sign_outs.size(), most);
  EXPECT_TRUE(sign_outs.cover(claims("sid-0", 900)));
  EXPECT_FALSE(sign_outs.cover(claims("other", 900)));

  for (int i = 0; i < 10; ++i) {
    sign_outs.add({realm, "", "more-" + std::to_string(i), 3'000}, UnixSeconds(3'000));
  }
  EXPECT_EQ(sign_outs.size(), most);
  EXPECT_TRUE(sign_outs.cover(claims("sid-0", 900))) << "what was pushed out stays out";
  EXPECT_TRUE(sign_outs.cover(claims("sid-9", 1'009)));
  EXPECT_TRUE(sign_outs.cover(claims("other", 900))) << "the price: older tokens are asked anew";
  EXPECT_TRUE(sign_outs.cover(claims("sid-10", 5'000))) << "still remembered";
  EXPECT_FALSE(sign_outs.cover(claims("other", 1'010)));
}

TEST(SignOutsTest, ForgetWhatNoTokenCanOutlive) {
  SignOuts sign_outs(10, 24h);
  for (int i = 0; i < 10; ++i) sign_outs.add({realm, "a", std::to_string(i), 1'000}, 1'000s);
  sign_outs.add({realm, "b", "new", 90'000}, 1'000s + 24h);
  EXPECT_EQ(sign_outs.size(), 1U);
  TokenClaims old;
  old.sid = "0";
  EXPECT_FALSE(sign_outs.cover(old));
}

TEST(SignOutsTest, RoomForNoneRefusesAllThatIsOlder) {
  SignOuts sign_outs(0, 24h);
  sign_outs.add({realm, "a", "one", 1'000}, 1'000s);
  EXPECT_EQ(sign_outs.size(), 0U);
  TokenClaims claims;
  claims.issued_at = 1'000;
  EXPECT_TRUE(sign_outs.cover(claims));
  claims.issued_at = 1'001;
  EXPECT_FALSE(sign_outs.cover(claims));
}

TEST(SeenTokensTest, HoldSoManyForSoLong) {
  SeenTokens seen(3);
  EXPECT_TRUE(seen.add("a", 0s, 100s));
  EXPECT_FALSE(seen.add("a", 99s, 199s));
  EXPECT_TRUE(seen.add("b", 99s, 199s));
  EXPECT_TRUE(seen.add("a", 100s, 200s)) << "its time is over";
  EXPECT_TRUE(seen.add("c", 100s, 200s));
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(seen.add("d", 100s, 200s));
  EXPECT_EQ(seen.size(), 3U) << "the oldest went";
  EXPECT_FALSE(seen.add("d", 100s, 200s));
  EXPECT_FALSE(seen.add("c", 100s, 200s));
}

}  // namespace
}  // namespace dering::identity
