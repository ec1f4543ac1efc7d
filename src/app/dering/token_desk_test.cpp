// SPDX-License-Identifier: Apache-2.0
#include "app/dering/token_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "identity/keys.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const std::string campus = "https://sso.univ.ac.id/realms/dering";
const std::string here = "http://localhost/oidc";

struct NoReply final : net::HttpReply {
  void respond(net::HttpResponse) override {}
  std::shared_ptr<net::EventStream> open_event_stream() override { return nullptr; }
};

class TokenDeskTest : public ::testing::Test {
 protected:
  std::string token_of(const std::string& issuer, const std::string& subject) {
    const boost::json::object claims{{"iss", issuer},
                                     {"sub", subject},
                                     {"aud", "dering"},
                                     {"client_id", "dering-web"},
                                     {"typ", "Bearer"},
                                     {"iat", wall_.count()},
                                     {"exp", (wall_ + 300s).count()},
                                     {"roles", {"user"}}};
    return key_.sign(serialize(claims), "at+jwt");
  }
  static TokenQuestion phone(std::uint64_t id, std::string token, std::string network = "a",
                             bool is_signed_in = false) {
    return identity::VerifyToken{.question = {id},
                                 .token = std::move(token),
                                 .network = std::move(network),
                                 .is_signed_in = is_signed_in};
  }
  static TokenQuestion request(const std::string& token) {
    HttpArrived arrived{.request = {}, .reply = std::make_unique<NoReply>()};
    arrived.request.path = "/api/v1/me";
    arrived.request.fields = {{"Authorization", "Bearer " + token}};
    return arrived;
  }
  /// The numbers of the phones' questions in the order in which they are given.
  std::vector<std::uint64_t> given() {
    std::vector<std::uint64_t> ids;
    while (!desk_.is_idle()) {
      const auto question = desk_.next(now_);
      const auto* asked = question ? std::get_if<identity::VerifyToken>(&*question) : nullptr;
      if (asked) ids.push_back(asked->question.value);
    }
    return ids;
  }

  UnixSeconds wall_{1'900'000'000};
  Instant now_ = Instant{} + 1h;
  identity::SigningKey key_ = identity::SigningKey::generate();
  std::vector<std::uint64_t> fetches_;
  TokenDesk desk_{{{.url = here,
                    .name = "",
                    .audience = "dering",
                    .clients = {"dering-web"},
                    .keys = std::make_shared<const identity::KeySet>(key_.public_keys())},
                   {.url = campus,
                    .name = campus,
                    .audience = "dering",
                    .clients = {"dering-web"},
                    .keys = std::make_shared<const identity::KeySet>()}},
                  [this](const identity::Fetch& fetch) { fetches_.push_back(fetch.id.value); }};
};

TEST_F(TokenDeskTest, AT1WhoFloodsWaitsForItselfAndOthersForOneOfItsTokens) {
  for (std::uint64_t i = 0; i < 1'000; ++i) EXPECT_FALSE(desk_.take(phone(i, "x.y.z", "flood")));
  EXPECT_FALSE(desk_.take(phone(5'000, token_of(here, "siti"), "home")));
  EXPECT_FALSE(desk_.take(phone(6'000, token_of(here, "budi"), "flood", true)));
  const auto order = given();
  ASSERT_EQ(order.size(), 1'002U);
  EXPECT_EQ(order[0], 6'000U) << "a phone that is signed in, wherever it is";
  EXPECT_EQ(order[2], 5'000U) << "after one of the flood";
}

TEST_F(TokenDeskTest, AT1ATokenThatIsKnownToBeGoodWaitsForNobody) {
  const std::string good = token_of(here, "siti");
  ASSERT_TRUE(desk_.verifier().verify(good, wall_));
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_FALSE(desk_.take(phone(i, "x.y.z", "flood")));
  const auto at_once = desk_.take(request(good));
  ASSERT_TRUE(at_once);
  EXPECT_FALSE(at_once->is_refused);
}

TEST_F(TokenDeskTest, PastItsShareANetworkIsRefusedAndOthersAreNot) {
  for (std::uint64_t i = 0; i < TokenDesk::most_of_a_network; ++i) {
    ASSERT_FALSE(desk_.take(phone(i, "x.y.z", "flood")));
  }
  const auto refused = desk_.take(phone(7, "x.y.z", "flood"));
  ASSERT_TRUE(refused && refused->is_refused);
  EXPECT_EQ(std::get<identity::VerifyToken>(refused->question).question.value, 7U);
  EXPECT_FALSE(desk_.take(phone(8, "x.y.z", "home")));
}

// ---- keys that we do not have yet ---------------------------------------------------------------

TEST_F(TokenDeskTest, ARequestWaitsForItsIssuersKeysForThreeSecondsAndAPhoneForTheirFetch) {
  desk_.start(now_);
  ASSERT_THAT(fetches_, SizeIs(1));
  EXPECT_FALSE(desk_.take(request(token_of(campus, "siti"))));
  EXPECT_FALSE(desk_.take(phone(1, token_of(campus, "siti"))));
  EXPECT_THAT(given(), SizeIs(0));
  now_ += 3s;
  desk_.on_time(now_);
  const auto late = desk_.next(now_);
  ASSERT_TRUE(late);
  EXPECT_TRUE(std::holds_alternative<HttpArrived>(*late));
  EXPECT_TRUE(desk_.is_idle());
  desk_.on_fetched({fetches_.front()}, std::unexpected("refused"), now_);
  EXPECT_THAT(given(), ElementsAre(1)) << "whatever came of the fetch";
}

TEST_F(TokenDeskTest, OnlySoManyRequestsMayWaitForKeys) {
  desk_.start(now_);
  const std::string token = token_of(campus, "siti");
  std::size_t at_once = 0;
  for (std::size_t i = 0; i < TokenDesk::most_requests_for_keys + 3; ++i) {
    EXPECT_FALSE(desk_.take(request(token)));
    if (desk_.next(now_)) ++at_once;
  }
  EXPECT_EQ(at_once, 3U);
}

TEST_F(TokenDeskTest, ATokenOfAnUnknownIssuerWaitsForNothing) {
  desk_.start(now_);
  EXPECT_FALSE(desk_.take(phone(1, token_of("https://evil.example", "siti"))));
  EXPECT_THAT(given(), ElementsAre(1));
}

}  // namespace
}  // namespace dering::app
