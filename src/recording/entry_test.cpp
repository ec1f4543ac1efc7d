// SPDX-License-Identifier: Apache-2.0
#include "recording/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::recording {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

const sip::Flow phone{sip::Transport::wss, *SocketAddress::from_text("2001:db8::7", 50'112), 17,
                      *SocketAddress::from_text("192.0.2.1", 443)};

TEST(Entry, IsReadAsItWasWritten) {
  Entry entry{.kind = "message", .at = 12s + 345ns, .body = "INVITE\r\n\n100% #7 \xff"};
  entry.add("name", "100% of = # \n\t \xc3\xa9").add("empty", "").add("count", -7).add(phone);
  const std::string text = text_of(entry) + text_of(Entry{.kind = "time", .at = 13s});
  std::string_view rest = text;
  const auto read = take_entry(rest);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->kind, "message");
  EXPECT_EQ(read->at, 12s + 345ns);
  EXPECT_EQ(read->fields, entry.fields);
  EXPECT_EQ(read->body, entry.body);
  EXPECT_EQ(read->signed_number("count"), -7);
  EXPECT_EQ(read->flow(), phone);
  EXPECT_EQ(take_entry(rest)->kind, "time");
  EXPECT_THAT(rest, IsEmpty());
}

TEST(Entry, NobodysFileIsReadBeyondItsEnd) {
  for (const char* text :
       {"time", "time 1\n", "time 1.5\n", "time 1.5000000000\n", "time -1.000000000\n",
        "time 99999999999.000000000\n", "message 1.000000000 #5\nabc\n",
        "message 1.000000000 #-1\nabc\n", "message 1.000000000 #99999999999\nabc\n",
        "message 1.000000000 #3\nabcd\n", "message 1.000000000 a=%4\n",
        "message 1.000000000 a=%zz\n", "message 1.000000000 =a\n", "\n", " \n"}) {
    std::string_view rest = text;
    EXPECT_FALSE(take_entry(rest)) << text;
  }
}

TEST(Entry, AFlowThatIsNoneIsNothing) {
  Entry entry{.kind = "closed"};
  EXPECT_FALSE(entry.flow());
  entry.add("via", "smoke").add("remote", "192.0.2.7:5060");
  EXPECT_FALSE(entry.flow());
}

}  // namespace
}  // namespace dering::recording
