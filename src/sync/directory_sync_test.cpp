// SPDX-License-Identifier: Apache-2.0
#include "sync/directory_sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/testing/fake_realm.h"

namespace dering::sync {
namespace {

using directory::Reconciled;
using directory::SyncState;
using testing::FakeRealm;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Phase = SyncState::Phase;
using namespace std::chrono_literals;

class DirectorySyncTest : public ::testing::Test {
 protected:
  DirectorySyncTest() {
    realm.add_users(3);
    out.reserve(8);
  }

  static Realm settings() {
    return {.issuer = std::string(FakeRealm::issuer),
            .client_id = "dering-sync",
            .client_secret = "s&cret/é"};
  }
  void begin() { sync.on_token_endpoint(std::string(FakeRealm::token_endpoint), moment, out); }
  void pass(std::chrono::seconds time) {
    moment.now += time;
    moment.wall += time;
  }
  /// Answers everything that is asked for until the people are to be applied, or nothing is asked.
  std::optional<Apply> run() {
    while (!out.empty()) {
      const Output first = std::move(out.front());
      out.erase(out.begin());
      if (const auto* apply = std::get_if<Apply>(&first)) return *apply;
      const Fetch& fetch = std::get<Fetch>(first);
      EXPECT_GT(fetch.id, newest_fetch) << "an id that was used before";
      newest_fetch = fetch.id;
      sync.on_fetched(fetch.id, realm.answer(fetch), moment, out);
    }
    return std::nullopt;
  }
  /// Lets the time pass that the sync wants to wait for.
  std::chrono::seconds wait() {
    const auto time =
        std::chrono::duration_cast<std::chrono::seconds>(*sync.next_deadline() - moment.now);
    pass(time);
    sync.on_time(moment, out);
    return time;
  }
  void refuse_client() {
    realm.trick = [](const Fetch&) { return Fetched(FetchedDocument{401, "{}"}); };
  }

  FakeRealm realm;
  DirectorySync sync{settings(), *AdminApi::of_issuer(FakeRealm::issuer), FetchId{100}};
  Moment moment{Instant{1h}, UnixSeconds{1'900'000'000}};
  Outbox out;
  FetchId newest_fetch{99};
};

TEST_F(DirectorySyncTest, WaitsUntilTheIssuerIsKnownThenBegins) {
  EXPECT_EQ(sync.next_deadline(), std::nullopt);
  sync.start(false, moment, out);
  sync.want(moment, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(sync.state().phase, Phase::idle);
  EXPECT_EQ(sync.state().issuer, FakeRealm::issuer);
  begin();
  EXPECT_EQ(sync.state().phase, Phase::running);
  EXPECT_EQ(sync.state().started_at, 1'900'000'000);
  const auto apply = run();
  ASSERT_TRUE(apply);
  EXPECT_EQ(apply->population.issuer, FakeRealm::issuer);
  EXPECT_EQ(apply->population.as_of, 1'900'000'000);
  EXPECT_FALSE(apply->population.is_forced);
  EXPECT_THAT(apply->population.people, SizeIs(3));
}

TEST_F(DirectorySyncTest, RunsEvery15MinutesAndTellsWhatItDid) {
  begin();
  ASSERT_TRUE(run());
  EXPECT_EQ(sync.next_deadline(), std::nullopt) << "until the store is done";
  pass(2s);
  sync.on_applied(Reconciled{.added = 3}, moment);
  EXPECT_EQ(sync.state().phase, Phase::idle);
  EXPECT_EQ(sync.state().done.added, 3U);
  EXPECT_EQ(sync.state().finished_at, 1'900'000'002);
  EXPECT_EQ(wait(), 15min);
  EXPECT_EQ(sync.state().phase, Phase::running);
  EXPECT_TRUE(run());
}

TEST_F(DirectorySyncTest, IsStartedByHandButOnlyOnceAtATime) {
  begin();
  ASSERT_TRUE(run());
  sync.start(false, moment, out);
  EXPECT_TRUE(out.empty()) << "the store is still busy";
  sync.on_applied(Reconciled{}, moment);
  pass(1s);
  sync.start(false, moment, out);
  EXPECT_THAT(out, SizeIs(1));
  sync.start(false, moment, out);
  EXPECT_THAT(out, SizeIs(1));
}

TEST_F(DirectorySyncTest, IsForcedOnceIfItIsMeant) {
  begin();
  sync.start(true, moment, out);
  auto apply = run();
  ASSERT_TRUE(apply);
  EXPECT_TRUE(apply->population.is_forced);
  sync.on_applied(Reconciled{}, moment);
  wait();
  apply = run();
  ASSERT_TRUE(apply);
  EXPECT_FALSE(apply->population.is_forced);
}

TEST_F(DirectorySyncTest, IsWantedAtMostOnceAMinute) {
  begin();
  ASSERT_TRUE(run());
  sync.on_applied(Reconciled{}, moment);
  pass(59s);
  sync.want(moment, out);
  EXPECT_TRUE(out.empty());
  pass(1s);
  sync.want(moment, out);
  EXPECT_THAT(out, SizeIs(1));
}

TEST_F(DirectorySyncTest, AppliesNothingWhenTheReadingFailsAndRetriesMoreAndMoreSeldom) {
  refuse_client();
  begin();
  EXPECT_FALSE(run());
  EXPECT_EQ(sync.state().phase, Phase::failed);
  EXPECT_THAT(sync.state().error, HasSubstr("dering-sync"));
  for (const auto expected : {1min, 2min, 4min, 8min, 15min, 15min}) {
    EXPECT_EQ(wait(), expected);
    EXPECT_FALSE(run());
  }
  realm.trick = nullptr;
  wait();
  ASSERT_TRUE(run());
  sync.on_applied(Reconciled{.unchanged = 3}, moment);
  EXPECT_EQ(sync.state().phase, Phase::idle);
  EXPECT_EQ(sync.state().error, "");
  refuse_client();
  EXPECT_EQ(wait(), 15min);
  EXPECT_FALSE(run());
  EXPECT_EQ(wait(), 1min) << "begins anew";
}

TEST_F(DirectorySyncTest, ReportsWhatTheStoreRefused) {
  begin();
  ASSERT_TRUE(run());
  sync.on_applied(std::unexpected("would disable 30 of 40 people"), moment);
  EXPECT_EQ(sync.state().phase, Phase::failed);
  EXPECT_EQ(sync.state().error, "would disable 30 of 40 people");
  EXPECT_EQ(sync.state().done, Reconciled{});
}

TEST_F(DirectorySyncTest, GivesUpOnAReadingThatTakesTooLong) {
  realm.add_users(2'000);
  begin();
  for (int i = 0; i < 2'000 && sync.state().phase == Phase::running; ++i) {
    ASSERT_FALSE(out.empty());
    const Fetch fetch = std::get<Fetch>(out.front());
    out.clear();
    pass(29s);
    sync.on_time(moment, out);
    // A server that gives one user at a time.
    Fetch slow = fetch;
    if (const auto at = slow.url.find("max=200"); at != std::string::npos) {
      slow.url.replace(at, 7, "max=2");
    }
    sync.on_fetched(fetch.id, realm.answer(slow), moment, out);
  }
  EXPECT_EQ(sync.state().phase, Phase::failed);
  EXPECT_THAT(sync.state().error, HasSubstr("15 minutes"));
}

TEST_F(DirectorySyncTest, PassesOverAnswersThatBelongToAnEarlierRun) {
  begin();
  const Fetch old = std::get<Fetch>(out.front());
  out.clear();
  refuse_client();
  sync.on_fetched(old.id, realm.answer(old), moment, out);
  ASSERT_EQ(sync.state().phase, Phase::failed);
  realm.trick = nullptr;
  wait();
  ASSERT_THAT(out, SizeIs(1));
  out.clear();
  sync.on_fetched(old.id, FetchedDocument{401, "{}"}, moment, out);
  EXPECT_EQ(sync.state().phase, Phase::running);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace dering::sync
