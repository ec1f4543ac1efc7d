// SPDX-License-Identifier: Apache-2.0
#include "base/http_url.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

TEST(FetchableUrl, TakesHttpsAndHttpOnThisMachine) {
  const auto url = FetchableUrl::parse("https://sso.univ.ac.id:8443/realms/univ");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->is_https());
  EXPECT_EQ(url->host(), "sso.univ.ac.id");
  EXPECT_EQ(url->origin(), "https://sso.univ.ac.id:8443");
  EXPECT_EQ(url->path(), "/realms/univ");
  for (const char* local : {"http://localhost:8180/realms/dering", "http://127.0.0.1:1",
                            "http://127.9.9.9/", "http://[::1]:8180/x"}) {
    EXPECT_TRUE(FetchableUrl::parse(local)) << local;
  }
  EXPECT_EQ(FetchableUrl::parse("https://sso.example")->path(), "");
}

TEST(FetchableUrl, RefusesWhatOthersCouldReadOrReadDifferently) {
  for (const char* bad : {"",
                          "https://",
                          "http://sso.example/",
                          "http://localhost.evil/",
                          "http://127.0.0.1.evil/",
                          "ftp://localhost/",
                          "file:///etc/passwd",
                          "HTTPS://sso.example",
                          "https://SSO.example",
                          "https://user@sso.example/",
                          "https://localhost@evil/",
                          "https://sso.example/?a=b",
                          "https://sso.example/#a",
                          "https://sso.example:/",
                          "https://sso.example:0/",
                          "https://sso.example:99999/",
                          "https://sso.example:80:80/",
                          "https://[::1/",
                          "https://[x]/",
                          "https://sso.example\\evil/",
                          "https://sso example/",
                          "https://sso.example/\n",
                          "//x/"}) {
    EXPECT_FALSE(FetchableUrl::parse(bad)) << bad;
  }
  EXPECT_FALSE(FetchableUrl::parse("https://a/" + std::string(3'000, 'a')));
}

}  // namespace
}  // namespace dering
