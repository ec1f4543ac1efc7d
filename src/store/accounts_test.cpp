// SPDX-License-Identifier: Apache-2.0
#include "store/accounts.h"

#include <gmock/gmock.h>

#include "identity/digest.h"
#include "identity/password.h"

namespace dering::store {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class AccountBookTest : public ::testing::Test {
 protected:
  directory::AccountRequest ayu(std::string password = {}) const {
    directory::AccountRequest request;
    request.username = "Ayu";
    request.display_name = "Ayu Lestari";
    request.password = std::move(password);
    return request;
  }
  bool fits(std::string_view password) {
    return identity::password_matches(password,
                                      (*store->account_by_username("ayu"))->password_hash);
  }

  SeededRandom random{1};
  std::unique_ptr<Store> store = *Store::open(":memory:");
  AccountBook book{*store, random};
};

TEST_F(AccountBookTest, WithoutAPasswordOneIsMadeUpAndToldOnce) {
  const auto added = book.add(ayu());
  ASSERT_TRUE(added) << added.error();
  EXPECT_EQ(added->user.username, "ayu");
  EXPECT_THAT(added->made_up_password, SizeIs(16));
  EXPECT_TRUE(fits(added->made_up_password));
}

TEST_F(AccountBookTest, ATypedPasswordIsNotTold) {
  EXPECT_EQ(book.add(ayu("seven bamboo chairs"))->made_up_password, "");
  EXPECT_TRUE(fits("seven bamboo chairs"));
}

// AT11
TEST_F(AccountBookTest, ShortAndCommonPasswordsAreRefusedForPeopleAndForDeskPhones) {
  ASSERT_TRUE(book.add(ayu("seven bamboo chairs")));
  for (const std::string bad :
       {"elevenchars", "Password1234", "123456789012", "two\nlines of it"}) {
    EXPECT_FALSE(book.change_password("ayu", bad)) << bad;
    EXPECT_FALSE(book.put_device({"ayu", "desk", bad, "realm"})) << bad;
    auto budi = ayu(bad);
    budi.username = "budi";
    EXPECT_FALSE(book.add(budi)) << bad;
  }
  EXPECT_TRUE(fits("seven bamboo chairs"));
  EXPECT_THAT(*book.list(), SizeIs(1));
}

TEST_F(AccountBookTest, AnotherPasswordIsTypedOrMadeUp) {
  ASSERT_TRUE(book.add(ayu()));
  EXPECT_EQ(*book.change_password("AYU", "seven bamboo chairs"), "");
  EXPECT_TRUE(fits("seven bamboo chairs"));
  const auto made_up = book.change_password("ayu", "");
  EXPECT_TRUE(fits(*made_up));
  EXPECT_THAT(book.change_password("nobody", "").error(), HasSubstr("no user nobody"));
}

TEST_F(AccountBookTest, ADeskPhoneIsKeptAsHashesOfItsPassword) {
  ASSERT_TRUE(book.add(ayu()));
  const auto password = book.put_device({"Ayu", "desk", "", "realm"});
  ASSERT_TRUE(password) << password.error();
  const auto directory = *store->load_directory();
  const auto* device = directory->device("desk");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->ha1_sha256,
            identity::digest_ha1(identity::DigestAlgorithm::sha256, "desk", "realm", *password));
  EXPECT_FALSE(book.put_device({"ayu", "Desk 2", "", "realm"}));
}

TEST_F(AccountBookTest, RolesAndBeingEnabledChange) {
  ASSERT_TRUE(book.add(ayu()));
  EXPECT_TRUE(book.change_role("AYU", "operator"));
  EXPECT_TRUE(book.set_enabled("Ayu", false));
  EXPECT_EQ((*book.list())[0].role, "operator");
  EXPECT_FALSE((*book.list())[0].enabled);
  EXPECT_FALSE(book.change_role("ayu", "root"));
  EXPECT_FALSE(book.set_enabled("nobody", true));
}

TEST_F(AccountBookTest, ADeskPhoneHasItsOwnCodecsUntilTheyAreTakenAway) {
  ASSERT_TRUE(book.add(ayu("seven bamboo chairs")));
  ASSERT_TRUE(book.put_device({"ayu", "desk", "", "realm"}));
  ASSERT_TRUE(book.put_device({"ayu", "hall", "", "realm"}));
  ASSERT_TRUE(book.set_codecs("desk", std::vector<std::string>{"PCMA", "opus"}));
  const auto extension = (*store->load_directory())->device("desk")->extension;
  EXPECT_EQ((*store->load_directory())->device("desk")->codecs, "pcma,opus");
  EXPECT_EQ((*store->load_directory())->device("hall")->codecs, "");
  EXPECT_EQ(*book.devices(),
            (std::vector<directory::AccountDevice>{{"desk", "ayu", extension, "desk", "pcma,opus"},
                                                   {"hall", "ayu", extension, "hall", ""}}));
  ASSERT_TRUE(book.put_device({"ayu", "desk", "", "realm"})) << "another password";
  EXPECT_EQ((*store->load_directory())->device("desk")->codecs, "pcma,opus");
  const auto user = (*store->account_by_username("ayu"))->user.id;
  EXPECT_EQ(store->devices_of(user)->at(0).codecs, "pcma,opus");
  ASSERT_TRUE(book.set_codecs("desk", {}));
  EXPECT_EQ((*store->load_directory())->device("desk")->codecs, "");
}

TEST_F(AccountBookTest, OddCodecsAndUnknownDeskPhonesChangeNothing) {
  ASSERT_TRUE(book.add(ayu("seven bamboo chairs")));
  ASSERT_TRUE(book.put_device({"ayu", "desk", "", "realm"}));
  const auto refused = [&](std::string_view device, const std::vector<std::string>& codecs) {
    const auto done = book.set_codecs(device, codecs);
    return done ? std::string("it was taken") : done.error();
  };
  EXPECT_THAT(refused("desk", {"g729"}), HasSubstr("opus, g722, pcmu and pcma"));
  EXPECT_THAT(refused("desk", {"pcma", "PCMA"}), HasSubstr("pcma is named twice"));
  EXPECT_THAT(refused("nobody", {"pcma"}), HasSubstr("there is no device nobody"));
  EXPECT_EQ((*store->load_directory())->device("desk")->codecs, "");
}

}  // namespace
}  // namespace dering::store
