// SPDX-License-Identifier: Apache-2.0
//
// Worlds that failed once, as they were then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "sim/shrink.h"

namespace dering::sim {
namespace {

using ::testing::IsEmpty;

enum class People : std::uint8_t {
  plain,    ///< they call, hold and hang up, as all did once
  sending,  ///< they send each other on, pick up and forward as well
  parking,  ///< they park as well
  whole,    ///< their pages are loaded anew as well
};
constexpr std::string_view plain_knobs =
    "transfers=0,pickups=0,forwardings=0,firefox=0,races=0,parkings=0,reentries=0";
constexpr std::string_view sending_knobs = "parkings=0,reentries=0";
constexpr std::string_view parking_knobs = "reentries=0";

/// What they could not do yet when the world failed.
std::string_view knobs_of(People people) {
  switch (people) {
    case People::plain:
      return plain_knobs;
    case People::sending:
      return sending_knobs;
    case People::parking:
      return parking_knobs;
    case People::whole:
      return {};
  }
  return {};
}

struct OnceFailed {
  std::uint64_t seed;
  std::string_view knobs;  ///< that the seed decided otherwise then
  std::string_view what;
  People people = People::plain;
};

class Seeds : public ::testing::TestWithParam<OnceFailed> {};

TEST_P(Seeds, ThatFailedOnceFailNoMore) {
  log::set_level(log::Level::error);
  Order order;
  ASSERT_TRUE(set_knobs(knobs_of(GetParam().people), order));
  ASSERT_TRUE(set_knobs(GetParam().knobs, order));
  World world(GetParam().seed, order);
  world.run();
  EXPECT_THAT(world.faults(), IsEmpty()) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, Seeds,
    ::testing::Values(
        OnceFailed{2'640, "",
                   "who was put through to another was told for ever that the one before is away",
                   People::whole},
        OnceFailed{2'000'086'569, "",
                   "a phone that lost its connection twice was told its BYE for 32 s only",
                   People::parking},
        OnceFailed{2'000'143'158, "",
                   "a BYE that a NOTIFY had overtaken was refused, and not said again",
                   People::parking},
        OnceFailed{2'000'095'188, "refused-ports=0",
                   "a BYE went with the connection that it was said on, and was not said again"},
        OnceFailed{2'000'011'105, "refused-ports=0",
                   "a page that came back a moment after its call was given up was not told"},
        OnceFailed{2'000'017'289, "",
                   "a CANCEL was not said again to a phone that lost two connections in a row"},
        OnceFailed{2'000'028'114,
                   "users=2,phones=1,sign-outs=8,engine-death=5,loss=0,duplicates=0,flow-loss=0,"
                   "breaks=31,reload=0,delay-ms=10,hang-ups=1,holds=0,refused-ports=0,desk=0,"
                   "calls-survive=1,seconds=103",
                   "a phone that talked on after its sign-out was told nothing when it came back"},
        OnceFailed{2'000'129'812, "holds=0,refused-ports=0",
                   "the BYE of an answer that came too late went with two connections in a row"},
        OnceFailed{2'000'001'000, "refused-ports=0",
                   "a page that had rung for long before it answered gave up too early"},
        OnceFailed{
            2'000'009'066, "",
            "after the engine died a page was offered another codec than its desk phone has"},
        OnceFailed{2'000'018'551, "", "the same, and both heard nobody"},
        OnceFailed{2'000'057'013, "",
                   "the model phone forgot that it had told in an answer that it holds"},
        OnceFailed{2'000'000'566, "",
                   "the world took an earlier NOTIFY that was said again for the last word",
                   People::sending},
        OnceFailed{2'000'002'057, "",
                   "a page that was sent on spoke a codec that who answered does not take",
                   People::sending},
        OnceFailed{2'000'003'444, "", "the same", People::sending},
        OnceFailed{2'000'005'114, "", "the same", People::sending},
        OnceFailed{2'000'001'092, "",
                   "the end of a transfer was refused as too late and not said again to a phone "
                   "that had hung up",
                   People::sending}),
    [](const auto& one) { return "Seed" + std::to_string(one.param.seed); });

}  // namespace
}  // namespace dering::sim
