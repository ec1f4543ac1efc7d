// SPDX-License-Identifier: Apache-2.0
#include "sip/message/transfer_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sip/message/writer.h"

namespace dering::sip {
namespace {

using testing::Eq;
using testing::Optional;

Message refer(const std::string& fields) {
  auto read = Message::parse(
      "REFER sip:1002@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
      "To: <sip:b@h>;tag=2\r\nCall-ID: c@h\r\nCSeq: 3 REFER\r\n" +
      fields + "\r\n");
  return std::move(*read);
}

// ---- Replaces

TEST(Replaces, NamesADialogByItsCallIdAndBothTagsInEitherOrder) {
  const Replaces expected{"98732@sip.example.com", "r33th4x0r", "ff87ff", false};
  EXPECT_THAT(parse_replaces("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff"),
              Optional(Replaces{"98732@sip.example.com", "ff87ff", "r33th4x0r", false}));
  EXPECT_THAT(parse_replaces(" 98732@sip.example.com ; TO-TAG = r33th4x0r ; from-Tag=ff87ff "),
              Optional(expected));
}

TEST(Replaces, MayBeForEarlyDialogsOnly) {
  const auto read = parse_replaces("12adf2f34456gs5;to-tag=12345;from-tag=54321;early-only");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_early_only);
  EXPECT_THAT(parse_replaces(replaces_value(*read)), Optional(*read));
}

TEST(Replaces, PassesOverWhatItDoesNotKnow) {
  EXPECT_TRUE(parse_replaces("a;to-tag=1;x;from-tag=2;y=\"q;to-tag=3\""));
}

TEST(Replaces, TakesCallIdsWithAllThatRfc3261Allows) {
  EXPECT_TRUE(
      parse_replaces("f81d4fae-7dec(11){d0}<a>:[7]/\\?\"@[2001:db8::1];to-tag=1;from-tag=2"));
}

TEST(Replaces, IsRefusedWhenMalformedOversizedOrWithATwin) {
  for (const std::string text : {"",
                                 ";to-tag=1;from-tag=2",
                                 "a",
                                 "a;to-tag=1",
                                 "a;from-tag=1",
                                 "a;to-tag=1;to-tag=2",
                                 "a;to-tag=1;from-tag=2;from-tag=2",
                                 "a;to-tag=;from-tag=2",
                                 "a;to-tag;from-tag=2",
                                 "a;to-tag=1;from-tag=2;",
                                 "a;to-tag=1;from-tag=2;;",
                                 "a b;to-tag=1;from-tag=2",
                                 "a@;b;to-tag=1",
                                 "@h;to-tag=1;from-tag=2",
                                 "a@b@c;to-tag=1;from-tag=2",
                                 "a;to-tag=1;from-tag=2, b;to-tag=1;from-tag=2",
                                 "a;to-tag=\"1\";from-tag=2",
                                 "a;to-tag=1;from-tag=2;early-only;early-only",
                                 "a;to-tag=1;from-tag=2;early-only=yes",
                                 "a\r\nX: y;to-tag=1;from-tag=2",
                                 "a;to-tag=1\r\n;from-tag=2"}) {
    EXPECT_FALSE(parse_replaces(text)) << text;
  }
  const std::string tags = ";to-tag=1;from-tag=2";
  EXPECT_TRUE(parse_replaces(std::string(max_replaces_size - tags.size(), 'a') + tags));
  EXPECT_FALSE(parse_replaces(std::string(max_replaces_size - tags.size() + 1, 'a') + tags));
}

TEST(Replaces, IsTakenFromAnInviteThatHasOneOfThem) {
  const std::string one = "Replaces: a;to-tag=1;from-tag=2\r\n";
  EXPECT_TRUE(replaces_of(refer(one)));
  EXPECT_FALSE(replaces_of(refer("")));
  EXPECT_FALSE(replaces_of(refer(one + one)));
}

// ---- Refer-To

TEST(ReferTo, LeadsToAUri) {
  const auto read = parse_refer_to("\"Siti\" <sip:1002@h;user=phone>;x=1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->target, "sip:1002@h;user=phone");
  EXPECT_EQ(read->method, "INVITE");
  EXPECT_FALSE(read->replaces);
  EXPECT_EQ(parse_refer_to("sip:1002@h")->target, "sip:1002@h");
  EXPECT_EQ(parse_refer_to("<tel:+62215550123>")->target, "tel:+62215550123");
}

TEST(ReferTo, S27CarriesTheDialogToReplaceInItsUri) {
  const auto read =
      parse_refer_to("<sip:1002@d?Replaces=cid%40h%3Bto-tag%3DA1%3Bfrom-tag%3DB2%3Bearly-only>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->target, "sip:1002@d");
  EXPECT_THAT(read->replaces, Optional(Replaces{"cid@h", "A1", "B2", true}));
}

TEST(ReferTo, IsReadAsItWasWritten) {
  const Replaces dialog{"a\"b<c>&=;?@h", "to%25", "from'~", true};
  ASSERT_FALSE(parse_replaces(replaces_value(dialog))) << "a semicolon ends a Call-ID";
  const Replaces legal{"a\"b<c>?/\\[1]@h%20", "to%25", "from'~", true};
  const std::string text = refer_to_value("sip:1002@h;x=y", legal);
  const auto read = parse_refer_to(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->target, "sip:1002@h;x=y");
  EXPECT_THAT(read->replaces, Optional(legal));
  EXPECT_EQ(refer_to_value("sip:1002@h", std::nullopt), "<sip:1002@h>");
}

TEST(ReferTo, F3HonoursNoHeaderFieldButReplaces) {
  const auto read = parse_refer_to(
      "<sip:1002@d?P-Asserted-Identity=sip%3A1@d&X=%0D%0AY%3A1&replaces=a%3Bto-tag%3D1%3Bfrom-tag"
      "%3D2&body=x>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->target, "sip:1002@d");
  EXPECT_THAT(read->replaces, Optional(Replaces{"a", "1", "2", false}));
}

TEST(ReferTo, AQuestionMarkInAUserPartEndsNothing) {
  EXPECT_EQ(parse_refer_to("<sip:a?b@h>")->target, "sip:a?b@h");
  EXPECT_EQ(parse_refer_to("<sip:a?b@h?X=1>")->target, "sip:a?b@h");
  EXPECT_EQ(parse_refer_to("<sip:a@h?>")->target, "sip:a@h");
}

TEST(ReferTo, NamesTheMethodThatItAsksFor) {
  EXPECT_EQ(parse_refer_to("<sip:1002@h;method=BYE>")->method, "BYE");
  EXPECT_FALSE(parse_refer_to("<sip:1002@h;method=>"));
  EXPECT_FALSE(parse_refer_to("<sip:1002@h;method=A%0D%0AB>"));
}

TEST(ReferTo, IsRefusedWhenMalformedOversizedOrWithATwin) {
  const std::string dialog = "a%3Bto-tag%3D1%3Bfrom-tag%3D2";
  const std::vector<std::string> wrong{
      std::string(),
      std::string("<>"),
      std::string("<sip:1002@h"),
      std::string("1002"),
      "sip:1002@h?Replaces=" + dialog,
      std::string("<sip:1002@h?Replaces=>"),
      std::string("<sip:1002@h?Replaces=a>"),
      "<sip:1002@h?Replaces=" + dialog + "&Replaces=" + dialog + ">",
      "<sip:1002@h?Replaces=" + dialog + "&%52eplaces=" + dialog + ">",
      std::string("<sip:1002@h?Replaces=a%0D%0A%3Bto-tag%3D1%3Bfrom-tag%3D2>"),
      std::string("<sip:1002@h?Replaces=%zz>")};
  for (const std::string& text : wrong) {
    EXPECT_FALSE(parse_refer_to(text)) << text;
  }
  EXPECT_TRUE(parse_refer_to("<sip:1002@h;x=" + std::string(2'000, 'a') + ">"));
  EXPECT_FALSE(parse_refer_to("<sip:1002@h;x=" + std::string(max_refer_to_size, 'a') + ">"));
  std::string many = "<sip:1002@h?";
  for (int i = 0; i < 17; ++i) many += "a=b&";
  EXPECT_FALSE(parse_refer_to(many + "c=d>"));
}

TEST(ReferTo, IsTakenFromAReferThatHasOneOfThem) {
  EXPECT_TRUE(refer_to_of(refer("Refer-To: <sip:1@h>\r\n")));
  EXPECT_TRUE(refer_to_of(refer("r: <sip:1@h>\r\n")));
  EXPECT_FALSE(refer_to_of(refer("")));
  EXPECT_FALSE(refer_to_of(refer("Refer-To: <sip:1@h>\r\nr: <sip:2@h>\r\n")));
  EXPECT_FALSE(refer_to_of(refer("Refer-To: <sip:1@h>, <sip:2@h>\r\n")));
}

// ---- Referred-By

TEST(ReferredBy, NamesWhoReferred) {
  const auto read = parse_referred_by("\"Siti\" <sip:1001@h>;cid=\"20398823.2UWQFN309shb3@h\"");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->referrer.uri.user, "1001");
  EXPECT_EQ(read->content_id, "20398823.2UWQFN309shb3@h");
  EXPECT_TRUE(parse_referred_by("sip:1001@h")->content_id.empty());
  EXPECT_TRUE(referred_by_of(refer("b: <sip:1001@h>\r\n")));
}

TEST(ReferredBy, IsRefusedWhenMalformedOversizedOrWithATwin) {
  for (const std::string text :
       {"", "<>", "<http://h>", "<sip:1001@h?Subject=x>", "<sip:1001@h>;cid=\"a@h\";cid=\"b@h\"",
        "<sip:1001@h>;cid", "<sip:1001@h>;cid=\"\"", "<sip:1001@h>, <sip:1002@h>"}) {
    EXPECT_FALSE(parse_referred_by(text)) << text;
  }
  EXPECT_FALSE(parse_referred_by("<sip:1001@h;x=" + std::string(max_refer_to_size, 'a') + ">"));
  EXPECT_FALSE(referred_by_of(refer("Referred-By: <sip:1@h>\r\nb: <sip:2@h>\r\n")));
}

// ---- message/sipfrag

TEST(StatusFragment, TellsAStatusLineWithItsLineEnd) {
  EXPECT_EQ(status_fragment(100), "SIP/2.0 100 Trying\r\n");
  for (const int status : {100, 180, 200, 404, 486, 603}) {
    const std::string text = status_fragment(status);
    const auto read = parse_status_fragment(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->status, status);
    EXPECT_EQ(read->phrase, reason_phrase(status));
  }
}

TEST(StatusFragment, IsReadWithoutALineEndOrWithHeaderFieldsAfterIt) {
  EXPECT_EQ(parse_status_fragment("SIP/2.0 200 OK")->status, 200);
  EXPECT_EQ(parse_status_fragment("SIP/2.0 503")->phrase, "");
  EXPECT_EQ(parse_status_fragment("SIP/2.0 486 Busy Here\r\nTo: <sip:a@h>\r\n")->phrase,
            "Busy Here");
}

TEST(StatusFragment, IsRefusedWhenMalformedOrOversized) {
  for (const std::string text :
       {"", "\r\n", "SIP/2.0", "SIP/2.0 ", "SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 2000 OK",
        "SIP/2.0 +20 OK", "SIP/3.0 200 OK", "HTTP/1.1 200 OK", "INVITE sip:a@h SIP/2.0",
        "SIP/2.0 200 a\nb", "SIP/2.0 200 \xff"}) {
    EXPECT_FALSE(parse_status_fragment(text)) << text;
  }
  EXPECT_FALSE(parse_status_fragment("SIP/2.0 200 " + std::string(max_refer_to_size, 'a')));
}

}  // namespace
}  // namespace dering::sip
