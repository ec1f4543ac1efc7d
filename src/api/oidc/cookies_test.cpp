// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/cookies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::api::oidc {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

TEST(CookiesTest, AtTheRootOfAnEncryptedPageNobodyElseCanSetThem) {
  for (const char* address :
       {"https://phone.example", "https://phone.example:8443", "https://[2001:db8::1]:8443"}) {
    EXPECT_EQ(set_cookie(address, {.purpose = "sign-in", .value = "v", .lifetime = 15min}),
              "__Host-dering-sign-in=v; Max-Age=900; Path=/; HttpOnly; SameSite=Lax; Secure");
  }
}

TEST(CookiesTest, BelowAPrefixTheyAreSentThereAndNowhereElse) {
  const Cookie cookie{
      .purpose = "device", .value = "v", .lifetime = 1h, .same_site = SameSite::strict};
  // A browser takes "__Host-" for the whole host alone.
  EXPECT_EQ(set_cookie("https://www.example.edu/phone", cookie),
            "__Secure-dering-device=v; Max-Age=3600; Path=/phone/; HttpOnly; SameSite=Strict; "
            "Secure");
  EXPECT_EQ(set_cookie("https://www.example.edu:444/it/phone", cookie),
            "__Secure-dering-device=v; Max-Age=3600; Path=/it/phone/; HttpOnly; SameSite=Strict; "
            "Secure");
  EXPECT_EQ(set_cookie("http://localhost:8080/phone", cookie),
            "dering-device=v; Max-Age=3600; Path=/phone/; HttpOnly; SameSite=Strict");
}

TEST(CookiesTest, AreFoundByTheirWholeNameAmongOthers) {
  const std::string name = cookie_name("http://localhost:8080", "sign-in");
  EXPECT_EQ(name, "dering-sign-in");
  EXPECT_EQ(cookie_in("a=1; dering-sign-in=x;b=2", name), "x");
  EXPECT_EQ(cookie_in("xdering-sign-in=1; dering-sign-in2=2", name), "");
  EXPECT_THAT(cookies_in("dering-sign-in=1; c=3;dering-sign-in = 2 ", name), ElementsAre("1", "2"));
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "dering-sign-in=x; ";
  EXPECT_EQ(cookies_in(many, name).size(), 4U);
}

}  // namespace
}  // namespace dering::api::oidc
