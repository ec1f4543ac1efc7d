// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "base/random.h"
#include "base/text.h"
#include "directory/history.h"
#include "identity/password.h"
#include "store/accounts.h"
#include "store/history_query.h"
#include "store/key_file.h"

namespace dering::store {
namespace {

using directory::StoredBinding;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A folder that is gone after the test.
class Folder {
 public:
  Folder() {
    SystemRandom random;
    path_ = std::filesystem::path(::testing::TempDir()) / ("dering test=" + random.token(12));
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// What another program reads there: each row as its columns with '|' between.
std::vector<std::string> rows_of(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  std::vector<std::string> found;
  const auto keep = [](void* where, int count, char** values, char**) {
    std::string row;
    for (int i = 0; i < count; ++i) row += (i ? "|" : "") + std::string(values[i]);
    static_cast<std::vector<std::string>*>(where)->push_back(row);
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), keep, &found, nullptr), SQLITE_OK) << sql;
  sqlite3_close(database);
  return found;
}

std::unique_ptr<Store> store_at(const std::filesystem::path& file) {
  auto store = Store::open(file);
  EXPECT_TRUE(store) << store.error();
  return std::move(*store);
}

NewAccount account(std::string username, std::string extension = "") {
  return {.issuer = "",
          .subject = "subject of " + username,
          .username = username,
          .display_name = "Name of " + username,
          .unit = "Library",
          .extension = std::move(extension),
          .password_hash = "hash"};
}

StoredBinding binding(std::string contact, std::int64_t expires_at) {
  return {.extension = "1001",
          .contact_uri = std::move(contact),
          .instance = "<urn:uuid:1>",
          .reg_id = 4'000'000'000U,
          .call_id = "c",
          .cseq = 4'294'967'295U,
          .transport = "udp",
          .remote = "192.0.2.1:5060",
          .local = "198.51.100.7:5060",
          .user_agent = "phone",
          .path = "<sip:edge@192.0.2.2;lr>",
          .expires_at = expires_at};
}

directory::CallRecord call(std::string id, std::string caller, std::string callee) {
  return {.call_id = std::move(id),
          .caller = std::move(caller),
          .callee = std::move(callee),
          .started_at = 1'800'000'000,
          .duration_ms = 1'500,
          .outcome = "answered"};
}

class StoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> store = store_at(":memory:");
};

TEST_F(StoreTest, AnAccountIsFoundByNameAndById) {
  const auto added = store->add_account(account("ayu"));
  ASSERT_TRUE(added) << added.error();
  const auto found = store->account_by_username("ayu");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->user.display_name, "Name of ayu");
  EXPECT_EQ((*found)->user.unit, "Library");
  EXPECT_EQ((*found)->password_hash, "hash");
  EXPECT_TRUE((*found)->enabled);
  EXPECT_EQ(store->account_by_id(added->user.id)->value().user.username, "ayu");
  EXPECT_FALSE(store->account_by_username("budi")->has_value());
}

TEST_F(StoreTest, AnAccountHasOneRole) {
  ASSERT_TRUE(store->add_account(account("ayu")));
  EXPECT_EQ(store->account_by_username("ayu")->value().role, "user");
  ASSERT_TRUE(store->set_role("ayu", "operator"));
  EXPECT_EQ(store->account_by_username("ayu")->value().role, "operator");
  EXPECT_FALSE(store->set_role("ayu", "root")) << "the table knows the words as well";
  EXPECT_EQ(store->account_by_username("ayu")->value().role, "operator");
  EXPECT_EQ(store->set_role("nobody", "admin").error(), "there is no user nobody");

  NewAccount elsewhere = account("budi");
  elsewhere.issuer = "https://sso";
  ASSERT_TRUE(store->add_account(elsewhere));
  EXPECT_FALSE(store->set_role("budi", "admin")) << "their issuer says what they may do";
}

TEST_F(StoreTest, ANewAccountGetsTheLowestFreeExtension) {
  EXPECT_EQ(store->add_account(account("a"))->user.extension, "1001");
  EXPECT_EQ(store->add_account(account("b", "1003"))->user.extension, "1003");
  EXPECT_EQ(store->add_account(account("c", "21"))->user.extension, "21");
  EXPECT_EQ(store->add_account(account("d"))->user.extension, "1002");
  EXPECT_EQ(store->add_account(account("e"))->user.extension, "1004");
}

TEST_F(StoreTest, ATakenNameOrExtensionIsRefusedInWords) {
  ASSERT_TRUE(store->add_account(account("ayu", "1001")));
  EXPECT_EQ(store->add_account(account("ayu")).error(), "there is already a user ayu");
  EXPECT_EQ(store->add_account(account("budi", "1001")).error(), "extension 1001 is taken");
}

TEST_F(StoreTest, ADisabledUserIsNotInTheDirectoryButKeepsNameAndExtension) {
  ASSERT_TRUE(store->add_account(account("ayu")));
  ASSERT_TRUE(store->put_device("ayu", {"desk", "", "m", "s"}));
  ASSERT_TRUE(store->set_enabled("ayu", false));
  const auto directory = store->load_directory();
  ASSERT_TRUE(directory);
  EXPECT_TRUE((*directory)->users().empty());
  EXPECT_EQ((*directory)->device("desk"), nullptr);
  EXPECT_EQ(store->add_account(account("budi"))->user.extension, "1002");
  EXPECT_FALSE(store->account_by_username("ayu")->value().enabled);
}

TEST_F(StoreTest, TheDirectoryHoldsUsersAndTheirDevices) {
  ASSERT_TRUE(store->add_account(account("ayu")));
  ASSERT_TRUE(store->put_device("ayu", {"desk", "", "md5", "sha"}));
  const auto directory = store->load_directory();
  ASSERT_TRUE(directory);
  const auto* device = (*directory)->device("desk");
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->extension, "1001");
  EXPECT_EQ(device->ha1_sha256, "sha");
  EXPECT_NE((*directory)->by_subject("", "subject of ayu"), nullptr);
}

TEST_F(StoreTest, ADeviceNameCanNotBeTakenFromAnotherUser) {
  ASSERT_TRUE(store->add_account(account("ayu")));
  ASSERT_TRUE(store->add_account(account("budi")));
  ASSERT_TRUE(store->put_device("ayu", {"desk", "", "old", "old"}));
  EXPECT_TRUE(store->put_device("ayu", {"desk", "", "new", "new"}));
  EXPECT_FALSE(store->put_device("budi", {"desk", "", "x", "x"}));
  EXPECT_FALSE(store->put_device("nobody", {"other", "", "x", "x"}));
  EXPECT_EQ((*store->load_directory())->device("desk")->ha1_md5, "new");
}

directory::NewDevice new_device(directory::UserId user, std::string username) {
  return {user, "In the hall", std::move(username), "md5", "sha", 1'900'000'000};
}

TEST_F(StoreTest, ADeviceIsListedUntilItsOwnerRemovesIt) {
  const auto ayu = store->add_account(account("ayu"))->user.id;
  const auto budi = store->add_account(account("budi"))->user.id;
  const auto hall = store->add_device(new_device(ayu, "hall"));
  ASSERT_TRUE(hall) << hall.error().sentence;
  directory::NewDevice old_phone = new_device(ayu, "old");
  old_phone.ha1_sha256 = "";
  ASSERT_TRUE(store->add_device(old_phone));

  const auto devices = *store->devices_of(ayu);
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].id, hall->id);
  EXPECT_EQ(devices[0].label, "In the hall");
  EXPECT_EQ(devices[0].username, "hall");
  EXPECT_EQ(devices[0].algorithm, "SHA-256");
  EXPECT_EQ(devices[0].created_at, 1'900'000'000);
  EXPECT_FALSE(devices[0].renew);
  EXPECT_EQ(devices[1].algorithm, "MD5");
  EXPECT_TRUE(devices[1].renew) << "AT8: it fails with a phone that prefers SHA-256";
  EXPECT_EQ((*store->load_directory())->device("hall")->extension, "1001");

  EXPECT_TRUE(store->devices_of(budi)->empty());
  EXPECT_FALSE(*store->remove_device(budi, hall->id)) << "it is not Budi's";
  EXPECT_TRUE(*store->remove_device(ayu, hall->id));
  EXPECT_FALSE(*store->remove_device(ayu, hall->id));
  EXPECT_EQ((*store->load_directory())->device("hall"), nullptr);
}

TEST_F(StoreTest, ADeviceIsRefusedForAReason) {
  using Reason = directory::DeviceRefusal::Reason;
  const auto ayu = store->add_account(account("ayu"))->user.id;
  const auto budi = store->add_account(account("budi"))->user.id;
  for (std::size_t i = 0; i < directory::most_devices; ++i) {
    ASSERT_TRUE(store->add_device(new_device(ayu, "phone" + std::to_string(i))));
  }
  EXPECT_EQ(store->add_device(new_device(ayu, "one more")).error().reason, Reason::too_many);
  EXPECT_EQ(store->add_device(new_device(budi, "phone0")).error().reason, Reason::name_taken);
  EXPECT_EQ(store->add_device(new_device(directory::UserId{77}, "x")).error().reason,
            Reason::no_such_user);
  EXPECT_EQ(store->devices_of(ayu)->size(), directory::most_devices);
}

TEST_F(StoreTest, ATextWaitsUntilItIsDroppedInTheOrderInWhichItWasSent) {
  const directory::TextMessage first{.id = 0xffff'ffff'0000'0002,
                                     .recipient = "1002",
                                     .sender = "1001",
                                     .sender_name = "Siti '; DROP TABLE kept_texts",
                                     .text = "Rapat \"jam\" 10 ☕\r\n",
                                     .sent_at = 100};
  directory::TextMessage second = first;
  second.id = 3;
  second.sent_at = 200;
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveMessage{second}, SaveMessage{first}}));
  EXPECT_EQ(store->load_messages().value(), (std::vector{first, second}));
  ASSERT_TRUE(store->apply(std::vector<Write>{DropMessage{first.id}, DropMessage{17}}));
  EXPECT_EQ(store->load_messages().value(), std::vector{second});
}

TEST_F(StoreTest, ABindingIsReplacedDroppedAndForgottenWhenItExpires) {
  const std::vector<Write> writes{
      SaveBinding{binding("sip:a@1", 100)}, SaveBinding{binding("sip:a@1", 200)},
      SaveBinding{binding("sip:b@1", 50)}, SaveBinding{binding("sip:c@1", 300)},
      DropBinding{"1001", "sip:c@1"}};
  ASSERT_TRUE(store->apply(writes));
  const auto kept = store->load_bindings(UnixSeconds(60));
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().contact_uri, "sip:a@1");
  EXPECT_EQ(kept->front().expires_at, 200);
  EXPECT_EQ(kept->front().reg_id, 4'000'000'000U);
  EXPECT_EQ(kept->front().cseq, 4'294'967'295U);
  EXPECT_EQ(kept->front().path, "<sip:edge@192.0.2.2;lr>");
}

TEST_F(StoreTest, ABindingIsKeptWithTheDeviceThatMadeIt) {
  StoredBinding one = binding("sip:a@1", 100);
  one.device = "1001-abcde";
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveBinding{one}}));
  EXPECT_EQ(store->load_bindings(UnixSeconds(0))->front().device, "1001-abcde");
}

TEST_F(StoreTest, FlowsOfOnePhoneWithOneContactAreKeptBeside) {
  std::vector<Write> writes;
  for (const std::uint32_t reg_id : {2U, 1U, 7U}) {
    for (const char* instance : {"<urn:uuid:1>", "<urn:uuid:2>"}) {
      StoredBinding one = binding("sip:a@192.168.1.2", 100);
      one.reg_id = reg_id;
      one.instance = instance;
      writes.push_back(SaveBinding{one});
    }
  }
  writes.push_back(SaveBinding{binding("sip:b@192.168.1.2", 100)});
  ASSERT_TRUE(store->apply(writes));
  EXPECT_EQ(store->load_bindings(UnixSeconds(0))->size(), 7U);
  ASSERT_TRUE(store->apply(std::vector<Write>{
      DropBinding{"1001", "sip:a@192.168.1.2", directory::BoundFlow{"<urn:uuid:2>", 1}}}));
  const auto kept = store->load_bindings(UnixSeconds(0));
  EXPECT_EQ(kept->size(), 6U);
  for (const StoredBinding& one : *kept) {
    EXPECT_FALSE(one.instance == "<urn:uuid:2>" && one.reg_id == 1U);
  }
  ASSERT_TRUE(store->apply(std::vector<Write>{DropBinding{"1001", "sip:a@192.168.1.2"}}));
  EXPECT_EQ(store->load_bindings(UnixSeconds(0))->size(), 1U) << "all with that contact";
}

TEST_F(StoreTest, TextFromOutsideIsNeverSql) {
  const std::string hostile = "x'); DROP TABLE bindings; --\"\xF0\x9F\x98\x80";
  StoredBinding odd = binding(hostile, 100);
  odd.user_agent = hostile;
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveBinding{odd}}));
  EXPECT_EQ(store->load_bindings(UnixSeconds(0))->front().user_agent, hostile);
  EXPECT_FALSE(store->account_by_username("' OR 1=1 --")->has_value());
}

TEST_F(StoreTest, TheHistoryOfOneExtensionIsPagedNewestFirst) {
  std::vector<Write> writes;
  for (int i = 0; i < 5; ++i) {
    writes.push_back(SaveCallRecord{call("out" + std::to_string(i), "1001", "1002")});
    writes.push_back(SaveCallRecord{call("foreign" + std::to_string(i), "1003", "1004")});
  }
  writes.push_back(SaveCallRecord{call("in", "1002", "1001")});
  writes.push_back(SaveCallRecord{call("self", "1001", "1001")});
  writes.push_back(SaveCallRecord{call("in", "1002", "1001")});
  ASSERT_TRUE(store->apply(writes));

  const auto first = store->calls_of("1001", ~std::uint64_t{0}, 3);
  ASSERT_TRUE(first) << first.error();
  ASSERT_EQ(first->size(), 3U);
  EXPECT_EQ(first->at(0).record.call_id, "self");
  EXPECT_EQ(first->at(1).record.call_id, "in");
  EXPECT_EQ(first->at(2).record.call_id, "out4");
  const auto second = store->calls_of("1001", first->back().id, 50);
  ASSERT_EQ(second->size(), 4U);
  EXPECT_EQ(second->front().record.call_id, "out3");
}

directory::CallStay stay(std::uint64_t leg, std::string person, std::string outcome) {
  return {.leg = leg,
          .person = std::move(person),
          .role = leg == 1 ? "caller" : "callee",
          .why = leg == 1 ? "placed" : "rung",
          .from = 1'800'000'000 + static_cast<std::int64_t>(leg),
          .to = 1'800'000'100,
          .outcome = std::move(outcome)};
}

/// 1001 dials 1002, whose phone rings in vain, and talks with 1003.
directory::CallRecord hunt(std::string id) {
  directory::CallRecord record = call(std::move(id), "1001", "1002");
  record.stays = {stay(1, "1001", "answered"), stay(2, "1002", "elsewhere"),
                  stay(~std::uint64_t{0}, "1003", "answered")};
  record.stays.back().is_hidden = true;
  record.stays.back().brought_by = "1005";
  record.stays.back().sent_by = "1001";
  record.stays.back().sent_to = "1006";
  record.stays.front().quality = {"opus", {1'500, 3, 1, 900, 430}, {1'490, 0, 0, 1'200, 441}, 23};
  return record;
}

TEST_F(StoreTest, EachWhoTookPartInACallFindsItWithAllItsStays) {
  ASSERT_TRUE(store->apply(
      std::vector<Write>{SaveCallRecord{hunt("c1")}, SaveCallRecord{call("c2", "1004", "1005")}}));
  for (const std::string person : {"1001", "1002", "1003"}) {
    const auto calls = *store->calls_of(person, 100, 10);
    ASSERT_EQ(calls.size(), 1U) << person;
    EXPECT_EQ(calls[0].record.call_id, "c1");
    EXPECT_EQ(calls[0].record.stays, hunt("c1").stays);
  }
}

TEST_F(StoreTest, ARecordThatIsThereAlreadyKeepsItsStays) {
  auto again = hunt("c1");
  again.stays.push_back(stay(9, "1009", "busy"));
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveCallRecord{hunt("c1")}}));
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveCallRecord{hunt("c0")}, SaveCallRecord{again}}));
  EXPECT_EQ(store->calls_of("1001", 100, 10)->back().record.stays, hunt("c1").stays);
  EXPECT_TRUE(store->calls_of("1009", 100, 10)->empty());
}

TEST_F(StoreTest, APageHasEachCallOnceHoweverManyPhonesOfThatPersonRang) {
  std::vector<Write> writes;
  for (int i = 0; i < 5; ++i) {
    auto record = hunt("c" + std::to_string(i));
    for (std::uint64_t leg = 10; leg < 20; ++leg) {
      record.stays.push_back(stay(leg, "1002", "elsewhere"));
    }
    writes.push_back(SaveCallRecord{record});
  }
  store->save(writes);
  const auto page = *store->calls_of("1002", 1'000, 3);
  ASSERT_EQ(page.size(), 3U);
  EXPECT_EQ(page[0].record.call_id, "c4");
  EXPECT_EQ(page[2].record.call_id, "c2");
  EXPECT_EQ(page[2].record.stays.size(), 13U);
  EXPECT_EQ(store->calls_of("1002", page[2].id, 3)->size(), 2U);
}

TEST_F(StoreTest, ACallThatRangHundredsOfPhonesIsBoundedAndSaidSo) {
  auto record = hunt("c1");
  for (std::uint64_t leg = 10; leg < 910; ++leg) {
    record.stays.push_back(stay(leg, "1002", "elsewhere"));
  }
  record.stays.push_back(stay(1'000, "1004", "answered"));
  std::vector<Write> writes{SaveCallRecord{record}};
  ::testing::internal::CaptureStderr();
  store->save(writes);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("call c1: 904 phones took part, the record names 200 of them"));
  const auto calls = *store->calls_of("1004", 100, 10);
  ASSERT_EQ(calls.size(), 1U) << "who talked is named";
  EXPECT_EQ(calls[0].record.stays.size(), directory::most_stays);
}

TEST_F(StoreTest, WhatSomebodyMissedIsFoundAndCountedUntilTheyHaveSeenIt) {
  using directory::HistoryState;
  auto taken = hunt("taken");  // 1002 rang in vain, and 1003 answered
  auto missed = hunt("missed");
  missed.duration_ms = -1;
  missed.outcome = "no_answer";
  missed.stays = {stay(1, "1001", "no_answer"), stay(2, "1002", "no_answer"),
                  stay(3, "1002", "no_answer")};
  ASSERT_TRUE(store->apply(
      std::vector<Write>{SaveCallRecord{missed}, SaveCallRecord{taken}, SaveCallRecord{missed}}));
  EXPECT_EQ(*store->history_state("1002"), (HistoryState{2, 0, 1})) << "two phones, one call";
  EXPECT_EQ(*store->history_state("1001"), (HistoryState{2, 0, 0})) << "who called misses nothing";
  EXPECT_EQ(*store->history_state("1009"), (HistoryState{0, 0, 0}));
  const auto found = *store->calls_of("1002", 100, 10, directory::WhichCalls::missed);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record.call_id, "missed");
  EXPECT_EQ(found[0].record.stays.size(), 3U) << "with all its stays";
  EXPECT_EQ(*store->see_calls("1002", 1), (HistoryState{2, 1, 0}));
  EXPECT_EQ(*store->see_calls("1002", 9'000), (HistoryState{2, 2, 0})) << "not what is to come";
  EXPECT_EQ(*store->see_calls("1002", 1), (HistoryState{2, 2, 0})) << "never back";
}

TEST_F(StoreTest, EachWhoseCallWasWrittenIsNamedOnce) {
  using directory::CallKept;
  auto record = hunt("c1");
  record.stays.push_back(stay(9, "1002", "elsewhere"));
  std::vector<Write> writes{SaveCallRecord{record}, SaveCallRecord{record}};
  store->save(writes);
  EXPECT_THAT(store->take_kept(),
              ElementsAre(CallKept{"1001", 1}, CallKept{"1002", 1}, CallKept{"1003", 1}));
  EXPECT_TRUE(store->take_kept().empty());
}

TEST_F(StoreTest, ARefreshTokenIsUsedOnceAndDiesWithItsFamily) {
  const auto user = store->add_account(account("ayu"))->user.id;
  ASSERT_TRUE(store->keep_refresh_token({"h1", "f", user, "https://a", 10, 100}));
  ASSERT_TRUE(store->keep_refresh_token({"h2", "f", user, "https://a", 10, 200}));
  EXPECT_FALSE(store->refresh_token("h1")->value().was_used);
  EXPECT_FALSE(store->refresh_token("h1")->value().was_used) << "looking at it is not using it";
  ASSERT_TRUE(store->use_refresh_token({"h1", "f", user, "https://a", 10, 100}));
  EXPECT_TRUE(store->refresh_token("h1")->value().was_used);
  EXPECT_EQ(store->refresh_token("h1")->value().token.signed_in_at, 10);
  EXPECT_FALSE(store->refresh_token("none")->has_value());
  EXPECT_TRUE(*store->has_refresh_token("f", UnixSeconds(199)));
  EXPECT_FALSE(*store->has_refresh_token("f", UnixSeconds(200)));
  EXPECT_FALSE(*store->has_refresh_token("g", UnixSeconds(0)));
  ASSERT_TRUE(store->drop_refresh_tokens_before(150));
  EXPECT_FALSE(store->refresh_token("h1")->has_value());
  ASSERT_TRUE(store->revoke_family("f"));
  EXPECT_FALSE(store->refresh_token("h2")->has_value());
  EXPECT_FALSE(*store->has_refresh_token("f", UnixSeconds(0)));
}

TEST_F(StoreTest, AT9OfTheUsedTokensOfASignInTheNewestFiftyStay) {
  const auto user = store->add_account(account("ayu"))->user.id;
  for (int i = 0; i < 120; ++i) {
    const std::string hash = "h" + std::to_string(i);
    ASSERT_TRUE(store->keep_refresh_token({hash, "f", user, "https://a", 10, 1000 + i}));
    ASSERT_TRUE(store->use_refresh_token({hash, "f", user, "https://a", 10, 1000 + i}));
  }
  ASSERT_TRUE(store->keep_refresh_token({"of another", "g", user, "https://a", 10, 10}));
  ASSERT_TRUE(store->use_refresh_token({"of another", "g", user, "https://a", 10, 10}));
  ASSERT_TRUE(store->drop_used_refresh_tokens());
  EXPECT_FALSE(store->refresh_token("h69")->has_value());
  EXPECT_TRUE(store->refresh_token("h70")->has_value());
  EXPECT_TRUE(store->refresh_token("of another")->has_value());
}

TEST_F(StoreTest, AT9OldCallsGoSomeAtATimeAndYoungOnesStay) {
  std::vector<Write> writes;
  for (int i = 0; i < 2'500; ++i) {
    auto record = call("old " + std::to_string(i), "1001", "1002");
    record.started_at = 1'000;
    writes.push_back(SaveCallRecord{record});
  }
  writes.push_back(SaveCallRecord{call("young", "1001", "1002")});
  store->save(writes);
  for (const std::size_t expected : {1'000U, 1'000U, 500U, 0U}) {
    EXPECT_EQ(*store->drop_calls_before(UnixSeconds(1'700'000'000)), expected);
  }
  const auto rest = store->calls_of("1001", 1'000'000, 50);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().record.call_id, "young");
}

TEST_F(StoreTest, ANewPasswordOrADisabledAccountEndsItsSignIns) {
  const auto user = store->add_account(account("ayu"))->user.id;
  ASSERT_TRUE(store->keep_refresh_token({"h1", "f", user, "https://a", 10, 100}));
  ASSERT_TRUE(store->set_password("ayu", "new hash"));
  EXPECT_FALSE(store->refresh_token("h1")->has_value());
  ASSERT_TRUE(store->keep_refresh_token({"h2", "f", user, "https://a", 10, 100}));
  ASSERT_TRUE(store->set_enabled("ayu", false));
  EXPECT_FALSE(store->refresh_token("h2")->has_value());
  EXPECT_FALSE(store->set_password("nobody", "hash"));
}

TEST_F(StoreTest, AFailedBatchChangesNothing) {
  // A refresh token of nobody breaks the foreign key; the error is a sentence, not an exception.
  EXPECT_FALSE(store->keep_refresh_token({"h1", "f", directory::UserId{77}, "i", 1, 2}));
}

TEST(StoreFileTest, WhatIsWrittenIsThereAfterOpeningAgain) {
  const Folder folder;
  ASSERT_TRUE(store_at(folder / "db")
                  ->apply(std::vector<Write>{SaveCallRecord{call("c", "1001", "1002")}}));
  EXPECT_EQ(store_at(folder / "db")->calls_of("1002", 100, 10)->size(), 1U);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder / "db").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(StoreFileTest, StaysGoWithTheirCall) {
  const Folder folder;
  const auto store = store_at(folder / "db");
  auto old = hunt("old");
  old.started_at = 1'000;
  ASSERT_TRUE(store->apply(std::vector<Write>{SaveCallRecord{old}, SaveCallRecord{hunt("young")}}));
  EXPECT_EQ(*store->drop_calls_before(UnixSeconds(2'000)), 1U) << "calls, not stays";
  EXPECT_THAT(rows_of(folder / "db", "SELECT call, count(*) FROM call_legs GROUP BY call"),
              ElementsAre("2|3"));
}

TEST(StoreFileTest, APageOfTheHistoryIsOneWalkOfOneIndex) {
  const Folder folder;
  ASSERT_TRUE(store_at(folder / "db")->apply(std::vector<Write>{SaveCallRecord{hunt("c")}}));
  using enum directory::WhichCalls;
  for (const auto& [which, index] : {std::pair(all, "call_legs_by_person (person=? AND call<?)"),
                                     std::pair(missed, "call_legs_missed (person=? AND call<?)")}) {
    const auto plan = rows_of(folder / "db", "EXPLAIN QUERY PLAN " + history_query(which));
    int searches = 0;
    for (const std::string& step : plan) {
      if (step.find("SEARCH call_legs") != step.npos) {
        EXPECT_THAT(step, HasSubstr(index));
        ++searches;
      }
      const bool is_scan = step.find("SCAN") != step.npos && step.find("SCAN mine") == step.npos;
      EXPECT_FALSE(is_scan) << step;
    }
    EXPECT_EQ(searches, 1);
  }
}

TEST(StoreFileTest, AnotherProgramMayAddAnAccountMeanwhile) {
  const Folder folder;
  const auto first = store_at(folder / "db");
  const auto second = store_at(folder / "db");
  ASSERT_TRUE(second->add_account(account("ayu")));
  EXPECT_EQ((*first->load_directory())->users().size(), 1U);
}

TEST(StoreFileTest, ADatabaseFromANewerProgramIsRefused) {
  const Folder folder;
  store_at(folder / "db");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "db").c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "PRAGMA user_version = 9999", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  const auto store = Store::open(folder / "db");
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error(), HasSubstr("newer"));
}

TEST(StoreFileTest, AFileThatIsNoDatabaseIsRefused) {
  const Folder folder;
  std::ofstream(folder / "db") << std::string(4096, 'x');
  EXPECT_FALSE(Store::open(folder / "db"));
  EXPECT_FALSE(Store::open(folder / "no" / "such" / "folder"));
}

class AccountVerbs : public StoreTest {
 protected:
  SeededRandom random{7};
  AccountBook book{*store, random};
  directory::AccountRequest request{.username = "Ayu",
                                    .display_name = "Ayu Lestari",
                                    .unit = "Library",
                                    .extension = "",
                                    .password = "correct horse"};
};

TEST_F(AccountVerbs, AddingAnAccountMakesSubjectExtensionAndHash) {
  const auto added = book.add(request);
  ASSERT_TRUE(added) << added.error();
  EXPECT_EQ(added->user.username, "ayu");
  EXPECT_EQ(added->user.extension, "1001");
  EXPECT_EQ(added->user.subject.size(), 36U);
  EXPECT_EQ(added->user.subject[14], '4');
  EXPECT_TRUE(identity::password_matches("correct horse",
                                         store->account_by_username("ayu")->value().password_hash));
  ASSERT_TRUE(book.change_password("AYU", "battery staple"));
  EXPECT_TRUE(identity::password_matches("battery staple",
                                         store->account_by_username("ayu")->value().password_hash));
}

TEST_F(AccountVerbs, ARoleIsOneOfFourWords) {
  request.role = "admin";
  ASSERT_TRUE(book.add(request));
  EXPECT_EQ(store->account_by_username("ayu")->value().role, "admin");
  for (const std::string role : {"user", "supervisor", "operator", "admin"}) {
    EXPECT_TRUE(book.change_role("AYU", role)) << role;
    EXPECT_EQ(store->account_by_username("ayu")->value().role, role);
  }
  for (const std::string role : {"", "Admin", "root", "admin ", "user,admin"}) {
    EXPECT_FALSE(book.change_role("ayu", role)) << role;
  }
}

TEST_F(AccountVerbs, WhatAPersonMistypesIsRefused) {
  const auto refused = [&](auto change) {
    directory::AccountRequest wrong = request;
    change(wrong);
    return !book.add(wrong);
  };
  EXPECT_TRUE(refused([](auto& r) { r.username = ""; }));
  EXPECT_TRUE(refused([](auto& r) { r.username = "a b"; }));
  EXPECT_TRUE(refused([](auto& r) { r.username = std::string(65, 'a'); }));
  EXPECT_TRUE(refused([](auto& r) { r.display_name = ""; }));
  EXPECT_TRUE(refused([](auto& r) { r.display_name = "a\r\nb"; }));
  EXPECT_TRUE(refused([](auto& r) { r.display_name = "\xff"; }));
  EXPECT_TRUE(refused([](auto& r) { r.extension = "10a"; }));
  EXPECT_TRUE(refused([](auto& r) { r.role = "root"; }));
  EXPECT_TRUE(refused([](auto& r) { r.password = "short"; }));
  EXPECT_TRUE(refused([](auto& r) { r.password = std::string(257, 'a'); }));
}

TEST_F(AccountVerbs, ADeviceKeepsTheHashesOfRfc7616AndNotThePassword) {
  ASSERT_TRUE(book.add(request));
  ASSERT_TRUE(book.put_device({"ayu", "desk-1001", "Circle of Life", "dering"}));
  const auto directory = *store->load_directory();
  const auto* device = directory->device("desk-1001");
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->ha1_md5, "a1c20aeaa6dc90b1f01c57eb7e9d11a8");
  EXPECT_EQ(device->ha1_sha256, "fa0e1540401c97cf07ee91f164ee63579716579d02595abac9483cf7fe342970");
  EXPECT_FALSE(book.put_device({"ayu", "a:b", "Circle of Life", "dering"}));
}

TEST(PasswordMakerTest, AReadablePasswordHasNoLookAlikes) {
  SeededRandom random(1);
  const std::string password = readable_password(random);
  EXPECT_EQ(password.size(), 16U);
  EXPECT_EQ(password.find_first_of("il1o0"), std::string::npos);
  EXPECT_NE(password, readable_password(random));
}

TEST(KeyFileTest, TheKeyIsMadeOnceAndKeptToItsOwner) {
  const Folder folder;
  const auto file = folder / "keys/signing.jwk";
  const auto made = load_or_create_signing_key(file);
  ASSERT_TRUE(made) << made.error();
  const auto loaded = load_or_create_signing_key(file);
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_EQ(made->kid(), loaded->kid());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);

  std::filesystem::permissions(file, perms::group_read, std::filesystem::perm_options::add);
  EXPECT_THAT(load_or_create_signing_key(file).error(), HasSubstr("others may read"));
}

TEST(KeyFileTest, AFileThatHoldsNoKeyIsRefused) {
  const Folder folder;
  std::ofstream(folder / "key") << "{}";
  using std::filesystem::perms;
  std::filesystem::permissions(folder / "key", perms::owner_read | perms::owner_write);
  EXPECT_FALSE(load_or_create_signing_key(folder / "key"));
}

}  // namespace
}  // namespace dering::store
