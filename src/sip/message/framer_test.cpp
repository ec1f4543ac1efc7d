// SPDX-License-Identifier: Apache-2.0
#include "sip/message/framer.h"

#include <gtest/gtest.h>

#include <vector>

#include "sip/message/message.h"

namespace dering::sip {
namespace {

using Event = StreamFramer::Event;

std::string message_with(std::string_view length_lines, std::string_view body = "") {
  return "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n" +
         std::string(length_lines) + "To: <sip:a@b>\r\n\r\n" + std::string(body);
}

/// Everything a stream gives when it comes in pieces of `step` bytes; "ping", "unframed" and
/// "broken" stand for those events.
std::vector<std::string> all_of(std::string_view stream, std::size_t step) {
  std::vector<std::string> results;
  StreamFramer framer;
  while (!stream.empty()) {
    framer.add(stream.substr(0, step));
    stream.remove_prefix(std::min(step, stream.size()));
    for (Event event = framer.next(); event != Event::need_more; event = framer.next()) {
      if (event == Event::message) results.emplace_back(framer.message());
      if (event == Event::ping) results.emplace_back("ping");
      if (event == Event::unframed) results.emplace_back("unframed");
      if (event == Event::broken) {
        results.emplace_back("broken");
        return results;
      }
    }
  }
  return results;
}

using Strings = std::vector<std::string>;

const std::string smuggled = message_with("Content-Length: 0\r\n");

TEST(StreamFramer, CutsMessagesHoweverTheBytesCome) {
  const std::string first = message_with("Content-Length: 5\r\n", "\r\n\r\nx");
  const std::string second = message_with("l:0\r\n");
  const std::string third = message_with("L  :\r\n 003\r\n", "abc");
  const std::string stream = first + second + "\r\n\r\n" + third + "\r\n" + second;
  for (const std::size_t step : {1U, 2U, 3U, 7U, 50U, 1'000'000U}) {
    EXPECT_EQ(all_of(stream, step), (Strings{first, second, "ping", third, second})) << step;
  }
}

TEST(StreamFramer, AnswersEachDoubleLineBreak) {
  EXPECT_EQ(all_of("\r\n\r\n\r\n\r\n", 1), (Strings{"ping", "ping"}));
  EXPECT_EQ(all_of("\r\n", 1), Strings{});
}

TEST(StreamFramer, StaysBroken) {
  StreamFramer framer;
  framer.add(message_with("") + smuggled);
  EXPECT_EQ(framer.next(), Event::unframed);
  EXPECT_EQ(framer.message(), message_with(""));
  EXPECT_EQ(framer.next(), Event::broken);
  framer.add(smuggled);
  EXPECT_EQ(framer.next(), Event::broken);
}

TEST(StreamFramer, FR14_StrayBytesBetweenMessagesNeverSwallowTheNextOne) {
  const std::vector<std::string> strays{
      "\r\n",
      "\r",
      "\n",
      "\n\r\r\n\n",
      std::string(1, '\0'),
      std::string(1000, '\0'),
      std::string("\r\n\0\r\n", 5),
      " ",
      "\t  \r\n   ",
      "\xff\xfe",
      "hello\r\n",
      "hello\n",
      "hello, world\r\nand more: of it\r\n",
      "Content-Length: 5\r\n",
      "jaK",
      "2\r\njaK",
      "}12",
      "GET / HTTP/1.1\r\n",
      "{\"a\":1}",
      "stray words ",
      "stray (",
      "<xml>SIP/2.0</xml>\r\n",
      std::string(StreamFramer::max_stray_bytes, ' '),
      std::string(StreamFramer::max_stray_bytes - 2, 'x') + "\r\n",
  };
  const std::string first = message_with("Content-Length: 5\r\n", "12345");
  for (const std::string& stray : strays) {
    for (const std::size_t step : {1U, 3U, 1'000'000U}) {
      auto framed = all_of(stray + first + stray + smuggled, step);
      std::erase(framed, "ping");
      EXPECT_EQ(framed, (Strings{first, smuggled})) << stray << " in pieces of " << step;
    }
  }
}

TEST(StreamFramer, FR14_AnyNumberOfLineBreaksMayStandBetweenMessages) {
  std::string breaks;
  for (int i = 0; i < 10'001; ++i) breaks += "\r\n";
  auto framed = all_of(smuggled + breaks + smuggled, 4096);
  EXPECT_EQ(std::erase(framed, "ping"), 5000U);
  EXPECT_EQ(framed, (Strings{smuggled, smuggled}));
}

TEST(StreamFramer, FR14_MoreThanTheLimitOfStrayBytesBreaksTheStream) {
  const std::size_t most = StreamFramer::max_stray_bytes;
  for (const std::string& stray :
       {std::string(most + 1, ' '), std::string(most + 1, '\0'),
        std::string(most - 1, 'x') + "\r\n", std::string(most, ' ') + "x\r\n"}) {
    for (const std::size_t step : {1U, 1'000'000U}) {
      EXPECT_EQ(all_of(smuggled + stray + smuggled, step), (Strings{smuggled, "broken"}));
    }
  }
  std::string words;
  while (words.size() < 60'000) words += "( ";
  EXPECT_EQ(all_of(words + "OPTIONS sip:a@b SIP/2.0\r\n", 60'000), Strings{"broken"});
}

TEST(StreamFramer, FR14_CountsStrayBytesFromOneMessageToTheNext) {
  StreamFramer framer;
  for (int i = 0; i < 10; ++i) {
    framer.add(std::string(StreamFramer::max_stray_bytes, ' ') + smuggled);
    EXPECT_EQ(framer.next(), Event::message) << i;
  }
  EXPECT_EQ(framer.stray_bytes(), 10 * StreamFramer::max_stray_bytes);
}

TEST(StreamFramer, AStartLineThatIsWrongIsAMessageAllTheSame) {
  for (const std::string_view line :
       {"OPTIONS  sip:a@b SIP/2.0", "OPTIONS sip:a@b  SIP/2.0", "OPTIONS sip:a @b SIP/2.0",
        "OPTIONS sip:a@b SIP/3.0", "OPTIONS <sip:a@b> SIP/2.0", "NEWMETHOD sip:a@b SIP/2.0",
        "PRACK sip:a@b SIP/2.0", "ack sip:a@b SIP/2.0", "OPTIONS SIP/2.0", "SIP/2.0 200",
        "sip/2.0 999 x", "OPTIONS sip:a@b SIP/2.0 "}) {
    std::string message = smuggled;
    message.replace(0, message.find("\r\n"), line);
    EXPECT_EQ(all_of(message, 1), Strings{message}) << line;
  }
}

struct Length {
  std::string name;
  std::string lines;
};

/// Each of them followed by what a second guess would take for a message.
TEST(HostileInput, A5_ContentLengthNeverDesyncsTheStream) {
  const std::vector<Length> ambiguous{
      {"missing", ""},
      {"negative", "Content-Length: -1\r\n"},
      {"signed", "Content-Length: +1\r\n"},
      {"hexadecimal", "Content-Length: 0x10\r\n"},
      {"exponent", "Content-Length: 1e3\r\n"},
      {"2^31", "Content-Length: 2147483648\r\n"},
      {"2^32+5", "Content-Length: 4294967301\r\n"},
      {"2^63", "Content-Length: 9223372036854775808\r\n"},
      {"list", "Content-Length: 5,5\r\n"},
      {"two that differ", "Content-Length: 0\r\nl: 5\r\n"},
      {"two in one by a fold", "Content-Length: 0\r\n 5\r\n"},
      {"empty", "Content-Length:\r\n"},
      {"over the limit", "Content-Length: 65536\r\n"},
      {"behind a bare LF", "X: y\nContent-Length: 0\r\n"},
      {"behind a bare CR", "X: y\rContent-Length: 0\r\n"},
      {"before a bare LF", "Content-Length: 0\nX: y\r\n"},
      {"after a line that another reader would cut", "X: y\nContent-Length: 5\r\nl: 0\r\n"},
      {"after a line with a bare CR", "X: y\rContent-Length: 5\r\nl: 0\r\n"},
      {"with a character before the colon", "Content-Length;: 0\r\n"},
      {"with a NUL in its name", std::string("Content-Length\0: 0\r\n", 20)},
      {"folded before the colon", "Content-Length\r\n : 0\r\n"},
      {"as a fold of another", "X: y\r\n Content-Length: 0\r\n"},
  };
  for (const Length& each : ambiguous) {
    for (const std::size_t step : {1U, 13U, 1'000'000U}) {
      EXPECT_EQ(all_of(message_with(each.lines) + smuggled, step), (Strings{"unframed", "broken"}))
          << each.name;
    }
  }
}

TEST(HostileInput, A5_ContentLengthThatIsCertainIsKept) {
  const std::vector<Length> certain{
      {"two that are equal", "Content-Length: 5\r\nl: 05\r\n"},
      {"a thousand zeros", "Content-Length: " + std::string(1000, '0') + "5\r\n"},
      {"a fold before it", "Content-Length:\r\n 5\r\n"},
      {"a fold after it", "Content-Length: 5\r\n \r\n"},
      {"blanks and tabs", "cOnTeNt-LeNgTh \t:\t 5 \r\n"},
  };
  for (const Length& each : certain) {
    const std::string message = message_with(each.lines, "12345");
    EXPECT_EQ(all_of(message + smuggled, 1), (Strings{message, smuggled})) << each.name;
  }
}

TEST(HostileInput, A5_ABodyLongerOrShorterThanSaidOnlyHarmsItsOwnConnection) {
  // Two bytes too many become the start of the next message, which is then no message.
  const auto longer = all_of(message_with("l: 3\r\n", "12345") + smuggled, 1);
  ASSERT_EQ(longer.size(), 2U);
  EXPECT_EQ(Message::parse(longer[1]).error(), Unreadable::cannot_be_answered);
  // A message that announces more waits for it and takes what comes as its body.
  EXPECT_EQ(all_of(message_with("l: 9000\r\n", "12345") + smuggled, 1), Strings{});
}

TEST(HostileInput, A5_FramerAndParserAgreeOnTheLength) {
  for (const std::string_view line :
       {"l: 5\r\n", "Content-Length:\r\n 5\r\n", "Content-Length : 5\r\nl:5\r\n"}) {
    const std::string text =
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nFrom: <sip:a@b>\r\n" + std::string(line) +
        "To: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n12345";
    const auto framed = all_of(text + smuggled, 1);
    ASSERT_EQ(framed.size(), 2U);
    const auto message = Message::parse(framed[0]);
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->refusal());
    EXPECT_EQ(message->body(), "12345");
  }
}

TEST(HostileInput, G1_AnEndlessHeaderBreaksTheStreamAtItsLimit) {
  for (const std::string_view begin : {"X", "OPTIONS sip:a SIP/2.0\r\nSubject: "}) {
    StreamFramer framer;
    framer.add(begin);
    std::size_t sent = begin.size();
    Event event = framer.next();
    while (event == Event::need_more && sent < 2 * max_message_size) {
      framer.add("X");
      ++sent;
      event = framer.next();
    }
    EXPECT_EQ(event, Event::broken) << begin;
    EXPECT_EQ(sent, max_message_size + 1) << begin;
  }
}

TEST(StreamFramer, TakesAMessageOfTheLargestSize) {
  const std::string head = message_with("l: 65000\r\n");
  const std::string body(max_message_size - head.size(), 'x');
  const std::string text = message_with("l: " + std::to_string(body.size()) + "\r\n", body);
  ASSERT_EQ(text.size(), max_message_size);
  EXPECT_EQ(all_of(text, 1000), Strings{text});
}

}  // namespace
}  // namespace dering::sip
