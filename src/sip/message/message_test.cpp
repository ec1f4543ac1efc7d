// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sip/message/writer.h"

namespace dering::sip {
namespace {

using testing::ElementsAre;

/// An OPTIONS request whose parts a test replaces one by one.
struct Draft {
  std::string start_line = "OPTIONS sip:b@x SIP/2.0";
  std::map<std::string, std::string> mandatory{{"Via", "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"},
                                               {"From", "From: <sip:a@x>;tag=1\r\n"},
                                               {"To", "To: <sip:b@x>\r\n"},
                                               {"Call-ID", "Call-ID: c@h\r\n"},
                                               {"CSeq", "CSeq: 7 OPTIONS\r\n"}};
  std::string more;
  std::string body;

  std::string text() const {
    std::string result = start_line + "\r\n";
    for (const auto& [name, lines] : mandatory) result += lines;
    return result + more + "\r\n" + body;
  }
};

std::string with_lines(std::string lines, std::string body = "") {
  Draft draft;
  draft.more = std::move(lines);
  draft.body = std::move(body);
  return draft.text();
}

std::string with_start_line(std::string line) {
  Draft draft;
  draft.start_line = std::move(line);
  return draft.text();
}

/// 0: accepted, 400…: refused, negative: dropped for the Unreadable reason −1 − n.
int verdict(std::string_view text) {
  const auto message = Message::parse(text);
  if (!message) return -1 - static_cast<int>(message.error());
  return message->refusal() ? message->refusal()->status : 0;
}

constexpr int dropped(Unreadable reason) {
  return -1 - static_cast<int>(reason);
}

TEST(Message, IsReadAsViewsThatSurviveAMove) {
  auto parsed = Message::parse(
      "INVITE sip:1002@pbx.example.com SIP/2.0\r\n"
      "v: SIP/2.0/WSS a.invalid;branch=z9hG4bK7, SIP/2.0/UDP b\r\n"
      "f: \"Siti Àdé\" <sip:1001@pbx.example.com>;tag=x1\r\nt: <sip:1002@pbx.example.com>\r\n"
      "i: c77\r\nCSeq: 8120 INVITE\r\nSupported: timer, 100rel\r\nk:replaces\r\n"
      "X-Ours: yes\r\nMax-Forwards: 70\r\nc: application/sdp\r\nl: 5\r\n\r\nv=0\r\n");
  ASSERT_TRUE(parsed);
  const Message message = std::move(*parsed);
  EXPECT_FALSE(message.refusal());
  EXPECT_TRUE(message.is_request());
  EXPECT_EQ(message.method(), Method::invite);
  EXPECT_EQ(message.request_uri(), "sip:1002@pbx.example.com");
  EXPECT_EQ(message.via().host, "a.invalid");
  EXPECT_THAT(message.list(HeaderId::via),
              ElementsAre("SIP/2.0/WSS a.invalid;branch=z9hG4bK7", "SIP/2.0/UDP b"));
  EXPECT_EQ(message.from().display_name, "\"Siti Àdé\"");
  EXPECT_EQ(message.from().tag(), "x1");
  EXPECT_EQ(message.to().tag(), "");
  EXPECT_EQ(message.call_id(), "c77");
  EXPECT_EQ(message.cseq().number, 8120U);
  EXPECT_THAT(message.list(HeaderId::supported), ElementsAre("timer", "100rel", "replaces"));
  EXPECT_EQ(message.count(HeaderId::supported), 3U);
  EXPECT_EQ(message.count(HeaderId::contact), 0U);
  EXPECT_TRUE(message.lists(HeaderId::supported, "Replaces"));
  EXPECT_FALSE(message.lists(HeaderId::supported, "rel"));
  EXPECT_EQ(message.header("x-ours"), "yes");
  EXPECT_FALSE(message.header(HeaderId::contact));
  EXPECT_EQ(message.body(), "v=0\r\n");
}

TEST(Message, OfAResponseHasAStatusAndAllItsVias) {
  const auto message = Message::parse(with_start_line("SIP/2.0 486 Déjà  occupé"));
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->is_request());
  EXPECT_EQ(message->status(), 486);
  EXPECT_EQ(message->reason_phrase(), "Déjà  occupé");
  Draft two = {};
  two.start_line = "SIP/2.0 200";
  two.mandatory["Via"] += "Via: SIP/2.0/UDP other\r\n";
  EXPECT_EQ(Message::parse(two.text())->list(HeaderId::via).size(), 2U);
}

TEST(Message, IgnoresLineBreaksBeforeIt) {
  EXPECT_EQ(verdict("\r\n\r\n" + Draft{}.text()), 0);
  EXPECT_EQ(verdict("\r\n\r\n"), dropped(Unreadable::empty));
  EXPECT_EQ(verdict(""), dropped(Unreadable::empty));
}

TEST(Message, ThatIsNotSipIsDropped) {
  for (const std::string_view line : {"GET / HTTP/1.1", "hello", " OPTIONS sip:b@x SIP/2.0",
                                      "OPT;IONS sip:b@x SIP/2.0", "SIP/2.0", "OPTIONS"}) {
    const int result = verdict(with_start_line(std::string(line)));
    EXPECT_TRUE(result == dropped(Unreadable::no_start_line) ||
                result == dropped(Unreadable::bad_response))
        << line;
  }
  EXPECT_EQ(verdict("OPTIONS sip:b@x SIP/2.0"), dropped(Unreadable::no_start_line));
  EXPECT_EQ(verdict(std::string(60'000, '\0')), dropped(Unreadable::no_start_line));
}

TEST(Message, OfAnotherVersionIsRefusedWith505) {
  EXPECT_EQ(verdict(with_start_line("OPTIONS sip:b@x SIP/3.0")), 505);
  EXPECT_EQ(verdict(with_start_line("OPTIONS sip:b@x SIP/2.00")), 505);
  EXPECT_EQ(verdict(with_start_line("OPTIONS sip:b@x sip/2.0")), 0);
  EXPECT_EQ(verdict(with_start_line("SIP/3.0 200 OK")), dropped(Unreadable::bad_response));
}

TEST(Message, WithABrokenRequestUriIsRefused) {
  for (const std::string_view uri : {"<sip:b@x>", "sip:b@x ", " sip:b@x", "sip:b @x", "sip:b@x?a=b",
                                     "sip:", "", "b@x", "sip:b\t@x", "sip:2001:db8::10"}) {
    EXPECT_EQ(verdict(with_start_line("OPTIONS " + std::string(uri) + " SIP/2.0")), 400) << uri;
  }
  EXPECT_EQ(verdict(with_start_line("OPTIONS tel:+62 SIP/2.0")), 0);
  EXPECT_EQ(verdict(with_start_line("OPTIONS urn:service:sos SIP/2.0")), 0);
}

TEST(Message, OfAResponseWithBadContentIsDropped) {
  for (const std::string_view line :
       {"SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 20 x", "SIP/2.0 0200 x", "SIP/2.0 -20 x",
        "SIP/2.0  200 x", "SIP/2.0 200 a\x01"}) {
    EXPECT_EQ(verdict(with_start_line(std::string(line))), dropped(Unreadable::bad_response))
        << line;
  }
  Draft draft;
  draft.start_line = "SIP/2.0 200 OK";
  draft.mandatory["CSeq"] = "CSeq: 1\r\n";
  EXPECT_EQ(verdict(draft.text()), dropped(Unreadable::bad_response));
  draft.mandatory.erase("CSeq");
  EXPECT_EQ(verdict(draft.text()), dropped(Unreadable::bad_response));
}

TEST(Message, CutsTheBodyOfADatagramToItsContentLength) {
  EXPECT_EQ(Message::parse(with_lines("l: 3\r\n", "12345"))->body(), "123");
  EXPECT_EQ(Message::parse(with_lines("", "12345"))->body(), "12345");
}

TEST(HostileInput, A1_EveryFieldMayGrowUpToTheSizeOfAMessage) {
  for (std::size_t power = 1; power <= 16; ++power) {
    for (const int step : {-1, 0, 1}) {
      const std::string x((std::size_t{1} << power) + static_cast<std::size_t>(step), 'x');
      const std::vector<std::string> texts{
          with_start_line("OPTIONS sip:" + x + "@x SIP/2.0"),
          with_start_line("X" + x + " sip:b@x SIP/2.0"),
          with_lines("X-" + x + ": y\r\n"),
          with_lines("X: " + x + "\r\n"),
          with_lines("Contact: <sip:" + x + "@h;" + x + "=" + x + ">;" + x + "\r\n"),
          with_lines("", x)};
      for (const std::string& text : texts) {
        const int of_any_size = text.starts_with('X') ? 400 : 0;  // CSeq names another method
        const bool is_too_large = text.size() > max_message_size;
        EXPECT_EQ(verdict(text), is_too_large ? dropped(Unreadable::too_large) : of_any_size)
            << text.substr(0, 100);
      }
      Draft draft;
      draft.mandatory["Via"] = "Via: SIP/2.0/" + x + " " + x + ";branch=" + x + "\r\n";
      draft.mandatory["From"] = "From: \"" + x + "\" <sip:" + x + "@x>;tag=" + x + "\r\n";
      const auto message = Message::parse(draft.text());
      if (!message) continue;
      ASSERT_FALSE(message->refusal()) << x.size();
      EXPECT_EQ(message->via().branch, x);
      EXPECT_EQ(message->from().tag(), x);
    }
  }
}

TEST(HostileInput, A4_HeaderFieldsAreCountedAndRefusedPastTheLimit) {
  const auto copies = [](std::string_view line, std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += line;
    return with_lines(lines);
  };
  for (const std::string_view line : {"Accept: a/b\r\n", "Route: <sip:x>\r\n", "X-Other: y\r\n",
                                      "s: z\r\n", "Record-Route: <sip:r>\r\n"}) {
    EXPECT_EQ(verdict(copies(line, max_header_count_of_one_name)), 0) << line;
    for (const std::size_t count : {max_header_count_of_one_name + 1, std::size_t{1000}}) {
      EXPECT_EQ(verdict(copies(line, count)), 400) << line;
    }
  }
  std::string distinct;
  for (int i = 0; i < 251; ++i) distinct += "X" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(verdict(with_lines(distinct)), 0);
  EXPECT_EQ(verdict(with_lines(distinct + "One-More: y\r\n")), 400);
}

TEST(HostileInput, A5_ContentLengthOfADatagramIsDigitsWithinIt) {
  for (const std::string_view value :
       {"-1", "+1", "0x10", "1e3", "2147483648", "4294967301", "9223372036854775808", "5,5", "6",
        "5\r\nl: 4", "5 5", "5;x", "", "5\r\n 5"}) {
    EXPECT_EQ(verdict(with_lines("Content-Length: " + std::string(value) + "\r\n", "12345")), 400)
        << value;
  }
  for (const std::string_view value : {"5", "5\r\nl: 5", "05", "0", "\r\n 5"}) {
    EXPECT_EQ(verdict(with_lines("Content-Length: " + std::string(value) + "\r\n", "12345")), 0)
        << value;
  }
  EXPECT_EQ(verdict(with_lines("l: " + std::string(1000, '0') + "5\r\n", "12345")), 0);
}

TEST(HostileInput, A6_AMandatoryFieldMissingOrEmptyLeavesNothingToAnswerWith) {
  for (const auto& [name, line] : Draft{}.mandatory) {
    Draft draft;
    draft.mandatory.erase(name);
    EXPECT_EQ(verdict(draft.text()), dropped(Unreadable::cannot_be_answered)) << name;
    draft.mandatory[name] = name + ":  \r\n";
    EXPECT_EQ(verdict(draft.text()), dropped(Unreadable::cannot_be_answered)) << name;
  }
}

TEST(HostileInput, A6_AMandatoryFieldTwiceIsRefusedUnlessItIsVia) {
  for (const auto& [name, line] : Draft{}.mandatory) {
    Draft draft;
    draft.mandatory[name] = line + line;
    EXPECT_EQ(verdict(draft.text()), name == "Via" ? 0 : 400) << name;
  }
  EXPECT_EQ(verdict(with_lines("Max-Forwards: 7\r\nMax-Forwards: 7\r\n")), 400);
}

TEST(HostileInput, A6_AMandatoryFieldBrokenIsRefused) {
  const std::map<std::string, std::vector<std::string>> broken{
      {"Via", {"SIP/2.0/UDP", "h", "SIP/2.0/UDP h;;", ",", "SIP/2.0/UDP h:x", ", SIP/2.0/UDP h"}},
      {"From",
       {"a", "<sip:a@x>;tag=", "\"a <sip:a@x>", "<sip:a@x", "sip:@x", "<sip:a@x>, <sip:b@x>"}},
      {"To", {"b", "<sip:b@x>;;", "Bell, A <sip:b@x>", "< sip:b@x >"}},
      {"Call-ID", {"a b", "a\tb"}},
      {"CSeq", {"1", "OPTIONS", "1 INVITE", "1 options", "2147483648 OPTIONS", "-1 OPTIONS"}}};
  for (const auto& [name, values] : broken) {
    for (const std::string& value : values) {
      Draft draft;
      draft.mandatory[name] = name + ": " + value + "\r\n";
      EXPECT_EQ(verdict(draft.text()), 400) << name << ": " << value;
    }
  }
}

TEST(HostileInput, A6_FieldsMayBeFoldedAndInAnyOrder) {
  const auto message = Message::parse(
      "OPTIONS sip:b@x SIP/2.0\r\nCSeq:\r\n 7\r\n\tOPTIONS\r\nCall-ID:\r\n  c\r\nTo:\r\n "
      "<sip:b@x>\r\n"
      "From: <sip:a@x>\r\n ;tag\r\n =1\r\nVia: SIP/2.0/UDP\r\n h\r\n\r\n");
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal()) << message->refusal()->reason;
  EXPECT_EQ(message->cseq().method, Method::options);
  EXPECT_EQ(message->from().tag(), "1");
}

TEST(HostileInput, B5_MaxForwardsIsBelow256) {
  for (const std::string_view value : {"0", "1", "70", "255", "0068"}) {
    EXPECT_EQ(verdict(with_lines("Max-Forwards: " + std::string(value) + "\r\n")), 0) << value;
  }
  for (const std::string_view value : {"256", "-1", "+1", "2147483647", "2147483648", "4294967296",
                                       "", "70 70", "9999999999999999999999999999999999999999"}) {
    EXPECT_EQ(verdict(with_lines("Max-Forwards: " + std::string(value) + "\r\n")), 400) << value;
  }
}

/// None of these may be read as the field it imitates.
TEST(HostileInput, F5_NoVariantOfANameSmugglesAHeaderField) {
  const std::vector<std::string> refused{
      "X-Bypass;: lol\r\n",
      "X Bypass: lol\r\n",
      std::string("X-Bypass\0: lol\r\n", 16),
      "X-Bypass\r\n : lol\r\n",
      "X: y\rX-Bypass: lol\r\n",
      "X: y\nX-Bypass: lol\r\n",
      "X: y\n\rX-Bypass: lol\r\n",
      ": lol\r\n",
      "X-Bypass\r\n",
      "(X-Bypass): lol\r\n",
      "X-Býpass: lol\r\n",
  };
  for (const std::string& lines : refused) {
    const auto message = Message::parse(with_lines(lines));
    ASSERT_TRUE(message) << lines;
    EXPECT_TRUE(message->refusal()) << lines;
    EXPECT_FALSE(message->header("X-Bypass")) << lines;
  }
  for (const std::string_view folded :
       {"X: y\r\n X-Bypass: lol\r\n", "X: y\r\n\tX-Bypass: lol\r\n"}) {
    const auto message = Message::parse(with_lines(std::string(folded)));
    EXPECT_FALSE(message->refusal());
    EXPECT_FALSE(message->header("X-Bypass"));
  }
  for (const std::string_view seen : {"x-BYPASS : lol\r\n", "X-Bypass\t:lol\r\n"}) {
    EXPECT_EQ(Message::parse(with_lines(std::string(seen)))->header("X-Bypass"), "lol") << seen;
  }
}

TEST(HostileInput, F5_AFoldBeforeTheFirstFieldIsRefused) {
  EXPECT_EQ(verdict(with_start_line("OPTIONS sip:b@x SIP/2.0\r\n X: y")), 400);
}

TEST(HostileInput, F5_LinesThatEndWithABareLineFeedAreNoMessage) {
  std::string text = Draft{}.text();
  std::erase(text, '\r');
  EXPECT_EQ(verdict(text), dropped(Unreadable::no_start_line));
}

TEST(HostileInput, F6_AControlCharacterIsRefusedAndNotEchoed) {
  for (const char c : {'\0', '\x01', '\x1f', '\x7f', '\r', '\n', '\b'}) {
    Draft draft;
    draft.mandatory["From"] = std::string("From: \"a") + c + "b\" <sip:a@x>;tag=1\r\n";
    draft.mandatory["Call-ID"] = std::string("Call-ID: x") + c + "y\r\n";
    const auto message = Message::parse(draft.text());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->refusal()->status, 400);
    EXPECT_EQ(message->from().display_name, "\"a?b\"");
    EXPECT_EQ(message->call_id(), "x?y");
  }
}

TEST(HostileInput, F6_AnEscapedControlCharacterIsLegalButNulGoesNoFurther) {
  Draft draft;
  draft.mandatory["From"] = std::string("From: \"a\\\0b\\\ac\" <sip:a@x>\r\n", 27);
  const auto message = Message::parse(draft.text());
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal());
  EXPECT_EQ(message->from().display_name, "\"a\\?b\\\ac\"");
}

TEST(HostileInput, F6_EveryRefusalCanBeAnswered) {
  const auto source = SocketAddress::from_ipv4(0x7f000001, 5060);
  for (const std::string_view broken :
       {"Via: \x01\r\n", "Via: ,\r\n", "Via: SIP/2.0/UDP h;x=\"\r\n"}) {
    Draft draft;
    draft.mandatory["Via"] = broken;
    const auto message = Message::parse(draft.text());
    ASSERT_TRUE(message) << broken;
    EXPECT_TRUE(MessageWriter::response_to(*message, source, 400, "Bad Request", "t")
                    .finish()
                    .starts_with("SIP/2.0 400 Bad Request\r\nVia: "));
  }
}

TEST(Message, FR10_AFieldThatIsNotNeededIsNoReasonToRefuse) {
  for (const std::string_view date :
       {"Sat, 15 Oct 2005 04:44:56 GMT", "Sat, 15 Oct 2005 04:44:56 EST",
        "Thu, 1 Jan 1970 00:01:10 GMT", "sat, 15 oct 2005 04:44:56 gmt", "2005-10-15T04:44:56Z",
        "tomorrow", "", "\x01\x7f"}) {
    EXPECT_EQ(verdict(with_lines("Date: " + std::string(date) + "\r\n")), 0) << date;
  }
  for (const std::string_view name : {"Date",
                                      "Expires",
                                      "Timestamp",
                                      "Organization",
                                      "Subject",
                                      "s",
                                      "User-Agent",
                                      "Server",
                                      "Accept",
                                      "Accept-Encoding",
                                      "Accept-Language",
                                      "Alert-Info",
                                      "Call-Info",
                                      "Priority",
                                      "Reply-To",
                                      "In-Reply-To",
                                      "Retry-After",
                                      "P-Asserted-Identity",
                                      "P-Preferred-Identity",
                                      "Privacy",
                                      "Session-Expires",
                                      "x",
                                      "Min-SE",
                                      "Min-Expires",
                                      "Warning",
                                      "Allow",
                                      "Allow-Events",
                                      "Supported",
                                      "k",
                                      "Unsupported",
                                      "Content-Disposition",
                                      "Content-Language",
                                      "MIME-Version",
                                      "Error-Info",
                                      "Reason",
                                      "Referred-By",
                                      "Subscription-State",
                                      "Diversion",
                                      "X-Anything"}) {
    for (const std::string_view value :
         {"", ";", ",,", "\"", "<", "\\", "=", "\xff\xfe", "%00", "99999999999999999999999", "-1",
          "a\x01\x08\x7f z", "<sip:", "\"unfinished <sip:a@b>;x=\"", "@@@@;;;,,,"}) {
      const std::string line = std::string(name) + ": " + std::string(value) + "\r\n";
      EXPECT_EQ(verdict(with_lines(line + line)), 0) << line;
    }
  }
}

TEST(Message, FR10_ACharacterThatMayNotBeShownIsNotPassedOnFromAFieldThatIsIgnored) {
  const auto message = Message::parse(with_lines(std::string("User-Agent: a\x01\0b\x7f\r\n", 19)));
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal());
  EXPECT_EQ(message->header(HeaderId::user_agent), "a??b?");
}

/// The phrase of its refusal; empty when it has none.
std::string phrase_of(std::string_view text) {
  const auto message = Message::parse(text);
  EXPECT_TRUE(message) << text;
  return message && message->refusal() ? std::string(message->refusal()->reason) : std::string();
}

TEST(Message, FR10_ARefusalSaysWhichFieldIsWrongAndNothingOfWhatStoodInIt) {
  const auto with = [](const std::string& name, const std::string& lines) {
    Draft draft;
    draft.mandatory[name] = lines;
    return phrase_of(draft.text());
  };
  EXPECT_EQ(with("Via", "Via: SIP/2.0/UDP h;;\r\n"), "Bad Via");
  EXPECT_EQ(with("From", "From: <sip:\r\n"), "Bad From");
  EXPECT_EQ(with("From", "f: \"a\x02\" <sip:a@x>;tag=1\r\n"), "Control Character In From");
  EXPECT_EQ(with("To", "To: b\r\n"), "Bad To");
  EXPECT_EQ(with("To", "To: <sip:b@x>\r\nt: <sip:b@x>\r\n"), "Repeated To");
  EXPECT_EQ(with("Call-ID", "Call-ID: a b\r\n"), "Bad Call-ID");
  EXPECT_EQ(with("CSeq", "CSeq: -1 OPTIONS\r\n"), "Bad CSeq");
  EXPECT_EQ(with("CSeq", "CSeq: 1 INVITE\r\n"), "CSeq Method Mismatch");
  EXPECT_EQ(phrase_of(with_lines("Max-Forwards: 256\r\n")), "Bad Max-Forwards");
  EXPECT_EQ(phrase_of(with_lines("Max-Forwards: 1\r\nMax-Forwards: 1\r\n")),
            "Repeated Max-Forwards");
  EXPECT_EQ(phrase_of(with_lines("Content-Length: 0x0\r\n")), "Bad Content-Length");
  EXPECT_EQ(phrase_of(with_lines("Content-Length: 1\r\n")), "Body Shorter Than Content-Length");
  EXPECT_EQ(phrase_of(with_lines("Require: a b\r\n")), "Bad Require");
  EXPECT_EQ(phrase_of(with_lines("Proxy-Require: <x>\r\n")), "Bad Proxy-Require");
  EXPECT_EQ(phrase_of(with_lines("Contact: <sip:a\x03@h>\r\n")), "Control Character In Contact");
  EXPECT_EQ(phrase_of(with_lines("Authorization: Digest \x04\r\n")),
            "Control Character In Authorization");
  EXPECT_EQ(phrase_of(with_lines("Subject: a\nVia: b\r\n")), "Bare Line Break In Header");
  EXPECT_EQ(phrase_of(with_start_line("OPTIONS sip: SIP/2.0")), "Bad Request-URI");
}

TEST(HostileInput, A12_FormatDirectivesAreTextLikeAnyOther) {
  const std::string hostile = "%n%s%p%99999d%hhn";
  Draft draft;
  draft.mandatory["From"] = "From: \"" + hostile + "\" <sip:a@x>;tag=" + "%n%s" + "\r\n";
  draft.mandatory["Call-ID"] = "Call-ID: " + hostile + "\r\n";
  draft.more = "User-Agent: " + hostile + "\r\nSubject: " + hostile + "\r\n";
  const auto message = Message::parse(draft.text());
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal());
  const auto source = SocketAddress::from_ipv4(0x7f000001, 5060);
  const std::string answer =
      MessageWriter::response_to(*message, source, 404, "Not Found", "t").finish();
  EXPECT_TRUE(answer.contains("\r\nCall-ID: " + hostile + "\r\n"));
  EXPECT_TRUE(answer.contains("\r\nFrom: \"" + hostile + "\" <sip:a@x>;tag=%n%s\r\n"));
}

TEST(Message, IP9_ThatCouldNotBeCutFromAStreamIsRefusedForItsLength) {
  const auto reason = [](const std::string& lines) {
    const auto message = Message::parse_unframed(with_lines(lines));
    EXPECT_TRUE(message && message->refusal()) << lines;
    return std::string(message->refusal()->reason);
  };
  EXPECT_EQ(reason(""), "Missing Content-Length");
  EXPECT_EQ(reason("Content-Length:\r\n"), "Bad Content-Length");
  EXPECT_EQ(reason("l: 1e3\r\n"), "Bad Content-Length");
  EXPECT_EQ(reason("l: 5\r\nl: 6\r\n"), "Bad Content-Length");
  EXPECT_EQ(reason("l: 99999\r\nl: 6\r\n"), "Bad Content-Length");
  EXPECT_EQ(reason("l: 2147483648\r\n"), "Bad Content-Length");
  EXPECT_EQ(reason("l: 65535\r\n"), "Message Too Large");
  EXPECT_EQ(reason("Subject: x\ny\r\nl: 0\r\n"), "Bare Line Break In Header");
  Draft response;
  response.start_line = "SIP/2.0 200 OK";
  EXPECT_EQ(Message::parse_unframed(response.text()).error(), Unreadable::bad_response);
}

TEST(Message, CutInItsHeaderSectionIsRefused) {
  const std::string whole = Draft{}.text();
  EXPECT_EQ(verdict(whole.substr(0, whole.size() - 2)), 400);
  EXPECT_EQ(verdict(whole.substr(0, whole.size() - 4)), 400);
}

// RFC 5118 §4.1, §4.2 and §4.7, with addresses in every field.
TEST(Rfc5118, S4_1_ARegisterWithIpv6EverywhereIsRead) {
  const auto message = Message::parse(
      "REGISTER sip:[2001:db8::10] SIP/2.0\r\nTo: sip:user@example.com\r\n"
      "From: sip:user@example.com;tag=81x2\r\nVia: SIP/2.0/UDP "
      "[2001:db8::9:1];branch=z9hG4bKas3-111\r\n"
      "Call-ID: SSG9559905523997077@hlau_4100\r\nMax-Forwards: 70\r\n"
      "Contact: \"Caller\" <sip:caller@[2001:db8::1]>\r\nCSeq: 98176 REGISTER\r\nContent-Length: "
      "0\r\n\r\n");
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->refusal());
  EXPECT_EQ(message->via().host, "[2001:db8::9:1]");
  const auto contacts = parse_contacts(*message->header(HeaderId::contact));
  EXPECT_EQ(contacts->contacts[0].uri.host, "[2001:db8::1]");
}

TEST(Rfc5118, S4_2_ARequestUriWithABareIpv6AddressIsRefused) {
  EXPECT_EQ(verdict(with_start_line("OPTIONS sip:2001:db8::10 SIP/2.0")), 400);
}

TEST(Rfc5118, S4_6_ABodyWithBareIpv6AddressesIsNotTouched) {
  const std::string sdp =
      "v=0\r\no=assistant 971731711378798081 0 IN IP6 2001:db8::20\r\ns=Live\r\n"
      "c=IN IP6 2001:db8::20\r\nt=3338481189 3370017201\r\nm=audio 6000 RTP/AVP 2\r\n";
  EXPECT_EQ(Message::parse(with_lines("c: application/sdp\r\n", sdp))->body(), sdp);
}

TEST(Rfc5118, S4_7_ViasOfBothFamiliesAreKeptApart) {
  Draft draft;
  draft.mandatory["Via"] =
      "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\n"
      "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\n"
      "Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200\r\n";
  const auto message = Message::parse(draft.text());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->via().port, 6050);
  const auto vias = message->list(HeaderId::via);
  ASSERT_EQ(vias.size(), 3U);
  EXPECT_EQ(parse_via(vias[1])->host, "192.0.2.1");
  EXPECT_EQ(parse_via(vias[2])->host, "[2001:db8::9:255]");
}

TEST(Rfc5118, S4_8_ABodyWithBothFamiliesIsNotTouched) {
  const std::string sdp =
      "v=0\r\no=bob 280744730 28977631 IN IP4 host.example.com\r\ns=\r\nt=0 0\r\n"
      "m=audio 22334 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n"
      "m=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\n";
  EXPECT_EQ(Message::parse(with_lines("c: application/sdp\r\n", sdp))->body(), sdp);
}

}  // namespace
}  // namespace dering::sip
