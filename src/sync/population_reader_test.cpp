// SPDX-License-Identifier: Apache-2.0
#include "sync/population_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/testing/fake_realm.h"

namespace dering::sync {
namespace {

using directory::Person;
using ::testing::ElementsAre;
using testing::FakeRealm;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using State = PopulationReader::State;
using namespace std::chrono_literals;

class PopulationReaderTest : public ::testing::Test {
 protected:
  PopulationReaderTest() {
    settings.issuer = FakeRealm::issuer;
    settings.client_id = "dering-sync";
    settings.client_secret = "s&cret/é";
  }

  /// Reads to the end, through all pauses.
  State read() {
    reader.emplace(settings, *AdminApi::of_issuer(settings.issuer),
                   std::string(FakeRealm::token_endpoint), FetchId{1}, limits);
    Outbox out;
    reader->start(now, out);
    for (int turns = 0; turns < 10'000; ++turns) {
      const State state = reader->state();
      if (state == State::done || state == State::failed) break;
      if (out.empty()) {
        now = *reader->next_deadline();
        reader->on_time(now, out);
        continue;
      }
      EXPECT_EQ(out.size(), 1U) << "one request at a time";
      const Fetch fetch = std::get<Fetch>(out.front());
      out.clear();
      reader->on_fetched(fetch.id, realm.answer(fetch), now, out);
    }
    if (reader->state() == State::done) people = reader->take_people();
    return reader->state();
  }
  const Person* find(std::string_view subject) const {
    const auto found = std::ranges::find(people, subject, &Person::subject);
    return found == people.end() ? nullptr : &*found;
  }
  /// Answers this once when a URL with that text in it is asked for.
  void once(std::string text, Fetched odd) {
    realm.trick = [text = std::move(text), odd = std::move(odd),
                   is_done = false](const Fetch& fetch) mutable -> std::optional<Fetched> {
      if (is_done || fetch.url.find(text) == std::string::npos) return std::nullopt;
      is_done = true;
      return odd;
    };
  }
  void always(std::string text, Fetched odd) {
    realm.trick = [text = std::move(text),
                   odd = std::move(odd)](const Fetch& fetch) -> std::optional<Fetched> {
      if (fetch.url.find(text) == std::string::npos) return std::nullopt;
      return odd;
    };
  }

  FakeRealm realm;
  Realm settings;
  ReaderLimits limits;
  Instant now{1h};
  std::optional<PopulationReader> reader;
  std::vector<Person> people;
};

// ---- what is read -------------------------------------------------------------------------------

TEST_F(PopulationReaderTest, ReadsAllUsersInPages) {
  realm.add_users(501);
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 501U);
  ASSERT_NE(find("id-user00500"), nullptr);
  EXPECT_EQ(find("id-user00500")->username, "user00500");
  EXPECT_EQ(find("id-user00500")->display_name, "First Last");
  EXPECT_EQ(find("id-user00500")->issuer, FakeRealm::issuer);
  EXPECT_EQ(realm.asked["token"], 1);
  EXPECT_EQ(realm.asked["users"], 4) << "three pages and the one that brings nothing";
}

TEST_F(PopulationReaderTest, WorksForAnyNumberOfUsers) {
  for (const int count : {0, 1, 199, 200, 201, 399, 400}) {
    realm.users.clear();
    realm.add_users(count);
    ASSERT_EQ(read(), State::done) << count << ": " << reader->trouble();
    EXPECT_EQ(people.size(), static_cast<std::size_t>(count));
  }
}

TEST_F(PopulationReaderTest, LeavesOutWhoIsDisabledAndServiceAccounts) {
  realm.users = {{.id = "a", .username = "ayu"},
                 {.id = "b", .username = "budi", .is_enabled = false},
                 {.id = "s", .username = "service-account-dering-sync"}};
  ASSERT_EQ(read(), State::done);
  ASSERT_THAT(people, SizeIs(1));
  EXPECT_EQ(people[0].subject, "a");
}

TEST_F(PopulationReaderTest, MakesOneNameOfTwo) {
  realm.users = {{.id = "a", .username = "ayu", .first_name = "Ayu", .last_name = ""},
                 {.id = "b", .username = "budi", .first_name = "", .last_name = "Budiman"},
                 {.id = "c", .username = "citra", .first_name = "", .last_name = ""}};
  ASSERT_EQ(read(), State::done);
  EXPECT_EQ(find("a")->display_name, "Ayu");
  EXPECT_EQ(find("b")->display_name, "Budiman");
  EXPECT_EQ(find("c")->display_name, "") << "the store falls back to the user name";
}

TEST_F(PopulationReaderTest, ReadsTheExtensionAttributeOnlyIfAskedTo) {
  realm.users = {{.id = "a", .username = "ayu", .extension = "2101"}};
  ASSERT_EQ(read(), State::done);
  EXPECT_EQ(find("a")->extension, "");
  settings.reads_extensions = true;
  ASSERT_EQ(read(), State::done);
  EXPECT_EQ(find("a")->extension, "2101");
}

TEST_F(PopulationReaderTest, ReadsMembersOfTheConfiguredGroupsAndOfThoseBelow) {
  realm.add_users(450);
  std::vector<std::string> all;
  for (const auto& user : realm.users) all.push_back(user.id);
  realm.groups = {{.id = "g1", .path = "/Fakultas Teknik", .members = all},
                  {.id = "g2", .path = "/Fakultas Teknik/Sipil", .members = {"id-user00007"}},
                  {.id = "g3", .path = "/Fakultas Teknik/Sipil/S1", .members = {"id-user00008"}},
                  {.id = "g4", .path = "/Other", .members = {"id-user00007"}}};
  settings.groups = {"/Fakultas Teknik", "/Fakultas Teknik/Sipil"};
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_THAT(find("id-user00000")->groups, ElementsAre("/Fakultas Teknik"));
  EXPECT_THAT(find("id-user00449")->groups, ElementsAre("/Fakultas Teknik"));
  EXPECT_THAT(find("id-user00007")->groups,
              ElementsAre("/Fakultas Teknik", "/Fakultas Teknik/Sipil"));
  EXPECT_THAT(find("id-user00008")->groups,
              ElementsAre("/Fakultas Teknik", "/Fakultas Teknik/Sipil/S1"));
  EXPECT_EQ(realm.asked["members"], 5) << "three pages, and each group below once";
}

TEST_F(PopulationReaderTest, PassesOverGroupsThatAreNotThereAndMembersItDidNotSee) {
  realm.add_users(1);
  realm.groups = {{.id = "g", .path = "/A", .members = {"stranger", "id-user00000"}}};
  settings.groups = {"/Gone", "/A"};
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 1U);
  EXPECT_THAT(people[0].groups, ElementsAre("/A"));
  once("/groups/g/members", FetchedDocument{404, "{}"});
  ASSERT_EQ(read(), State::done) << "removed just now";
  EXPECT_THAT(people[0].groups, IsEmpty());
}

// ---- what goes wrong ----------------------------------------------------------------------------

TEST_F(PopulationReaderTest, TakesANewTokenWhenTheOldOneExpiresInTheMiddle) {
  realm.add_users(1'000);
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("first=398") != std::string::npos) realm.token = "token-2";
    if (fetch.url.find("first=796") != std::string::npos) realm.token = "token-3";
    return std::nullopt;
  };
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 1'000U);
  EXPECT_EQ(realm.asked["token"], 3);
}

TEST_F(PopulationReaderTest, GivesUpWhenANewTokenDoesNotHelp) {
  always("/users", FetchedDocument{401, ""});
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("401"));
  EXPECT_LE(realm.asked["token"], 2);
}

TEST_F(PopulationReaderTest, SaysThatTheSecretIsWrongWithoutTheSecret) {
  settings.client_secret = "wrong-secret";
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("dering-sync"));
  EXPECT_THAT(reader->trouble(), HasSubstr("unauthorized_client"));
  EXPECT_THAT(reader->trouble(), Not(HasSubstr("wrong-secret")));
  EXPECT_THAT(realm.fetches, SizeIs(1)) << "asking again would lock the client out";
}

TEST_F(PopulationReaderTest, SaysWhichRolesAreMissing) {
  always("/users/count", FetchedDocument{403, "{}"});
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("view-users"));
}

TEST_F(PopulationReaderTest, WaitsLongerAndLongerForAServerThatIsBusy) {
  realm.add_users(3);
  int left = 4;
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("/users?") == std::string::npos || left == 0) return std::nullopt;
    --left;
    return left % 2 ? Fetched(FetchedDocument{429, ""}) : Fetched(FetchedDocument{503, ""});
  };
  const Instant before = now;
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(now - before, 1s + 2s + 4s + 8s);
  EXPECT_EQ(people.size(), 3U);
}

TEST_F(PopulationReaderTest, GivesUpOnAServerThatStaysBusyOrSilent) {
  always("/users/count", FetchedDocument{503, ""});
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("503"));
  EXPECT_THAT(realm.fetches, SizeIs(1 + limits.tries));
  always("/token", std::unexpected("nobody listens there\n"));
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("nobody listens there\\"));
}

TEST_F(PopulationReaderTest, AsksAgainWhenNoAnswerComesAndPassesOverTheLateOne) {
  reader.emplace(settings, *AdminApi::of_issuer(settings.issuer),
                 std::string(FakeRealm::token_endpoint), FetchId{10}, limits);
  Outbox out;
  reader->start(now, out);
  const Fetch first = std::get<Fetch>(out.at(0));
  EXPECT_EQ(first.id, FetchId{10});
  out.clear();
  now += limits.answer;
  reader->on_time(now, out);
  EXPECT_THAT(out, IsEmpty());
  reader->on_fetched(first.id, realm.answer(first), now, out);
  EXPECT_THAT(out, IsEmpty()) << "too late";
  reader->on_time(*reader->next_deadline(), out);
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_EQ(std::get<Fetch>(out.at(0)).id, FetchId{11});
}

TEST_F(PopulationReaderTest, RefusesWhatIsNotTheExpectedJson) {
  realm.add_users(300);
  realm.groups = {{.id = "g", .path = "/A"}};
  settings.groups = {"/A"};
  for (const auto* place : {"/token", "/users/count", "first=0", "first=199", "/group-by-path/A",
                            "/groups/g/members", "/groups/g/children"}) {
    for (const auto* body : {"", "<html>", "{\"a\":", "7x", "\"text\""}) {
      always(place, FetchedDocument{200, body});
      EXPECT_EQ(read(), State::failed) << place << ' ' << body;
      EXPECT_THAT(reader->trouble(), Not(IsEmpty()));
    }
  }
}

TEST_F(PopulationReaderTest, RefusesAnyOtherStatus) {
  for (const int status : {204, 301, 302, 400, 404, 418}) {
    always("/users/count", FetchedDocument{status, "[]"});
    EXPECT_EQ(read(), State::failed) << status;
  }
}

TEST_F(PopulationReaderTest, RefusesAPageThatRepeatsForEver) {
  realm.add_users(1'000);
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("/users?") == std::string::npos) return std::nullopt;
    std::string page = "[";
    for (int i = 0; i < 200; ++i) page += fmt::format(R"({}{{"id":"{}"}})", i ? "," : "", i);
    return FetchedDocument{200, page + "]"};
  };
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("kept changing"));
  EXPECT_LE(realm.fetches.size(), 20U);
}

TEST_F(PopulationReaderTest, RefusesAUserThatIsListedTwice) {
  always("/users?", FetchedDocument{200, R"([{"id":"a"},{"id":"a"}])"});
  EXPECT_EQ(read(), State::failed);
}

TEST_F(PopulationReaderTest, RefusesMoreUsersThanAreAllowed) {
  limits.people = 300;
  realm.add_users(301);
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("301 users, 300 are allowed"));
  EXPECT_EQ(realm.asked["users"], 0);
  once("/users/count", FetchedDocument{200, "1"});
  EXPECT_EQ(read(), State::failed) << "counted as one";
  EXPECT_THAT(reader->trouble(), HasSubstr("more than 300"));
}

TEST_F(PopulationReaderTest, ReadsAgainWhenAUserIsRemovedMeanwhile) {
  realm.add_users(600);
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    const bool is_second_page = fetch.url.find("users?first=199") != std::string::npos;
    if (is_second_page && realm.users.size() == 600) realm.users.erase(realm.users.begin() + 5);
    return std::nullopt;
  };
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 599U) << "user 200 was not skipped";
  EXPECT_EQ(realm.asked["count"], 2);
}

TEST_F(PopulationReaderTest, ReadsAgainWhenUsersAreAddedInFrontMeanwhile) {
  realm.add_users(600);
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    const bool is_third_page = fetch.url.find("users?first=398") != std::string::npos;
    if (is_third_page && realm.users.size() == 600) {
      realm.users.insert(realm.users.begin(), {.id = "new", .username = "aaa"});
    }
    return std::nullopt;
  };
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 601U);
}

TEST_F(PopulationReaderTest, TakesInWhoIsAddedAtTheEndMeanwhile) {
  realm.add_users(300);
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("users?first=199") != std::string::npos && realm.users.size() == 300) {
      realm.users.push_back({.id = "new", .username = "zzz"});
    }
    return std::nullopt;
  };
  ASSERT_EQ(read(), State::done) << reader->trouble();
  EXPECT_EQ(people.size(), 301U);
  EXPECT_EQ(realm.asked["count"], 1);
}

TEST_F(PopulationReaderTest, RefusesToBelieveAListThatIsShorterThanTheCount) {
  realm.add_users(10);
  always("/users/count", FetchedDocument{200, "5000"});
  EXPECT_EQ(read(), State::failed) << "the other 4,990 would be disabled";
  EXPECT_THAT(reader->trouble(), HasSubstr("10 of 5000"));
}

TEST_F(PopulationReaderTest, FollowsNoGroupTwiceAndNotForEver) {
  realm.add_users(1);
  realm.groups = {{.id = "g", .path = "/A"}};
  settings.groups = {"/A"};
  always("/children", FetchedDocument{200, R"([{"id":"g","name":"A"}])"});
  EXPECT_EQ(read(), State::done) << "a group below itself";

  int made = 0;
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("/members") != std::string::npos) return FetchedDocument{200, "[]"};
    if (fetch.url.find("/children") == std::string::npos) return std::nullopt;
    return FetchedDocument{200, fmt::format(R"([{{"id":"n{}","name":"A"}}])", ++made)};
  };
  EXPECT_EQ(read(), State::done) << "without end, but only so deep";
  EXPECT_EQ(made, static_cast<int>(limits.depth) + 1);

  limits.groups = 50;
  realm.trick = [&](const Fetch& fetch) -> std::optional<Fetched> {
    if (fetch.url.find("/members") != std::string::npos) return FetchedDocument{200, "[]"};
    if (fetch.url.find("/children") == std::string::npos) return std::nullopt;
    std::string page = "[";
    for (int i = 0; i < 10; ++i) {
      page += fmt::format(R"({}{{"id":"m{}","name":"A"}})", i ? "," : "", ++made);
    }
    return FetchedDocument{200, page + "]"};
  };
  EXPECT_EQ(read(), State::failed);
  EXPECT_THAT(reader->trouble(), HasSubstr("too many groups"));
}

TEST_F(PopulationReaderTest, SendsTheTokenToTheAdminApiAndTheSecretToTheTokenEndpointOnly) {
  realm.add_users(1);
  ASSERT_EQ(read(), State::done);
  for (const Fetch& fetch : realm.fetches) {
    const bool is_to_token_endpoint = fetch.url == FakeRealm::token_endpoint;
    EXPECT_EQ(FakeRealm::field(fetch, "Authorization").starts_with("Basic "), is_to_token_endpoint);
    EXPECT_THAT(fetch.url, Not(HasSubstr("cret")));
    EXPECT_LE(fetch.most_bytes, 8U * 1024 * 1024);
    EXPECT_GT(fetch.most_bytes, 0U);
  }
}

}  // namespace
}  // namespace dering::sync
