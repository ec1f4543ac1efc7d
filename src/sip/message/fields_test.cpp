// SPDX-License-Identifier: Apache-2.0
#include "sip/message/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sip/message/characters.h"

namespace dering::sip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(HeaderName, IsKnownInAnyCaseAndInItsCompactForm) {
  EXPECT_EQ(header_from("Call-ID"), HeaderId::call_id);
  EXPECT_EQ(header_from("cALL-id"), HeaderId::call_id);
  EXPECT_EQ(header_from("i"), HeaderId::call_id);
  EXPECT_EQ(header_from("X"), HeaderId::session_expires);
  EXPECT_EQ(header_from("Call-XD"), HeaderId::other);
  EXPECT_EQ(header_from("s"), HeaderId::other);
  EXPECT_EQ(header_from(""), HeaderId::other);
  for (int i = 0; i < static_cast<int>(HeaderId::other); ++i) {
    const auto id = static_cast<HeaderId>(i);
    EXPECT_EQ(header_from(name_of(id)), id) << name_of(id);
  }
}

TEST(Method, IsKnownInUpperCaseOnly) {
  for (int i = 0; i < static_cast<int>(Method::unknown); ++i) {
    const auto method = static_cast<Method>(i);
    EXPECT_EQ(method_from(name_of(method)), method);
  }
  EXPECT_EQ(method_from("invite"), Method::unknown);
  EXPECT_EQ(name_of(Method::unknown), "");
}

TEST(ControlCharacter, IsFoundAtEveryPlaceOfAWord) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::string text(size, '\xff');
    EXPECT_FALSE(has_control(text));
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\0', '\x1f', '\x7f', '\t'}) {
        text[at] = c;
        EXPECT_TRUE(has_control(text)) << size << " " << at << " " << static_cast<int>(c);
      }
      text[at] = ' ';
      EXPECT_FALSE(has_control(text));
      text[at] = '\xff';
    }
  }
}

TEST(Via, IsCutIntoItsParts) {
  const auto via = parse_via("SIP/2.0/WSS x7.invalid:5061;branch=z9hG4bK1;rport");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, "WSS");
  EXPECT_EQ(via->host, "x7.invalid");
  EXPECT_EQ(via->port, 5061);
  EXPECT_EQ(via->sent_by, "x7.invalid:5061");
  EXPECT_EQ(via->branch, "z9hG4bK1");
  EXPECT_EQ(via->parameters, "branch=z9hG4bK1;rport");
}

TEST(Via, WithBrokenGrammarIsNothing) {
  for (const std::string_view text :
       {"", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 host", "SIP/2.0/UDPhost", "SIP//UDP host",
        "SIP/2.0/UDP host;", "SIP/2.0/UDP host;;branch=1", "SIP/2.0/UDP host;branch=",
        "SIP/2.0/UDP host:;branch=1", "SIP/2.0/UDP host:99999", "SIP/2.0/UDP host branch=1",
        "SIP/2.0/UDP ho,st", "SIP/2.0/UDP host;a=\"b", "SIP/2.0/UDP [::1;branch=1"}) {
    EXPECT_FALSE(parse_via(text)) << text;
  }
}

TEST(Rfc5118, S4_5_ReceivedIsReadWithBracketsAndWithout) {
  for (const std::string_view received : {"[2001:db8::9:255]", "2001:db8::9:255"}) {
    const std::string text =
        "SIP/2.0/UDP [2001:db8::9:1]:5060;received=" + std::string(received) + ";branch=z9hG4bKas3";
    const auto via = parse_via(text);
    ASSERT_TRUE(via) << text;
    EXPECT_EQ(via->host, "[2001:db8::9:1]");
    EXPECT_EQ(via->port, 5060);
    EXPECT_EQ(find_parameter(via->parameters, "received"), received);
  }
}

TEST(NameAddr, HasANameAUriAndParameters) {
  const auto from = parse_name_addr("\"Siti \\\"S\\\", Àdé\" <sip:1001@x;lr>;tag=a1;q=0.5");
  ASSERT_TRUE(from);
  EXPECT_EQ(unquoted(from->display_name), "Siti \"S\", Àdé");
  EXPECT_EQ(from->uri.text, "sip:1001@x;lr");
  EXPECT_EQ(from->tag(), "a1");
  EXPECT_EQ(from->parameter("Q"), "0.5");
}

TEST(NameAddr, WithoutBracketsGivesTheParametersToTheField) {
  const auto to = parse_name_addr("sip:1001@x;tag=a1");
  ASSERT_TRUE(to);
  EXPECT_EQ(to->uri.text, "sip:1001@x");
  EXPECT_EQ(to->tag(), "a1");
}

TEST(NameAddr, ReadsUnquotedNamesAsTheyAreInUse) {
  EXPECT_EQ(parse_name_addr("AT&T (Siti Àdé) <sip:a@b>")->display_name, "AT&T (Siti Àdé)");
  EXPECT_EQ(parse_name_addr("<sip:a@b>")->display_name, "");
}

TEST(NameAddr, WithBrokenGrammarIsNothing) {
  for (const std::string_view text :
       {"", "<>", "<sip:a@b", "sip:a@b>", "\"x <sip:a@b>", "\"x\" sip:a@b", "x, y <sip:a@b>",
        "< sip:a@b>", "<sip:a@b >", "<sip:a@b>;", "<sip:a@b>;;a", "<sip:a@b>;tag=", "<sip:a@b> x",
        "<sip:a@b><sip:c@d>", "sip:a@b?x=y", "sip:a,b@c", "sip:a;b=c@d", "*"}) {
    EXPECT_FALSE(parse_name_addr(text)) << text;
  }
}

TEST(HostileInput, B5_CSeqIsANumberBelow2To31) {
  EXPECT_EQ(parse_cseq("0 ACK")->number, 0U);
  EXPECT_EQ(parse_cseq("1 ACK")->method, Method::ack);
  EXPECT_EQ(parse_cseq("2147483647 ACK")->number, 2147483647U);
  EXPECT_EQ(parse_cseq("0009 \t INVITE")->number, 9U);
  for (const std::string_view text :
       {"2147483648 ACK", "4294967296 ACK", "-1 ACK", "+1 ACK", "1", "1 ", "ACK", " ", "1ACK",
        "1 ACK x", "0x10 ACK", "1e3 ACK", "9999999999999999999999999999999999999999 ACK"}) {
    EXPECT_FALSE(parse_cseq(text)) << text;
  }
}

TEST(HostileInput, B5_RSeqAndRAckAreNumbersAboveZero) {
  EXPECT_EQ(parse_rseq(" 1 "), 1U);
  EXPECT_EQ(parse_rseq("4294967295"), 4294967295U);
  for (const std::string_view text : {"", "0", "-1", "4294967296", "1 2", "1;x", "0x1"}) {
    EXPECT_FALSE(parse_rseq(text)) << text;
  }
  const auto rack = parse_rack("776656 1 INVITE");
  ASSERT_TRUE(rack);
  EXPECT_EQ(rack->response, 776656U);
  EXPECT_EQ(rack->request.number, 1U);
  EXPECT_EQ(rack->request.method, Method::invite);
  EXPECT_TRUE(parse_rack("1\t2  INVITE"));
  for (const std::string_view text :
       {"", "1", "1 2", "1 INVITE", "0 1 INVITE", "1 2147483648 INVITE", "1 2 INVITE x",
        "4294967296 1 INVITE", "12 INVITE", "-1 1 INVITE"}) {
    EXPECT_FALSE(parse_rack(text)) << text;
  }
}

TEST(HostileInput, B5_SessionExpiresIsANumberAndARefresher) {
  EXPECT_EQ(parse_session_expires("1800;refresher=UAS")->refresher, "uas");
  EXPECT_EQ(parse_session_expires(" 90 ")->seconds, 90U);
  EXPECT_EQ(parse_session_expires("4294967295;x=y")->seconds, 4294967295U);
  for (const std::string_view text :
       {"", "-1", "4294967296", "1800;refresher=me", "1800;", "1800 refresher=uas",
        "1800;refresher", "9999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(parse_session_expires(text)) << text;
  }
}

TEST(HostileInput, A5_ContentLengthIsDigitsOnly) {
  EXPECT_EQ(parse_content_length("0"), 0U);
  EXPECT_EQ(parse_content_length(std::string(1000, '0') + "7"), 7U);
  EXPECT_EQ(parse_content_length("2147483647"), 2147483647U);
  for (const std::string_view text : {"", "-1", "+1", "0x10", "1e3", "2147483648", "4294967301",
                                      "9223372036854775808", "5,5", "5 5", "5;"}) {
    EXPECT_FALSE(parse_content_length(text)) << text;
  }
}

TEST(HostileInput, A7_CredentialsOfAnySchemeAreReadByTheirGrammar) {
  const auto digest = parse_auth(
      "Digest username=\"a \\\"b\\\", c\" , realm = \"x\",nc=00000001,response=\"\",qop=auth");
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->scheme, "Digest");
  EXPECT_EQ(digest->parameter("USERNAME"), "a \\\"b\\\", c");
  EXPECT_EQ(digest->parameter("realm"), "x");
  EXPECT_EQ(digest->parameter("response"), "");
  EXPECT_EQ(digest->parameter("nc"), "00000001");
  EXPECT_FALSE(digest->parameter("nonce"));

  EXPECT_EQ(parse_auth("Bearer eyJ.a-b_c~d+/==")->rest, "eyJ.a-b_c~d+/==");
  EXPECT_FALSE(parse_auth("Bearer eyJ.a")->parameter("realm"));
  EXPECT_EQ(parse_auth("NoOneKnowsThis opaque-data=here")->parameter("opaque-data"), "here");
}

TEST(HostileInput, A7_CredentialsWithBrokenGrammarAreNothing) {
  for (const std::string_view text :
       {"", " ", "=", "Digest=x", "\"Digest\" a=b", "Digest username=\"a", "Digest a=b c=d",
        "Digest a=b,,c=d", "Digest =b", "Digest a=b,A=c", "Digest ,", "Bearer a b"}) {
    const auto auth = parse_auth(text);
    EXPECT_FALSE(auth) << text << " is " << auth->rest;
  }
  EXPECT_FALSE(parse_auth("Digest")->parameter("nonce"));
}

TEST(HostileInput, A7_CredentialsHaveALimitOfParameters) {
  std::string text = "Digest a=b";
  for (int i = 0; i < 63; ++i) text += ",p" + std::to_string(i) + "=x";
  EXPECT_TRUE(parse_auth(text));
  EXPECT_FALSE(parse_auth(text + ",last=x"));
  EXPECT_EQ(parse_auth("Digest a=\"" + std::string(60'000, 'x') + "\"")->parameter("a")->size(),
            60'000U);
}

TEST(List, IsSplitOutsideQuotesAndBrackets) {
  EXPECT_THAT(split_list("a, \"b,\\\",c\" <sip:d,e> ;f=\"g,h\",,i"),
              ElementsAre("a", "\"b,\\\",c\" <sip:d,e> ;f=\"g,h\"", "i"));
  EXPECT_THAT(split_list(" , "), IsEmpty());
  EXPECT_THAT(split_list("\"a, b"), ElementsAre("\"a, b"));
}

TEST(Contacts, AreAStarOrAtMostSixteen) {
  EXPECT_TRUE(parse_contacts(" * ")->is_star);
  EXPECT_EQ(parse_contacts("<sip:a@b>;expires=0, \"x, y\" <sip:c@d>")->contacts.size(), 2U);
  EXPECT_FALSE(parse_contacts("*, <sip:a@b>"));
  EXPECT_FALSE(parse_contacts(""));
  std::string many = "<sip:a@b>";
  for (int i = 0; i < 15; ++i) many += ",<sip:a@b>";
  EXPECT_TRUE(parse_contacts(many));
  EXPECT_FALSE(parse_contacts(many + ",<sip:a@b>"));
}

TEST(Quoting, LosesNoTextButControlCharacters) {
  EXPECT_EQ(quoted_string("Siti \"S\" \\ Àdé"), "\"Siti \\\"S\\\" \\\\ Àdé\"");
  EXPECT_EQ(unquoted(quoted_string("Siti \"S\" \\ Àdé")), "Siti \"S\" \\ Àdé");
  EXPECT_EQ(quoted_string(std::string_view("a\r\nb\0c\x7f", 7)), "\"abc\"");
  EXPECT_EQ(unquoted("\""), "\"");
}

TEST(Quoting, TurnsLatin1IntoUtf8) {
  EXPECT_EQ(quoted_string("J\xe9r\xf4me"), "\"Jérôme\"");
  EXPECT_TRUE(is_utf8(quoted_string("\xff\xfe")));
}

}  // namespace
}  // namespace dering::sip
