// SPDX-License-Identifier: Apache-2.0
#include "api/event_hub.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using directory::Presence;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const std::pair<std::string, std::string> ready{"ready", "{}"};
const std::pair<std::string, std::string> ended{"session", R"({"state":"ended"})"};
const std::pair<std::string, std::string> refresh{"session", R"({"state":"refresh"})"};

class StreamTest : public World {
 protected:
  net::HttpResponse directory_as(const std::string& token, const std::string& known = "") {
    net::HttpFields fields = bearer(token);
    if (!known.empty()) fields.emplace_back("If-None-Match", known);
    return get("/api/v1/directory", {}, fields);
  }
};

TEST_F(StreamTest, AStreamBeginsWithReadyAndGoesOnWithDifferences) {
  const auto stream = stream_as(access_token_for("ayu"));
  ASSERT_TRUE(stream);
  EXPECT_THAT(stream->events, ElementsAre(ready));

  api.on_presence("1002", Presence::in_call);
  api.on_presence("1002", Presence::in_call);
  add("citra", "Citra");
  reload();
  reload();
  ASSERT_TRUE(store->set_enabled("citra", false));
  reload();
  EXPECT_THAT(stream->events,
              ElementsAre(ready, Pair("presence", R"({"extension":"1002","presence":"in_call"})"),
                          Pair("person", R"({"extension":"1003","name":"Citra","unit":"Library",)"
                                         R"("presence":"offline"})"),
                          Pair("person-gone", R"({"extension":"1003"})")));
}

TEST_F(StreamTest, AWeakLineIsToldToItsPersonAlone) {
  const auto ayu = stream_as(access_token_for("ayu"));
  const auto budi = stream_as(access_token_for("budi"));
  using Whose = directory::LineChanged::Whose;
  api.on_line({"1001", Whose::ours, true});
  api.on_line({"1001", Whose::theirs, false});
  api.on_line({"9999", Whose::ours, true});
  EXPECT_THAT(ayu->events, ElementsAre(ready, Pair("line", R"({"whose":"ours","weak":true})"),
                                       Pair("line", R"({"whose":"theirs","weak":false})")));
  EXPECT_THAT(budi->events, ElementsAre(ready));
}

TEST_F(StreamTest, WhoeverTalksIsToldThatTheOtherOneIsAway) {
  const auto ayu = stream_as(access_token_for("ayu"));
  const auto budi = stream_as(access_token_for("budi"));
  using directory::LineChanged;
  for (const auto away :
       {LineChanged::Away::unreached, LineChanged::Away::unheard, LineChanged::Away::no}) {
    api.on_line({"1001", LineChanged::Whose::theirs, false, away, "1002"});
  }
  EXPECT_THAT(ayu->events,
              ElementsAre(ready, Pair("away", R"({"extension":"1002","away":"unreached"})"),
                          Pair("away", R"({"extension":"1002","away":"unheard"})"),
                          Pair("away", R"({"extension":"1002","away":"no"})")));
  EXPECT_THAT(budi->events, ElementsAre(ready));
}

TEST_F(StreamTest, ParkedCallsAreToldToWhoParkedThemAndToTheirNextPage) {
  const auto ayu = stream_as(access_token_for("ayu"));
  const auto budi = stream_as(access_token_for("budi"));
  api.on_parking({"1001", {{"71", "1002", "Budi"}, {"72", "", ""}}});
  const auto parked =
      Pair("parking", R"({"calls":[{"place":"71","extension":"1002","name":"Budi"},)"
                      R"({"place":"72","extension":"","name":""}]})");
  EXPECT_THAT(ayu->events, ElementsAre(ready, parked));
  const auto again = stream_as(access_token_for("ayu"));
  EXPECT_THAT(again->events, ElementsAre(ready, parked));
  api.on_parking({"1001", {}});
  EXPECT_THAT(again->events.back(), Pair("parking", R"({"calls":[]})"));
  EXPECT_THAT(stream_as(access_token_for("ayu"))->events, ElementsAre(ready));
  EXPECT_THAT(budi->events, ElementsAre(ready));
}

TEST_F(StreamTest, AnotherNameIsToldWithThePresenceThatHolds) {
  provision("rara");
  const auto stream = stream_as(access_token_for("ayu"));
  api.on_presence("1003", Presence::available);
  ASSERT_TRUE(store->provision({.issuer = std::string(sso),
                                .subject = "rara",
                                .username = "rara",
                                .display_name = "Rara Sari",
                                .groups = {},
                                .extension = ""},
                               {}, now));
  reload();
  EXPECT_THAT(stream->events.back(),
              Pair("person", R"({"extension":"1003","name":"Rara Sari","unit":"",)"
                             R"("presence":"available"})"));
}

TEST_F(StreamTest, TheDirectoryIsFetchedAgainOnlyWhenItHasChanged) {
  const std::string token = access_token_for("ayu");
  const auto first = directory_as(token);
  const std::string etag = field_of(first, "ETag");
  EXPECT_EQ(etag.size(), 24U);
  EXPECT_EQ(field_of(first, "Cache-Control"), "no-store");

  const auto same = directory_as(token, etag);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(field_of(same, "ETag"), etag);
  EXPECT_EQ(directory_as(token, "\"other\"").status, 200);

  api.on_presence("1002", Presence::available);
  const auto changed = directory_as(token, etag);
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body, HasSubstr(R"("extension":"1002","name":"Budi","unit":"Library",)"
                                      R"("presence":"available")"));
  api.on_presence("1002", Presence::offline);
  EXPECT_EQ(directory_as(token, etag).status, 304) << "as it was before";
}

TEST_F(StreamTest, AStreamEndsHalfAMinuteAfterItsToken) {
  const auto stream = stream_as(access_token_for("ayu"));
  now += std::chrono::seconds(329);
  api.on_time(now);
  EXPECT_FALSE(stream->is_closed);
  now += std::chrono::seconds(1);
  api.on_time(now);
  EXPECT_TRUE(stream->is_closed);
  EXPECT_THAT(stream->events, ElementsAre(ready)) << "the page knows when its token ends";
}

TEST_F(StreamTest, AStreamEndsWithItsUserAndSaysSo) {
  const auto ayus = stream_as(access_token_for("ayu"));
  const auto budis = stream_as(access_token_for("budi"));
  ASSERT_TRUE(store->set_enabled("ayu", false));
  reload();
  EXPECT_TRUE(ayus->is_closed);
  EXPECT_EQ(ayus->events.back(), ended);
  EXPECT_FALSE(budis->is_closed);
  EXPECT_THAT(budis->events.back(), Pair("person-gone", R"({"extension":"1001"})"));
}

TEST_F(StreamTest, TheEleventhStreamOfAUserClosesTheFirst) {
  const std::string token = access_token_for("ayu");
  const auto budis = stream_as(access_token_for("budi"));
  std::vector<std::shared_ptr<FakeStream>> streams;
  for (int i = 0; i < 11; ++i) streams.push_back(stream_as(token));
  EXPECT_TRUE(streams[0]->is_closed);
  EXPECT_FALSE(streams[1]->is_closed);
  EXPECT_FALSE(streams[10]->is_closed);
  EXPECT_FALSE(budis->is_closed);
}

// ---- the hub by itself --------------------------------------------------------------------------

directory::DirectorySnapshot people(unsigned count, const std::string& unit = "") {
  std::vector<directory::User> users;
  for (unsigned i = 0; i < count; ++i) {
    const std::string number = std::to_string(1001 + i);
    users.push_back({directory::UserId{i + 1}, "", "subject " + number, number, "Name " + number,
                     unit, number});
  }
  return std::make_shared<const directory::Directory>(std::move(users),
                                                      std::vector<directory::DeviceCredential>());
}

identity::TokenClaims claims_of(const std::string& subject, const std::string& sid,
                                std::int64_t issued_at = 50) {
  return {.issuer = "", .subject = subject, .sid = sid, .issued_at = issued_at, .expires_at = 90};
}

TEST(EventHubTest, AReaderThatIsGoneIsForgottenAndAFullHubSaysSo) {
  EventHub hub({.streams = 2, .streams_per_user = 2, .extensions = 1});
  const auto stays = std::make_shared<FakeStream>();
  const auto goes = std::make_shared<FakeStream>();
  hub.open(claims_of("1", "a"), stays, UnixSeconds(100));
  hub.open(claims_of("2", "b"), goes, UnixSeconds(100));
  EXPECT_TRUE(hub.is_full());
  goes->is_gone = true;
  hub.on_presence("1", Presence::available);
  EXPECT_EQ(hub.streams(), 1U);
  EXPECT_FALSE(hub.is_full());
}

/// A stream that keeps count like the edge's does: past the cap its reader is too slow.
struct QueueStream final : net::EventStream {
  bool send(std::string_view event, std::string_view data) override {
    queued += event.size() + data.size();
    return queued < 256 * 1024;
  }
  void close() override {}
  std::size_t queued = 0;
};

TEST(EventHubTest, AFirstSyncOfFiveThousandPeopleFitsIntoEveryQueue) {
  EventHub hub;
  hub.on_directory_changed(people(1));
  const auto stream = std::make_shared<QueueStream>();
  hub.open(claims_of("subject 1001", "a"), stream, UnixSeconds(100));
  hub.on_directory_changed(people(5'000));
  hub.on_directory_changed(people(5'000, "Library"));
  hub.on_directory_changed(people(5'000, "Library"));
  EXPECT_EQ(hub.streams(), 1U);
  EXPECT_LT(stream->queued, 100U);
  EXPECT_GT(hub.directory_page().json.size(), 256U * 1024U) << "what streams were sent before";
}

TEST(EventHubTest, ChangesUpToTheCapAreToldOneByOne) {
  EventHub hub({.changes = 3});
  hub.on_directory_changed(people(1));
  const auto stream = std::make_shared<FakeStream>();
  hub.open(claims_of("subject 1001", "a"), stream, UnixSeconds(100));
  hub.on_directory_changed(people(4));
  EXPECT_EQ(stream->events.size(), 4U);
  EXPECT_EQ(stream->events.back().first, "person");
  hub.on_directory_changed(people(8));
  EXPECT_EQ(stream->events.size(), 5U);
  EXPECT_EQ(stream->events.back(), ready);
}

class SignedOutTest : public ::testing::Test {
 protected:
  SignedOutTest() { hub.on_directory_changed(people(2)); }
  std::shared_ptr<FakeStream> stream(const std::string& subject, const std::string& sid,
                                     std::int64_t issued_at = 50) {
    auto opened = std::make_shared<FakeStream>();
    hub.open(claims_of(subject, sid, issued_at), opened, UnixSeconds(1'000));
    opened->events.clear();
    return opened;
  }
  EventHub hub;
};

TEST_F(SignedOutTest, TheStreamsOfTheSignInEndAndOthersOfTheUserAreAskedForAFreshToken) {
  const auto gone = stream("subject 1001", "a");
  const auto other = stream("subject 1001", "b");
  const auto fresh = stream("subject 1001", "c", 60);
  const auto someone = stream("subject 1002", "a");
  hub.on_signed_out({.issuer = "", .subject = "subject 1001", .sid = "a", .issued_at = 60},
                    UnixSeconds(60));
  EXPECT_TRUE(gone->is_closed);
  EXPECT_THAT(gone->events, ElementsAre(ended));
  EXPECT_FALSE(other->is_closed);
  EXPECT_THAT(other->events, ElementsAre(refresh));
  EXPECT_THAT(fresh->events, IsEmpty());
  EXPECT_THAT(someone->events, IsEmpty());

  hub.on_time(UnixSeconds(89));
  EXPECT_FALSE(other->is_closed);
  hub.on_time(UnixSeconds(90));
  EXPECT_TRUE(other->is_closed) << "it had half a minute to come back";
  EXPECT_FALSE(fresh->is_closed);
  EXPECT_FALSE(someone->is_closed);
}

TEST_F(SignedOutTest, WithoutASignInAllOfTheUserEnds) {
  const auto one = stream("subject 1001", "a");
  const auto two = stream("subject 1001", "");
  const auto later = stream("subject 1001", "c", 61);
  const auto someone = stream("subject 1002", "d");
  hub.on_signed_out({.issuer = "", .subject = "subject 1001", .sid = "", .issued_at = 60},
                    UnixSeconds(60));
  EXPECT_THAT(one->events, ElementsAre(ended));
  EXPECT_THAT(two->events, ElementsAre(ended));
  EXPECT_FALSE(later->is_closed);
  EXPECT_THAT(someone->events, IsEmpty());
}

TEST_F(SignedOutTest, WithoutAUserOnlyThatSignInEnds) {
  const auto gone = stream("subject 1001", "a");
  const auto other = stream("subject 1001", "b");
  hub.on_signed_out({.issuer = "", .subject = "", .sid = "a", .issued_at = 60}, UnixSeconds(60));
  EXPECT_THAT(gone->events, ElementsAre(ended));
  EXPECT_THAT(other->events, IsEmpty());
}

TEST_F(SignedOutTest, AnotherIssuersSignInOfTheSameNameIsNotTouched) {
  const auto stays = stream("subject 1001", "a");
  hub.on_signed_out(
      {.issuer = "https://sso.example", .subject = "subject 1001", .sid = "a", .issued_at = 60},
      UnixSeconds(60));
  EXPECT_THAT(stays->events, IsEmpty());
}

}  // namespace
}  // namespace dering::api
