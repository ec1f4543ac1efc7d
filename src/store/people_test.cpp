// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/random.h"
#include "store/reconciliation.h"
#include "store/store.h"

namespace dering::store {
namespace {

using directory::NumberPlan;
using directory::NumberRange;
using directory::Person;
using directory::Provisioned;
using directory::Reconciled;
using Outcome = Provisioned::Outcome;
using ::testing::HasSubstr;

constexpr auto campus = "https://sso.example/realms/dering";

Person person(std::string subject, std::vector<std::string> groups = {}) {
  Person one;
  one.issuer = campus;
  one.subject = std::move(subject);
  one.username = one.subject;
  one.display_name = "Name of " + one.subject;
  one.groups = std::move(groups);
  return one;
}

/// How many rows this connection has written so far is not to be had from outside; how often the
/// file was changed is: SQLite counts for other connections.
class Watcher {
 public:
  explicit Watcher(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
  }
  ~Watcher() { sqlite3_close(handle_); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  long long version() {
    sqlite3_stmt* query = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle_, "PRAGMA data_version", -1, &query, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(query), SQLITE_ROW);
    const long long version = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return version;
  }

 private:
  ::sqlite3* handle_ = nullptr;
};

class PeopleTest : public ::testing::Test {
 protected:
  PeopleTest() {
    SystemRandom random;
    folder = std::filesystem::path(::testing::TempDir()) / ("people-" + random.token(12));
    std::filesystem::create_directory(folder);
    store = open();
  }
  ~PeopleTest() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  std::unique_ptr<Store> open() const {
    auto opened = Store::open(folder / "db");
    EXPECT_TRUE(opened) << opened.error();
    return std::move(*opened);
  }

  Provisioned seen(const Person& one) {
    auto done = store->provision(one, plan, now);
    EXPECT_TRUE(done) << done.error();
    return done ? *done : Provisioned{};
  }
  std::string number_of(const Person& one) { return seen(one).user.extension; }

  /// A sync whose reading begins a second later.
  Stored<Reconciled> told(std::vector<Person> people, bool is_forced = false) {
    now += UnixSeconds(1);
    return reconcile(*store, {campus, std::move(people), now.count(), is_forced}, plan);
  }
  const directory::User* in_directory(std::string_view subject) {
    snapshot = *store->load_directory();
    return snapshot->by_subject(campus, subject);
  }
  std::vector<Person> many(int count) const {
    std::vector<Person> people;
    for (int i = 0; i < count; ++i) people.push_back(person("p" + std::to_string(i)));
    return people;
  }

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  NumberPlan plan{.usual = {1001, 1003},
                  .groups = {{"/Teknik", "Fakultas Teknik", NumberRange{2100, 2101}}}};
  UnixSeconds now{1'900'000'000};
  directory::DirectorySnapshot snapshot;
};

// ---- at sign-in ---------------------------------------------------------------------------------

TEST_F(PeopleTest, TheFirstSignInGivesANumberAndTheNextOneChangesNothing) {
  const Provisioned first = seen(person("a"));
  EXPECT_EQ(first.outcome, Outcome::added);
  EXPECT_EQ(first.user.extension, "1001");
  EXPECT_EQ(first.user.display_name, "Name of a");
  const Provisioned second = seen(person("a"));
  EXPECT_EQ(second.outcome, Outcome::unchanged);
  EXPECT_EQ(second.user, first.user);
  ASSERT_NE(in_directory("a"), nullptr);
  EXPECT_EQ(*in_directory("a"), first.user);
}

TEST_F(PeopleTest, ASignInThatChangesNothingWritesNothing) {
  seen(person("a"));
  Watcher watcher(folder / "db");
  const long long before = watcher.version();
  seen(person("a"));
  EXPECT_EQ(watcher.version(), before);
  seen(person("b"));
  EXPECT_NE(watcher.version(), before);
}

TEST_F(PeopleTest, LaterSignInsFollowNamesAndUnitButKeepTheNumber) {
  seen(person("a"));
  Person moved = person("a", {"/Teknik/Sipil"});
  moved.username = "ayu";
  moved.display_name = "Ayu\tLestari\xE2\x80\xAE";
  moved.extension = "2101";
  const Provisioned followed = seen(moved);
  EXPECT_EQ(followed.outcome, Outcome::changed);
  EXPECT_EQ(followed.user.username, "ayu");
  EXPECT_EQ(followed.user.display_name, "Ayu Lestari");
  EXPECT_EQ(followed.user.unit, "Fakultas Teknik");
  EXPECT_EQ(followed.user.extension, "1001");
  EXPECT_EQ(*in_directory("a"), followed.user);
}

TEST_F(PeopleTest, WhatATokenIsSilentAboutStays) {
  const directory::User full = seen(person("a", {"/Teknik"})).user;
  Person silent = person("a");
  silent.username = "";
  silent.display_name = "\xE2\x80\xAE";
  const Provisioned again = seen(silent);
  EXPECT_EQ(again.outcome, Outcome::unchanged);
  EXPECT_EQ(again.user, full);
}

TEST_F(PeopleTest, UnusableTextIsRefusedAndNothingIsKept) {
  Person bad = person("a");
  bad.display_name = "\xff";
  EXPECT_EQ(seen(bad).outcome, Outcome::malformed);
  Person of_ours = person("b");
  of_ours.issuer = "";
  EXPECT_EQ(seen(of_ours).outcome, Outcome::malformed);
  EXPECT_TRUE(store->accounts()->empty());
}

TEST_F(PeopleTest, TwoIssuersMayHaveTheSameSubjectAndUserName) {
  ASSERT_TRUE(store->add_account({"", "a", "a", "Local", "", "77", "hash"}));
  Person other = person("a");
  other.issuer = "https://elsewhere";
  EXPECT_EQ(seen(person("a")).outcome, Outcome::added);
  EXPECT_EQ(seen(other).outcome, Outcome::added);
  EXPECT_EQ(store->account_by_username("a")->value().user.extension, "77") << "the built-in one";
  ASSERT_TRUE(store->set_enabled("a", false));
  EXPECT_EQ(seen(person("a")).outcome, Outcome::unchanged) << "that was another a";
}

TEST_F(PeopleTest, WhoWasMadeAnewAtTheIssuerMayHaveTheOldUserName) {
  seen(person("old"));
  Person anew = person("new");
  anew.username = "old";
  EXPECT_EQ(seen(anew).outcome, Outcome::added);
}

// ---- numbers ------------------------------------------------------------------------------------

TEST_F(PeopleTest, NumbersComeFromTheGroupsRangeElseTheUsualOne) {
  EXPECT_EQ(number_of(person("a", {"/Teknik/Sipil"})), "2100");
  EXPECT_EQ(number_of(person("b", {"/Other"})), "1001");
  EXPECT_EQ(number_of(person("c", {"/Teknik"})), "2101");
}

TEST_F(PeopleTest, AFullRangeRefusesAndDoesNotSpillOver) {
  seen(person("a", {"/Teknik"}));
  seen(person("b", {"/Teknik"}));
  const Provisioned third = seen(person("c", {"/Teknik"}));
  EXPECT_EQ(third.outcome, Outcome::range_full);
  EXPECT_FALSE(third.is_welcome());
  EXPECT_EQ(seen(person("a", {"/Teknik"})).outcome, Outcome::unchanged) << "who has one is welcome";
  EXPECT_EQ(store->accounts()->size(), 2U);
}

TEST_F(PeopleTest, TheUsualRangeLeavesTheGroupsNumbersAlone) {
  plan.usual = {2099, 2102};
  EXPECT_EQ(number_of(person("a")), "2099");
  EXPECT_EQ(number_of(person("b")), "2102");
  EXPECT_EQ(seen(person("c")).outcome, Outcome::range_full);
  EXPECT_EQ(number_of(person("d", {"/Teknik"})), "2100");
}

TEST_F(PeopleTest, TheWishedNumberWinsIfItIsFreeAndIsNeverTakenFromSomebody) {
  Person rector = person("rector");
  rector.extension = "1000";
  EXPECT_EQ(number_of(rector), "1000");
  Person thief = person("thief");
  thief.extension = "1000";
  EXPECT_EQ(number_of(thief), "1001");
  EXPECT_EQ(in_directory("rector")->extension, "1000");
  Person feature = person("feature");
  feature.extension = "*43";
  EXPECT_EQ(number_of(feature), "1002");
}

TEST_F(PeopleTest, AWishedNumberInsideARangeIsSteppedOver) {
  Person wish = person("wish");
  wish.extension = "1002";
  seen(wish);
  EXPECT_EQ(number_of(person("a")), "1001");
  EXPECT_EQ(number_of(person("b")), "1003");
}

TEST_F(PeopleTest, ANumberThatAnotherProgramTookMeanwhileIsSteppedOver) {
  EXPECT_EQ(number_of(person("a")), "1001");
  const auto other = open();
  ASSERT_TRUE(other->add_account({"", "s", "local", "Local", "", "1002", "hash"}));
  EXPECT_EQ(number_of(person("b")), "1003");
}

TEST_F(PeopleTest, ARangeUpToTheLargestNumberEnds) {
  plan.usual = {4294967294U, 4294967295U};
  EXPECT_EQ(number_of(person("a")), "4294967294");
  EXPECT_EQ(number_of(person("b")), "4294967295");
  EXPECT_EQ(seen(person("c")).outcome, Outcome::range_full);
}

// ---- by sync ------------------------------------------------------------------------------------

TEST_F(PeopleTest, ASyncAddsChangesDisablesAndEnables) {
  ASSERT_EQ(*told({person("a"), person("b")}), (Reconciled{.added = 2}));
  Person renamed = person("a");
  renamed.display_name = "Ayu";
  EXPECT_EQ(*told({renamed}), (Reconciled{.changed = 1, .disabled = 1}));
  EXPECT_EQ(in_directory("a")->display_name, "Ayu");
  EXPECT_EQ(in_directory("b"), nullptr);
  EXPECT_EQ(*told({renamed}), (Reconciled{.unchanged = 1})) << "disabled once";
  EXPECT_EQ(*told({renamed, person("b")}), (Reconciled{.enabled = 1, .unchanged = 1}));
  ASSERT_NE(in_directory("b"), nullptr);
  EXPECT_EQ(in_directory("b")->extension, "1002") << "the number was kept";
}

TEST_F(PeopleTest, ADisabledUserStaysDisabledAndKeepsTheNumber) {
  told({person("a")});
  told({});
  const Provisioned refused = seen(person("a"));
  EXPECT_EQ(refused.outcome, Outcome::disabled);
  EXPECT_FALSE(refused.is_welcome());
  EXPECT_EQ(in_directory("a"), nullptr);
  Person thief = person("thief");
  thief.extension = "1001";
  EXPECT_EQ(number_of(thief), "1002");
}

TEST_F(PeopleTest, ASyncTouchesOnlyPeopleOfItsIssuer) {
  ASSERT_TRUE(store->add_account({"", "a", "local", "Local", "", "77", "hash"}));
  Person other = person("a");
  other.issuer = "https://elsewhere";
  seen(other);
  ASSERT_TRUE(told({}));
  EXPECT_TRUE(store->account_by_username("local")->value().enabled);
  EXPECT_EQ(seen(other).outcome, Outcome::unchanged);
  Person forged = person("b");
  forged.issuer = "";
  EXPECT_EQ(*told({forged}), (Reconciled{.added = 1})) << "counts as the one who told it";
  EXPECT_NE(in_directory("b"), nullptr);
}

TEST_F(PeopleTest, ASyncThatChangesNothingWritesNothing) {
  plan.usual = {1001, 9999};
  const auto people = many(600);
  ASSERT_EQ(told(people)->added, 600U);
  Watcher watcher(folder / "db");
  const long long before = watcher.version();
  EXPECT_EQ(told(people)->unchanged, 600U);
  EXPECT_EQ(watcher.version(), before);
}

TEST_F(PeopleTest, ASyncSaysTheWholeTruth) {
  seen(person("a", {"/Teknik"}));
  Person bare = person("a");
  bare.display_name = "";
  EXPECT_EQ(told({bare})->changed, 1U);
  EXPECT_EQ(in_directory("a")->display_name, "a");
  EXPECT_EQ(in_directory("a")->unit, "");
}

TEST_F(PeopleTest, WhoSignedInWhileTheIssuerWasReadIsNotMissing) {
  seen(person("a"));
  now += UnixSeconds(1);
  const auto reading_began = now.count();
  now += UnixSeconds(10);
  seen(person("b"));
  EXPECT_EQ(*reconcile(*store, {campus, {}, reading_began}, plan), (Reconciled{.disabled = 1}));
  EXPECT_EQ(in_directory("a"), nullptr);
  EXPECT_NE(in_directory("b"), nullptr);
}

TEST_F(PeopleTest, ASyncOfManyGoesInSteps) {
  plan.usual = {1001, 9999};
  ASSERT_TRUE(told(many(1'200)));
  Reconciliation half(*store, {campus, many(601), now.count() + 1}, plan);
  int steps = 1;
  for (;; ++steps) {
    const auto progress = half.step();
    ASSERT_TRUE(progress) << progress.error();
    if (*progress == Reconciliation::Progress::done) break;
    // In between, people sign in.
    EXPECT_EQ(seen(person("p7")).outcome, Outcome::unchanged);
  }
  EXPECT_GE(steps, 5);
  EXPECT_EQ(half.so_far(), (Reconciled{.disabled = 599, .unchanged = 601}));
}

TEST_F(PeopleTest, ASyncThatWouldDisableMostPeopleChangesNothingUnlessForced) {
  plan.usual = {1001, 9999};
  ASSERT_TRUE(told(many(40)));
  auto few = many(19);
  few.push_back(person("somebody new"));
  const auto refused = told(few);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("21 of 40"));
  EXPECT_EQ(in_directory("somebody new"), nullptr);
  EXPECT_NE(in_directory("p39"), nullptr);
  EXPECT_EQ(told(many(20))->disabled, 20U) << "half is not more than half";
  EXPECT_EQ(*told({}, true), (Reconciled{.disabled = 20}));
}

TEST_F(PeopleTest, ASyncSkipsWhoCanNotBeTakenInAndNeverDisablesThem) {
  seen(person("a"));
  Person bad = person("a");
  bad.display_name = "\xff";
  const auto done = told({bad, person("b"), person("b"), person("c"), person("d")});
  EXPECT_EQ(*done, (Reconciled{.added = 2, .refused = 2})) << "range full, and the malformed one";
  EXPECT_NE(in_directory("a"), nullptr);
}

}  // namespace
}  // namespace dering::store
