// SPDX-License-Identifier: Apache-2.0
#include "base/web_url.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

TEST(WebUrlTest, TellsSchemeHostPortAndTarget) {
  const auto url = read_web_url("HTTPS://SSO.Univ.ac.id:8443/realms/dering?a=b");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->is_encrypted);
  EXPECT_EQ(url->host, "sso.univ.ac.id");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/realms/dering?a=b");
  EXPECT_EQ(url->origin(), "https://sso.univ.ac.id:8443");
}

TEST(WebUrlTest, FillsInWhatIsLeftOut) {
  EXPECT_EQ(read_web_url("https://a")->port, 443);
  EXPECT_EQ(read_web_url("http://a")->port, 80);
  EXPECT_EQ(read_web_url("http://a")->target, "/");
  EXPECT_EQ(read_web_url("http://a?x")->target, "/?x");
  EXPECT_EQ(read_web_url("http://a:80/")->origin(), "http://a");
  EXPECT_EQ(read_web_url("https://[2001:db8::1]:443/")->origin(), "https://[2001:db8::1]");
}

TEST(WebUrlTest, AHostIsInLowerCaseWhetherNameOrAddress) {
  EXPECT_EQ(read_web_url("https://[2001:DB8::AbC]")->origin(), "https://[2001:db8::abc]");
  EXPECT_EQ(read_web_url("http://Phone.EXAMPLE:81/")->origin(), "http://phone.example:81");
}

TEST(WebUrlTest, KnowsThisMachineByItsOwnNamesOnly) {
  for (const auto* text : {"http://localhost:8180/", "http://LOCALHOST", "http://127.0.0.1/",
                           "http://127.255.0.9:1", "http://[::1]:8080/x"}) {
    const auto url = read_web_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_TRUE(url->is_loopback()) << text;
    EXPECT_TRUE(url->is_trustworthy()) << text;
  }
  for (const auto* text :
       {"http://localhost.evil.example/", "http://127.0.0.1.evil.example/", "http://128.0.0.1/",
        "http://[::2]/", "http://a.localhost/", "http://0.0.0.0/"}) {
    const auto url = read_web_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_FALSE(url->is_trustworthy()) << text;
  }
  EXPECT_TRUE(read_web_url("https://sso.example/")->is_trustworthy());
}

TEST(WebUrlTest, RefusesWhatCouldBeReadInTwoWays) {
  for (const std::string& text : {std::string(),
                                  std::string("https"),
                                  std::string("https:"),
                                  std::string("https://"),
                                  std::string("https:///x"),
                                  std::string("//a"),
                                  std::string("ftp://a"),
                                  std::string("file:///etc/passwd"),
                                  std::string("javascript://a/%0a"),
                                  std::string("https:/a"),
                                  std::string("https:\\\\a"),
                                  std::string("https://a\\b/"),
                                  std::string("https://user@a/"),
                                  std::string("https://user:pass@a/"),
                                  std::string("http://localhost@evil.example/"),
                                  std::string("https://a/#x"),
                                  std::string("https://a b/"),
                                  std::string("https://a/\r\nX: y"),
                                  std::string("https://a/\t"),
                                  std::string("https://a/\0", 11),
                                  std::string("https://\xC3\xA9/"),
                                  std::string("https://a:/"),
                                  std::string("https://a:0/"),
                                  std::string("https://a:65536/"),
                                  std::string("https://a:-1/"),
                                  std::string("https://a:1:2/"),
                                  std::string("https://:1/"),
                                  std::string("https://[::1/"),
                                  std::string("https://[127.0.0.1]/"),
                                  std::string("https://[::1]x/"),
                                  std::string("https://[::1%25lo]/"),
                                  std::string("https://::1/"),
                                  std::string("http://127.1/"),
                                  std::string("http://2130706433/"),
                                  std::string("http://0x7f.0.0.1/"),
                                  std::string("http://0177.0.0.1/"),
                                  std::string("https://a..b/"),
                                  std::string("https://.a/"),
                                  std::string("https://a%00/"),
                                  "https://" + std::string(254, 'a'),
                                  "https://a/" + std::string(2'048, 'a')}) {
    EXPECT_FALSE(read_web_url(text)) << text;
  }
}

}  // namespace
}  // namespace dering
