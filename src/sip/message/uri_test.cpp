// SPDX-License-Identifier: Apache-2.0
#include "sip/message/uri.h"

#include <gtest/gtest.h>

namespace dering::sip {
namespace {

bool same(std::string_view a, std::string_view b) {
  const auto left = parse_uri(a);
  const auto right = parse_uri(b);
  EXPECT_TRUE(left && right) << a << " " << b;
  return left && right && is_equivalent(*left, *right) && is_equivalent(*right, *left);
}

TEST(Uri, IsCutIntoItsParts) {
  const auto uri =
      parse_uri("sips:alice:se%20cret@example.com:5071;transport=tcp;lr?Subject=x&a=b");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, "sips");
  EXPECT_EQ(uri->user, "alice");
  EXPECT_EQ(uri->password, "se%20cret");
  EXPECT_EQ(uri->host, "example.com");
  EXPECT_EQ(uri->port, 5071);
  EXPECT_EQ(uri->parameters, "transport=tcp;lr");
  EXPECT_EQ(uri->headers, "Subject=x&a=b");
  EXPECT_EQ(uri->parameter("TRANSPORT"), "tcp");
  EXPECT_EQ(uri->parameter("lr"), "");
  EXPECT_FALSE(uri->parameter("l"));
  EXPECT_TRUE(uri->is_sips());
}

TEST(Uri, NeedsNoUser) {
  const auto uri = parse_uri("SIP:pbx.example.com");
  ASSERT_TRUE(uri);
  EXPECT_TRUE(uri->is_sip());
  EXPECT_TRUE(uri->user.empty());
  EXPECT_EQ(uri->host, "pbx.example.com");
  EXPECT_FALSE(uri->port);
}

TEST(Uri, OfAnotherSchemeKeepsItsText) {
  const auto uri = parse_uri("tel:+6281234567;phone-context=+62");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, "tel");
  EXPECT_EQ(uri->text, "tel:+6281234567;phone-context=+62");
  EXPECT_TRUE(uri->host.empty());
}

TEST(Uri, ReadsWhatPhonesDial) {
  EXPECT_EQ(parse_uri("sip:*69#@example.com")->user, "*69#");
  EXPECT_EQ(parse_uri("sip:+62-21;ext=5@example.com")->user, "+62-21;ext=5");
}

TEST(Uri, WithBrokenGrammarIsNothing) {
  for (const std::string_view text :
       {"",
        ":",
        "sip",
        "sip:",
        "sip:@example.com",
        "sip:a@",
        "sip:a@b:",
        "sip:a@b:65536",
        "sip:a@b:-1",
        "sip:a@b:+1",
        "sip:a@b:1x",
        "sip:a@b c",
        " sip:a@b",
        "sip:a@b ",
        "sip:a<@b",
        "sip:a@b>",
        "sip:%zz@b",
        "sip:%4@b",
        "sip:a@b;x=%",
        "sip:a@[::1",
        "sip:a@::1",
        "sip:2001:db8::10",
        "sip:a@[::g]",
        "sip:a@[]",
        "sip:a\r\n@b",
        "sip:a@b@c",
        "1a:b",
        "sip:a@b/c",
        "sip:\"a\"@b",
        "sip:a@[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]"}) {
    EXPECT_FALSE(parse_uri(text)) << text;
  }
}

// RFC 3261 §19.1.4 gives these pairs.
TEST(Uri, IsEquivalentByTheExamplesOfTheRfc) {
  EXPECT_TRUE(same("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
  EXPECT_TRUE(same("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
  EXPECT_TRUE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"));
  EXPECT_TRUE(same("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                   "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
  EXPECT_TRUE(same("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                   "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
  EXPECT_FALSE(same("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
  EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
  EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
  EXPECT_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
  EXPECT_FALSE(same("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
  EXPECT_FALSE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
}

TEST(Uri, DistinguishesAReservedCharacterFromItsEscape) {
  EXPECT_FALSE(same("sip:a%3Bb@c", "sip:a;b@c"));
  EXPECT_TRUE(same("sip:a%3bb@c", "sip:a%3Bb@c"));
}

TEST(Uri, WithAParameterTwiceIsStillEquivalentToItself) {
  EXPECT_TRUE(same("sip:a@b;x=1;x=2", "sip:a@b;x=1;x=2"));
  EXPECT_FALSE(same("sip:a@b;x=1;x=2", "sip:a@b;x=2;x=1"));
}

TEST(UriUser, SurvivesEscapingAndUnescaping) {
  const std::string user = "Siti À d;é@\"<\r\n\x01%";
  EXPECT_EQ(unescaped(escaped_user(user)), user);
  EXPECT_TRUE(parse_uri("sip:" + escaped_user(user) + "@host"));
  EXPECT_EQ(escaped_user("+62;ext=5"), "+62;ext=5");
  EXPECT_FALSE(unescaped("a%4"));
  EXPECT_FALSE(unescaped("a%+1"));
}

TEST(FindParameter, LooksOutsideQuotesOnly) {
  EXPECT_EQ(find_parameter(";a=\"x;tag=1\" ; Tag = 2", "tag"), "2");
  EXPECT_EQ(find_parameter("a=\"x\\\";b=1\";b=2", "b"), "2");
  EXPECT_EQ(find_parameter("lr", "lr"), "");
  EXPECT_FALSE(find_parameter("", "lr"));
}

// RFC 5118: a bare address in a URI cannot be told from a port.
TEST(Rfc5118, S4_1_S4_2_Ipv6WithBracketsIsReadAndWithoutIsNot) {
  const auto good = parse_uri("sip:[2001:db8::10]");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->host, "[2001:db8::10]");
  EXPECT_FALSE(parse_uri("sip:2001:db8::10"));
}

TEST(Rfc5118, S4_3_AnAmbiguousPortBelongsToTheAddress) {
  const auto uri = parse_uri("sip:[2001:db8::10:5070]");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->host, "[2001:db8::10:5070]");
  EXPECT_FALSE(uri->port);
}

TEST(Rfc5118, S4_4_APortAfterTheBracketIsAPort) {
  const auto uri = parse_uri("sip:[2001:db8::10]:5070");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->host, "[2001:db8::10]");
  EXPECT_EQ(uri->port, 5070);
}

TEST(Rfc5118, S4_9_AnIpv4MappedAddressIsRead) {
  EXPECT_EQ(parse_uri("sip:user@[::ffff:192.0.2.10]:19823")->host, "[::ffff:192.0.2.10]");
}

TEST(Rfc5118, S4_10_BothFormsOfTheGrammarErrorAreRead) {
  EXPECT_EQ(parse_uri("sip:user@[2001:db8:::192.0.2.1]")->host, "[2001:db8:::192.0.2.1]");
  EXPECT_EQ(parse_uri("sip:user@[2001:db8::192.0.2.1]")->host, "[2001:db8::192.0.2.1]");
}

}  // namespace
}  // namespace dering::sip
