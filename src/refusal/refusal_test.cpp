// SPDX-License-Identifier: Apache-2.0
#include "refusal/refusal.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "refusal/book.h"
#include "refusal/friends.h"
#include "refusal/line.h"
#include "refusal/meter.h"

namespace dering::refusal {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Refusal wrong_password(std::string_view ip, std::string name, bool is_known = true) {
  return {.transport = Transport::udp,
          .source = *SocketAddress::from_text(ip, 5060),
          .name = std::move(name),
          .what = What::registration,
          .reason = Reason::wrong_password,
          .is_known_name = is_known,
          .is_proven = true};
}

/// 10.a.b.c
std::string nth_address(unsigned n) {
  return "10." + std::to_string(n / 65536) + '.' + std::to_string(n / 256 % 256) + '.' +
         std::to_string(n % 256);
}

// ---- the words ----------------------------------------------------------------------------------

TEST(RefusalLine, IsThatOfTheDocumentation) {
  EXPECT_EQ(line_of(wrong_password("192.0.2.7", "desk-1"), Ban::may),
            "refused: source=192.0.2.7 transport=udp what=register reason=wrong_password ban=may "
            "count=1 name=desk-1");
  Refusal other{.transport = Transport::wss,
                .source = *SocketAddress::from_text("2001:db8::1", 1),
                .what = What::websocket,
                .reason = Reason::foreign_origin,
                .count = 12};
  EXPECT_EQ(line_of(other, Ban::harmless),
            "refused: source=2001:db8::1 transport=wss what=websocket reason=foreign_origin "
            "ban=harmless count=12 name=-");
}

TEST(RefusalLine, EveryWordIsOneOfItsOwn) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(Reason::malformed); ++i) {
    words.insert(name_of(static_cast<Reason>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(Reason::malformed) + 1);
  EXPECT_FALSE(words.contains(""));
  words.clear();
  for (int i = 0; i <= static_cast<int>(What::connection); ++i) {
    words.insert(name_of(static_cast<What>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<std::size_t>(What::connection) + 1);
  EXPECT_FALSE(words.contains(""));
}

std::string documentation() {
  std::ifstream file(DERING_DOCS_FOLDER "/refusals.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The words in code spans that begin the rows of the table below that head.
std::set<std::string> words_of_table(const std::string& head) {
  std::istringstream lines(documentation());
  std::set<std::string> words;
  std::string line;
  while (std::getline(lines, line) && !line.starts_with("| `" + head + "` |")) {
  }
  while (std::getline(lines, line) && line.starts_with('|')) {
    std::string_view rest = std::string_view(line).substr(0, line.find('|', 1));
    for (std::size_t at = rest.find('`'); at != rest.npos; at = rest.find('`')) {
      rest.remove_prefix(at + 1);
      words.emplace(rest.substr(0, rest.find('`')));
      rest.remove_prefix(rest.find('`') + 1);
    }
  }
  return words;
}

template <class Word>
std::set<std::string> words_until(Word last) {
  std::set<std::string> words;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    words.emplace(name_of(static_cast<Word>(i)));
  }
  return words;
}

// AT11
TEST(RefusalLine, EveryWordIsDocumentedAndNoOtherIs) {
  EXPECT_EQ(words_of_table("what"), words_until(What::connection));
  EXPECT_EQ(words_of_table("reason"), words_until(Reason::malformed));
  EXPECT_EQ(words_of_table("ban"), words_until(Ban::friend_));
}

TEST(RefusalLine, ANoteStandsBehindTheNameInQuotes) {
  Refusal refused{.transport = Transport::tcp,
                  .source = *SocketAddress::from_text("192.0.2.7", 1),
                  .what = What::connection,
                  .reason = Reason::too_many,
                  .note = "limits.connections_per_address"};
  EXPECT_EQ(line_of(refused, Ban::harmless),
            "refused: source=192.0.2.7 transport=tcp what=connection reason=too_many ban=harmless "
            "count=1 name=- note=\"limits.connections_per_address\"");
}

// H12: a name that imitates a line bans nobody.
TEST(RefusalLine, NoNameForgesALineAFieldOrAColour) {
  const std::string hostile[] = {
      "x\nrefused: source=9.9.9.9 transport=udp ban=may",
      "x\r\n2026-01-01T00:00:00.000Z warning refused: source=9.9.9.9 ban=may",
      "x source=9.9.9.9",
      "x\" source=\"9.9.9.9",
      "\x1b[2J\x1b[31mred",
      "\xc2\x9b"
      "31m",
      "\xe2\x80\xae"
      "evil",
      "a=b",
      "back\\slash",
      "Meja Perpustakaan",
      "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
      "\xff\xfe",
      std::string("nul\0byte", 8),
      "%n%s%d",
      "name=- ban=may",
  };
  for (const std::string& name : hostile) {
    const std::string line = line_of(wrong_password("192.0.2.7", name), Ban::friend_);
    EXPECT_EQ(std::ranges::count(line, '='), 7) << line;
    EXPECT_EQ(std::ranges::count(line, ' '), 7) << line;
    EXPECT_EQ(std::ranges::count(line, '"'), 0) << line;
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) << line;
    EXPECT_THAT(line, Not(HasSubstr("source=9"))) << line;
    EXPECT_THAT(line, Not(HasSubstr("ban=may"))) << line;
    EXPECT_THAT(line, HasSubstr("ban=friend")) << line;
  }
}

TEST(RefusalLine, ANameIsCutAndAnAbsentOneIsADash) {
  EXPECT_THAT(claimed(std::string(10'000, 'a')), SizeIs(longest_name));
  EXPECT_EQ(word_of(""), "-");
  EXPECT_EQ(word_of("-"), "\\x2d");
  EXPECT_EQ(word_of("desk-1"), "desk-1");
}

TEST(RefusalLine, PeopleSeeANameAsItIsUnlessItHidesSomething) {
  EXPECT_EQ(shown("Meja Perpustakaan \xd0\x9f"), "Meja Perpustakaan \xd0\x9f");
  EXPECT_EQ(shown("a\"b"), "a\"b");
  EXPECT_EQ(shown("a\x1b[2J"), "a\\x1b\\x5b2J");
  EXPECT_EQ(shown("\xe2\x80\xae"
                  "evil"),
            "\\xe2\\x80\\xaeevil");
  EXPECT_EQ(shown("\xc2\x9b"
                  "31m"),
            "\\xc2\\x9b31m");
  EXPECT_EQ(shown("\xff"), "\\xff");
}

// An office is never locked out, and a forged source bans no third party (E8).
TEST(Ban, CountsOnlyProvenAttemptsFromWhereNobodyIsSignedIn) {
  Refusal refusal = wrong_password("192.0.2.7", "desk-1");
  EXPECT_EQ(ban_for(refusal, false), Ban::may);
  EXPECT_EQ(ban_for(refusal, true), Ban::friend_);
  refusal.is_proven = false;
  EXPECT_EQ(ban_for(refusal, false), Ban::unproven);
  EXPECT_EQ(ban_for(refusal, true), Ban::friend_);
  for (const Reason harmless : {Reason::expired_token, Reason::too_many, Reason::foreign_origin,
                                Reason::malformed, Reason::not_allowed}) {
    EXPECT_EQ(ban_for({.reason = harmless, .is_proven = true}, false), Ban::harmless);
  }
}

// ---- the meter ----------------------------------------------------------------------------------

// G5
TEST(RefusalMeter, OneGoesThroughAtOnceAndTheOthersOfItsSecondAreCounted) {
  Meter meter;
  const Instant start{};
  ASSERT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-1"), start));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(meter.take(wrong_password("192.0.2.7", "desk-1"), start + 500us * i));
  }
  EXPECT_THAT(meter.due(start + 999ms), IsEmpty());
  const auto due = meter.due(start + 1s);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].count, 1000U);
  EXPECT_FALSE(meter.take(wrong_password("192.0.2.7", "desk-1"), start + 1100ms));
  EXPECT_EQ(meter.due(start + 2s).at(0).count, 1U);
  EXPECT_THAT(meter.due(start + 3s), IsEmpty());
  EXPECT_EQ(meter.next_deadline(), std::nullopt);
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-1"), start + 4s));
}

TEST(RefusalMeter, AnotherSourceReasonOrKnownNameIsAnotherKind) {
  Meter meter;
  const Instant now{};
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-1"), now));
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.8", "desk-1"), now));
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-2"), now));
  Refusal other = wrong_password("192.0.2.7", "desk-1");
  other.reason = Reason::paused;
  EXPECT_TRUE(meter.take(other, now));
  EXPECT_TRUE(meter.take(wrong_password("2001:db8::1", "desk-1"), now));
  EXPECT_FALSE(meter.take(wrong_password("2001:db8::2", "desk-1"), now)) << "the same /64";
}

TEST(RefusalMeter, MadeUpNamesPushOutNoKnownOne) {
  Meter meter;
  const Instant now{};
  for (unsigned i = 0; i < 5000; ++i) {
    (void)meter.take(wrong_password(nth_address(i), "x" + std::to_string(i), false), now);
  }
  EXPECT_EQ(meter.take_unseen(), 5000 - Meter::most_kinds);
  EXPECT_EQ(meter.take_unseen(), 0U);
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-1"), now));
}

TEST(RefusalMeter, ASourceThatKnowsAllNamesLeavesRoomForOthers) {
  Meter meter;
  const Instant now{};
  for (int i = 0; i < 5000; ++i) {
    (void)meter.take(wrong_password("203.0.113.9", "desk-" + std::to_string(i)), now);
  }
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "desk-1"), now));
  EXPECT_EQ(meter.take_unseen(), 5000 - Meter::most_names_of_a_source);
}

TEST(RefusalMeter, AnotherTransportIsAnotherKind) {
  Meter meter;
  Refusal refused = wrong_password("192.0.2.7", "x", false);
  EXPECT_TRUE(meter.take(refused, Instant{}));
  refused.transport = Transport::wss;
  EXPECT_TRUE(meter.take(refused, Instant{}));
}

TEST(RefusalMeter, ASourceOfAllKindsLeavesRoomForOthers) {
  Meter meter;
  for (int what = 0; what <= static_cast<int>(What::connection); ++what) {
    for (int reason = 0; reason <= static_cast<int>(Reason::malformed); ++reason) {
      (void)meter.take({.source = *SocketAddress::from_text("203.0.113.9", 1),
                        .what = static_cast<What>(what),
                        .reason = static_cast<Reason>(reason)},
                       Instant{});
    }
  }
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "x", false), Instant{}));
}

TEST(RefusalMeter, MadeUpNamesOfOneSourceAreOneKind) {
  Meter meter;
  const Instant now{};
  EXPECT_TRUE(meter.take(wrong_password("192.0.2.7", "a", false), now));
  EXPECT_FALSE(meter.take(wrong_password("192.0.2.7", "b", false), now));
  EXPECT_EQ(meter.due(now + 1s).at(0).name, "b");
}

// ---- the book -----------------------------------------------------------------------------------

TEST(RefusalBook, TheSameAgainIsCountedAndHasANewId) {
  Book book;
  book.keep(wrong_password("192.0.2.7", "desk-1"), Ban::may, "1001", 100s);
  const auto first = book.of("1001").at(0);
  Refusal again = wrong_password("192.0.2.7", "desk-1");
  again.source = *SocketAddress::from_text("192.0.2.7", 6060);
  again.count = 4;
  book.keep(again, Ban::may, "1001", 160s);
  const auto kept = book.of("1001");
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].refusal.count, 5U);
  EXPECT_EQ(kept[0].first_at, 100s);
  EXPECT_EQ(kept[0].last_at, 160s);
  EXPECT_GT(kept[0].id, first.id);
  EXPECT_THAT(book.all(first.id, 0s, 10), SizeIs(1));
  EXPECT_THAT(book.all(kept[0].id, 0s, 10), IsEmpty());
}

TEST(RefusalBook, StrangersPushOutNothingThatConcernsAPerson) {
  Book book;
  book.keep(wrong_password("192.0.2.7", "desk-1"), Ban::may, "1001", 100s);
  for (unsigned i = 0; i < 3000; ++i) {
    book.keep(wrong_password(nth_address(i), "x", false), Ban::may, "", 101s);
  }
  EXPECT_THAT(book.of("1001"), SizeIs(1));
  EXPECT_THAT(book.all(0, 0s, 10'000), SizeIs(Book::most_of_strangers + 1));
  EXPECT_THAT(book.of(""), IsEmpty());
}

TEST(RefusalBook, WhoTypesAPersonsNameEverywherePushesOutNothingFromThatPersonsOwnAddress) {
  Book book;
  book.keep(wrong_password("192.0.2.7", "desk-1"), Ban::friend_, "1001", 100s);
  for (unsigned i = 0; i < 1000; ++i) {
    book.keep(wrong_password(nth_address(i), "desk-1"), Ban::may, "1001", 101s);
  }
  const auto kept = book.of("1001");
  EXPECT_THAT(kept, SizeIs(Book::most_of_a_person));
  EXPECT_TRUE(std::ranges::any_of(kept, [](const Kept& one) { return one.ban == Ban::friend_; }));
}

TEST(RefusalBook, OnePersonsPageShowsNothingOfAnothers) {
  Book book;
  book.keep(wrong_password("192.0.2.7", "desk-1"), Ban::may, "1001", 100s);
  EXPECT_THAT(book.of("1002"), IsEmpty());
  EXPECT_THAT(book.of("100"), IsEmpty());
}

TEST(RefusalBook, OnlySoManyPersonsAndSoManyDaysAreKept) {
  Book book;
  for (std::size_t i = 0; i < Book::most_persons + 2; ++i) {
    book.keep(wrong_password("192.0.2.7", "d"), Ban::may, std::to_string(i), 100s);
  }
  EXPECT_THAT(book.of("0"), IsEmpty()) << "the one that was quiet for longest";
  EXPECT_THAT(book.of("2"), SizeIs(1));
  EXPECT_THAT(book.all(0, 0s, 10), SizeIs(10));
  EXPECT_THAT(book.all(0, 101s, 10), IsEmpty());
  book.on_time(101s + Book::kept_for);
  EXPECT_THAT(book.all(0, 0s, 10), IsEmpty());
}

TEST(Friends, OnlyASignInMakesAnAddressOneAndItEnds) {
  Friends friends;
  const auto office = *SocketAddress::from_text("192.0.2.7", 5060);
  EXPECT_FALSE(friends.has(office, 100s));
  friends.note(office, 200s);
  friends.note(office, 150s);
  EXPECT_TRUE(friends.has(*SocketAddress::from_text("192.0.2.7", 99), 199s));
  EXPECT_FALSE(friends.has(*SocketAddress::from_text("192.0.2.8", 5060), 199s));
  EXPECT_FALSE(friends.has(office, 200s));
  friends.note({}, 300s);
  EXPECT_FALSE(friends.has({}, 200s)) << "no address is nobody's";
  friends.on_time(200s);
  EXPECT_EQ(friends.size(), 0U);
}

TEST(Friends, AreBounded) {
  Friends friends;
  for (unsigned i = 0; i < Friends::most + 10; ++i) {
    friends.note(*SocketAddress::from_text(nth_address(i), 1), 200s);
  }
  EXPECT_EQ(friends.size(), Friends::most);
}

}  // namespace
}  // namespace dering::refusal
