// SPDX-License-Identifier: Apache-2.0
#include "engine/roster.h"

#include <gtest/gtest.h>

namespace dering::engine {
namespace {

using media::v2::Command;

Command open_bridge(std::uint64_t id, std::uint32_t thread) {
  Command command;
  command.mutable_open_bridge()->set_bridge(id);
  command.mutable_open_bridge()->set_thread(thread);
  return command;
}

Command open_port(std::uint64_t bridge) {
  Command command;
  command.mutable_open_port()->set_bridge(bridge);
  command.mutable_open_port()->set_port(bridge * 10);
  command.mutable_open_port()->mutable_ice()->mutable_local()->set_ufrag("abcd");
  command.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd("0123456789012345678901");
  return command;
}

Command close_bridge(std::uint64_t id) {
  Command command;
  command.mutable_close_bridge()->set_bridge(id);
  return command;
}

TEST(Roster, SendsPortsWhereTheirBridgeLives) {
  Roster roster({.threads = 3});
  EXPECT_EQ(*roster.dispatch(open_bridge(7, 2)), 2U);
  EXPECT_EQ(*roster.dispatch(open_port(7)), 2U);
  EXPECT_EQ(roster.bridges(), std::vector<std::uint64_t>{7});
  EXPECT_EQ(*roster.dispatch(close_bridge(7)), std::nullopt);
  EXPECT_TRUE(roster.bridges().empty());
  EXPECT_FALSE(roster.dispatch(open_port(7)));
}

TEST(Roster, RefusesWhatCannotBe) {
  Roster roster({.threads = 2, .bridges = 2});
  EXPECT_FALSE(roster.dispatch(open_bridge(1, 2)));
  EXPECT_TRUE(roster.dispatch(open_bridge(1, 1)));
  EXPECT_FALSE(roster.dispatch(open_bridge(1, 0)));
  EXPECT_TRUE(roster.dispatch(open_bridge(2, 0)));
  EXPECT_FALSE(roster.dispatch(open_bridge(3, 0)));
  EXPECT_FALSE(roster.dispatch(Command()));
}

Command move_port(std::uint64_t port, std::uint64_t bridge) {
  Command command;
  command.mutable_move_port()->set_port(port);
  command.mutable_move_port()->set_bridge(bridge);
  return command;
}

TEST(Roster, MovesAPortWithinItsThreadAlone) {
  Roster roster({.threads = 2, .ports_per_bridge = 2});
  EXPECT_TRUE(roster.dispatch(open_bridge(1, 1)));
  EXPECT_TRUE(roster.dispatch(open_bridge(2, 1)));
  EXPECT_TRUE(roster.dispatch(open_bridge(3, 0)));
  EXPECT_TRUE(roster.dispatch(open_port(1)));
  EXPECT_EQ(roster.dispatch(move_port(10, 3)).error().why, media::v2::Refused::WHY_MALFORMED);
  EXPECT_EQ(roster.dispatch(move_port(10, 9)).error().why, media::v2::Refused::WHY_UNKNOWN);
  EXPECT_EQ(*roster.dispatch(move_port(10, 2)), 1U);
  EXPECT_EQ(*roster.dispatch(move_port(10, 2)), 1U);
  // It lives and ends with its new bridge.
  EXPECT_TRUE(roster.dispatch(close_bridge(1)));
  EXPECT_EQ(roster.port_count(), 1U);
  EXPECT_TRUE(roster.dispatch(close_bridge(2)));
  EXPECT_EQ(roster.port_count(), 0U);
  EXPECT_EQ(*roster.dispatch(move_port(10, 3)), std::nullopt);
}

TEST(Roster, ABridgeThatIsFullTakesNoPortFromAnother) {
  Roster roster({.threads = 1, .ports_per_bridge = 1});
  for (const std::uint64_t bridge : {1U, 2U}) {
    EXPECT_TRUE(roster.dispatch(open_bridge(bridge, 0)));
    EXPECT_TRUE(roster.dispatch(open_port(bridge)));
  }
  EXPECT_EQ(roster.dispatch(move_port(10, 2)).error().why, media::v2::Refused::WHY_LIMIT);
  EXPECT_EQ(roster.port_count(), 2U);
}

}  // namespace
}  // namespace dering::engine
