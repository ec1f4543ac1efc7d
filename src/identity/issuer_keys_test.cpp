// SPDX-License-Identifier: Apache-2.0
#include "identity/issuer_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/token.h"

namespace dering::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string campus = "https://sso.univ.ac.id/realms/dering";
const std::string campus_discovery = campus + "/.well-known/openid-configuration";
const std::string campus_jwks = campus + "/keys";
constexpr UnixSeconds wall{1'900'000'000};

std::string jwks_of(std::initializer_list<const SigningKey*> keys) {
  std::string list;
  for (const SigningKey* key : keys) list += (list.empty() ? "" : ",") + key->public_jwk();
  return R"({"keys":[)" + list + "]}";
}

std::string discovery_of(const std::string& issuer, const std::string& jwks) {
  return R"({"issuer":")" + issuer + R"(","jwks_uri":")" + jwks +
         R"(","authorization_endpoint":"https://sso.univ.ac.id/auth",)"
         R"("token_endpoint":"http://sso.univ.ac.id/token",)"
         R"("end_session_endpoint":"https://sso.univ.ac.id/logout"})";
}

/// Issuers in virtual time. What they ask for waits in `fetches` until a test answers.
class IssuerKeysTest : public ::testing::Test {
 protected:
  void start(IssuerKeys& keys) {
    keys.start(now, out);
    take();
  }
  void pass(IssuerKeys& keys, Duration time) {
    const Instant end = now + time;
    for (auto next = keys.next_deadline(); next && *next <= end; next = keys.next_deadline()) {
      now = std::max(now, *next);
      keys.on_time(now, out);
      take();
      if (answers_nothing && !fetches.empty()) answer_all(keys, std::unexpected("refused"));
    }
    now = end;
  }
  /// Sorts what came out; every fetch is also counted with its time.
  void take() {
    for (IssuerOutput& output : out) {
      if (auto* fetch = std::get_if<Fetch>(&output)) {
        fetched_at.push_back(now);
        fetches.push_back(*fetch);
      } else if (auto* replaced = std::get_if<KeysReplaced>(&output)) {
        replacements.push_back(*replaced);
      } else {
        turns.push_back(std::get<IssuerTurned>(output));
      }
    }
    out.clear();
  }
  void answer(IssuerKeys& keys, const Fetched& fetched) {
    ASSERT_FALSE(fetches.empty()) << "nothing was asked for";
    const Fetch fetch = fetches.front();
    fetches.erase(fetches.begin());
    keys.on_fetched(fetch.id, fetched, now, out);
    take();
  }
  void answer_all(IssuerKeys& keys, const Fetched& fetched) {
    while (!fetches.empty()) answer(keys, fetched);
  }
  void answer_ok(IssuerKeys& keys, std::string body) {
    answer(keys, FetchedDocument{200, std::move(body)});
  }
  /// Discovery, then these keys.
  void publish(IssuerKeys& keys, std::initializer_list<const SigningKey*> list) {
    answer_ok(keys, discovery_of(campus, campus_jwks));
    answer_ok(keys, jwks_of(list));
  }
  bool in_use(const SigningKey& key) const {
    return !replacements.empty() && replacements.back().keys->has(key.kid(), Algorithm::es256);
  }

  Instant now{400h};
  IssuerOutbox out;
  std::vector<Fetch> fetches;
  std::vector<Instant> fetched_at;
  std::vector<KeysReplaced> replacements;
  std::vector<IssuerTurned> turns;
  bool answers_nothing = false;
  SigningKey first = SigningKey::generate();
  SigningKey second = SigningKey::generate();
};

TEST_F(IssuerKeysTest, DiscoversAnIssuerAndItsKeys) {
  IssuerKeys keys({campus});
  EXPECT_FALSE(keys.next_deadline());
  start(keys);
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0].url, campus_discovery);
  answer_ok(keys, discovery_of(campus, campus_jwks));
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0].url, campus_jwks);
  answer_ok(keys, jwks_of({&first}));
  ASSERT_EQ(replacements.size(), 1U);
  EXPECT_EQ(replacements[0].issuer, campus);
  EXPECT_TRUE(in_use(first));
  EXPECT_TRUE(fetches.empty());
  EXPECT_THAT(turns, IsEmpty());
  EXPECT_EQ(keys.find(campus)->trouble(), "");
}

TEST_F(IssuerKeysTest, TellsTheEndpointsThatAreAsWellProtectedAsTheIssuer) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  const IssuerEndpoints& endpoints = keys.find(campus)->endpoints();
  EXPECT_EQ(endpoints.authorization, "https://sso.univ.ac.id/auth");
  EXPECT_EQ(endpoints.end_session, "https://sso.univ.ac.id/logout");
  EXPECT_EQ(endpoints.token, "") << "http, though the issuer is https";
  EXPECT_EQ(keys.find("https://other.example"), nullptr);
}

TEST_F(IssuerKeysTest, ASlashAtTheEndOfAnIssuerIsNotDoubled) {
  IssuerKeys keys({"https://dev.example/"});
  start(keys);
  EXPECT_EQ(fetches.at(0).url, "https://dev.example/.well-known/openid-configuration");
}

TEST_F(IssuerKeysTest, RefreshesEveryTenMinutesAndFollowsARotation) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  pass(keys, 10min - 1s);
  EXPECT_THAT(fetches, IsEmpty());
  pass(keys, 1s);
  publish(keys, {&first, &second});
  EXPECT_TRUE(in_use(first)) << "the overlap is as long as the issuer says";
  EXPECT_TRUE(in_use(second));
  pass(keys, 10min);
  publish(keys, {&second});
  EXPECT_FALSE(in_use(first));
  EXPECT_EQ(replacements.size(), 3U);
}

TEST_F(IssuerKeysTest, KeysThatAreTheSameReplaceNothing) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first, &second});
  pass(keys, 10min);
  publish(keys, {&second, &first});
  EXPECT_EQ(replacements.size(), 1U);
}

TEST_F(IssuerKeysTest, AnUnknownKeyIsFetchedAtOnceWhenTheLastFetchIsLongAgo) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  pass(keys, 30s);
  keys.want_keys(campus, now, out);
  take();
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0].url, campus_jwks) << "the keys alone";
  answer_ok(keys, jwks_of({&first, &second}));
  EXPECT_TRUE(in_use(second));
}

TEST_F(IssuerKeysTest, AnUnknownKeySoonAfterAFetchWaitsForThirtySeconds) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  pass(keys, 10s);
  keys.want_keys(campus, now, out);
  take();
  EXPECT_THAT(fetches, IsEmpty());
  pass(keys, 20s - 1ms);
  EXPECT_THAT(fetches, IsEmpty());
  pass(keys, 1ms);
  EXPECT_EQ(fetches.size(), 1U);
}

TEST_F(IssuerKeysTest, AStormOfUnknownKeysCausesOneFetchEveryThirtySeconds) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  fetched_at.clear();
  const Instant end = now + 1h;
  std::vector<Instant> key_fetches;
  while (now < end) {
    for (int i = 0; i < 5; ++i) keys.want_keys(campus, now, out);
    take();
    while (!fetches.empty()) {
      const bool is_discovery = fetches.front().url == campus_discovery;
      if (!is_discovery) key_fetches.push_back(now);
      answer_ok(keys, is_discovery ? discovery_of(campus, campus_jwks) : jwks_of({&first}));
    }
    pass(keys, 100ms);
  }
  for (std::size_t i = 1; i < key_fetches.size(); ++i) {
    EXPECT_GE(key_fetches[i] - key_fetches[i - 1], 30s);
  }
  EXPECT_LE(key_fetches.size(), 120U);
  EXPECT_GE(key_fetches.size(), 115U) << "and it does fetch";
  EXPECT_LE(fetched_at.size(), 120U + 6U) << "six refreshes begin with discovery";
}

TEST_F(IssuerKeysTest, WhileAFetchIsInFlightNoneIsAdded) {
  IssuerKeys keys({campus});
  start(keys);
  for (int i = 0; i < 100; ++i) keys.want_keys(campus, now, out);
  take();
  EXPECT_EQ(fetches.size(), 1U);
  keys.want_keys("https://nobody.example", now, out);
  take();
  EXPECT_EQ(fetches.size(), 1U);
}

TEST_F(IssuerKeysTest, AnIssuerThatIsDownKeepsItsKeysForADay) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  answers_nothing = true;
  pass(keys, 24h - 1s);
  EXPECT_TRUE(in_use(first));
  EXPECT_THAT(turns, ElementsAre(::testing::Field(&IssuerTurned::sentence, "refused")));
  EXPECT_EQ(keys.find(campus)->trouble(), "refused");
  pass(keys, 1s);
  EXPECT_FALSE(in_use(first)) << "then nobody vouches for them";
  EXPECT_EQ(replacements.back().keys->size(), 0U);

  answers_nothing = false;
  pass(keys, 30s);
  publish(keys, {&first});
  EXPECT_TRUE(in_use(first));
  ASSERT_EQ(turns.size(), 2U);
  EXPECT_TRUE(turns[1].is_well);
}

TEST_F(IssuerKeysTest, TheDayBeginsAnewWithEveryGoodFetch) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  pass(keys, 10min);
  publish(keys, {&first});
  answers_nothing = true;
  pass(keys, 24h - 1s);
  EXPECT_TRUE(in_use(first));
}

TEST_F(IssuerKeysTest, RetriesSoonAndThenEveryThirtySeconds) {
  IssuerKeys keys({campus});
  answers_nothing = true;
  start(keys);
  answer_all(keys, std::unexpected("refused"));
  pass(keys, 3min);
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < fetched_at.size(); ++i) {
    gaps.push_back(fetched_at[i] - fetched_at[i - 1]);
  }
  EXPECT_THAT(gaps, ElementsAre(2s, 4s, 8s, 16s, 30s, 30s, 30s, 30s, 30s));
}

TEST_F(IssuerKeysTest, AFetchThatIsNeverAnsweredHasFailed) {
  IssuerKeys keys({campus});
  start(keys);
  const Fetch lost = fetches.front();
  fetches.clear();
  pass(keys, 30s);
  EXPECT_EQ(keys.find(campus)->trouble(), "there was no answer in time");
  pass(keys, 2s);
  ASSERT_EQ(fetches.size(), 1U);
  keys.on_fetched(lost.id, FetchedDocument{200, discovery_of(campus, campus_jwks)}, now, out);
  take();
  EXPECT_EQ(fetches.size(), 1U) << "a late answer to another fetch counts for nothing";
}

TEST_F(IssuerKeysTest, RefusesADiscoveryDocumentThatCanNotBeTheIssuers) {
  struct Row {
    std::string_view what;
    std::string body;
  };
  const std::string realm = "https://sso.univ.ac.id/realms/dering";
  const std::vector<Row> rows{
      {"empty", ""},
      {"HTML", "<html>Please wait</html>"},
      {"a list", "[]"},
      {"another realm", discovery_of("https://sso.univ.ac.id/realms/master", campus_jwks)},
      {"a slash more", discovery_of(realm + "/", campus_jwks)},
      {"another case", discovery_of("https://SSO.univ.ac.id/realms/dering", campus_jwks)},
      {"no issuer", R"({"jwks_uri":")" + campus_jwks + R"("})"},
      {"issuer twice",
       R"({"issuer":"x","issuer":")" + realm + R"(","jwks_uri":")" + campus_jwks + R"("})"},
      {"no jwks_uri", R"({"issuer":")" + realm + R"("})"},
      {"jwks_uri 7", R"({"issuer":")" + realm + R"(","jwks_uri":7})"},
      {"jwks_uri on http", discovery_of(realm, "http://sso.univ.ac.id/keys")},
      {"jwks_uri on this machine", discovery_of(realm, "http://127.0.0.1:8080/keys")},
      {"jwks_uri is a file", discovery_of(realm, "file:///etc/shadow")},
      {"jwks_uri is relative", discovery_of(realm, "/keys")},
      {"jwks_uri with a password", discovery_of(realm, "https://a:b@sso.univ.ac.id/keys")},
      {"jwks_uri with a line end", discovery_of(realm, R"(https://sso.univ.ac.id/\r\nX: y)")},
      {"too long", discovery_of(realm, campus_jwks) + std::string(KeySet::most_bytes, ' ')},
  };
  for (const Row& row : rows) {
    IssuerKeys keys({campus});
    fetches.clear();
    start(keys);
    answer_ok(keys, row.body);
    EXPECT_THAT(fetches, IsEmpty()) << row.what;
    EXPECT_NE(keys.find(campus)->trouble(), "") << row.what;
  }
  EXPECT_THAT(replacements, IsEmpty());
}

TEST_F(IssuerKeysTest, AStatusOtherThanOkIsNoAnswer) {
  for (const int status : {0, 201, 204, 301, 302, 304, 404, 500, 503}) {
    IssuerKeys keys({campus});
    fetches.clear();
    start(keys);
    answer(keys, FetchedDocument{status, discovery_of(campus, campus_jwks)});
    EXPECT_THAT(fetches, IsEmpty()) << status;
  }
}

TEST_F(IssuerKeysTest, ABrokenKeySetLeavesTheOldOneInUse) {
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string(R"({"keys":{}})"), std::string("[]"),
        std::string(R"({"keys":[],"keys":[]})"), std::string(KeySet::most_bytes + 1, ' ')}) {
    IssuerKeys keys({campus});
    fetches.clear();
    replacements.clear();
    start(keys);
    publish(keys, {&first});
    pass(keys, 10min);
    answer_ok(keys, discovery_of(campus, campus_jwks));
    answer_ok(keys, body);
    EXPECT_TRUE(in_use(first)) << body.substr(0, 30);
    EXPECT_NE(keys.find(campus)->trouble(), "") << body.substr(0, 30);
  }
}

TEST_F(IssuerKeysTest, AnIssuerThatTakesBackAllItsKeysIsBelieved) {
  IssuerKeys keys({campus});
  start(keys);
  publish(keys, {&first});
  pass(keys, 10min);
  publish(keys, {});
  EXPECT_FALSE(in_use(first));
  ASSERT_EQ(turns.size(), 1U);
  EXPECT_FALSE(turns[0].is_well);
}

TEST_F(IssuerKeysTest, ALocalIssuerMayUseHttpOnThisMachineOnly) {
  const std::string local = "http://localhost:8180/realms/dering";
  for (const auto& [jwks, is_good] :
       {std::pair("http://localhost:8180/keys", true), std::pair("http://127.0.0.1:8180/k", true),
        std::pair("https://sso.univ.ac.id/keys", true),
        std::pair("http://sso.univ.ac.id/keys", false)}) {
    IssuerKeys keys({local});
    fetches.clear();
    start(keys);
    answer_ok(keys, discovery_of(local, jwks));
    EXPECT_EQ(!fetches.empty(), is_good) << jwks;
  }
}

TEST_F(IssuerKeysTest, SeveralIssuersAreFollowedApart) {
  const std::string other = "https://login.faculty.example";
  IssuerKeys keys({campus, other});
  start(keys);
  ASSERT_EQ(fetches.size(), 2U);
  EXPECT_EQ(fetches[1].url, other + "/.well-known/openid-configuration");
  EXPECT_NE(fetches[0].id, fetches[1].id);
  const Fetch others = fetches[1];
  fetches.pop_back();
  publish(keys, {&first});
  keys.on_fetched(others.id, std::unexpected("not resolved"), now, out);
  take();
  EXPECT_EQ(keys.find(campus)->trouble(), "");
  EXPECT_EQ(keys.find(other)->trouble(), "not resolved");

  pass(keys, 2s);
  ASSERT_EQ(fetches.size(), 1U);
  answer_ok(keys, discovery_of(other, other + "/jwks"));
  answer_ok(keys, jwks_of({&second}));
  EXPECT_EQ(replacements.back().issuer, other);
  EXPECT_EQ(replacements.size(), 2U);
  keys.on_fetched(FetchId{~0ULL}, std::unexpected("?"), now, out);
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(IssuerKeysTest, OnlySafeUrlsAreIssuers) {
  for (const auto* url : {"https://sso.example", "https://sso.example/realms/a",
                          "http://localhost:8180/realms/dering", "http://[::1]:1"}) {
    EXPECT_TRUE(is_issuer_url(url)) << url;
  }
  for (const auto* url : {"", "sso.example", "http://sso.example", "https://sso.example/?a",
                          "https://sso.example/#a", "ftp://sso.example"}) {
    EXPECT_FALSE(is_issuer_url(url)) << url;
  }
}

TEST_F(IssuerKeysTest, ARotationReachesTheVerifierWithoutARestart) {
  TokenVerifier verifier({{.url = campus,
                           .name = campus,
                           .audience = "dering-api",
                           .clients = {"dering-web"},
                           .keys = std::make_shared<const KeySet>(),
                           .default_role = Role::user}});
  IssuerKeys keys({campus});
  const auto bring = [&] {
    for (const KeysReplaced& replaced : replacements) {
      verifier.replace_keys(replaced.issuer, replaced.keys);
    }
  };
  const auto token_of = [&](const SigningKey& key) {
    return key.sign(R"({"iss":")" + campus +
                        R"(","sub":"a","aud":"dering-api",)"
                        R"("azp":"dering-web","iat":1900000000,"exp":1900000300})",
                    "JWT");
  };
  const std::string old_token = token_of(first);
  EXPECT_EQ(verifier.issuer_lacking_key(old_token), campus);
  start(keys);
  publish(keys, {&first});
  bring();
  EXPECT_TRUE(verifier.verify(old_token, wall));
  EXPECT_EQ(verifier.issuer_lacking_key(old_token), std::nullopt);

  const std::string new_token = token_of(second);
  ASSERT_EQ(verifier.issuer_lacking_key(new_token), campus);
  pass(keys, 1min);
  keys.want_keys(campus, now, out);
  take();
  answer_ok(keys, jwks_of({&second}));
  bring();
  EXPECT_TRUE(verifier.verify(new_token, wall));
  EXPECT_EQ(verifier.verify(old_token, wall).error(), TokenFault::unknown_key)
      << "a key that went takes its remembered tokens along";
}

}  // namespace
}  // namespace dering::identity
