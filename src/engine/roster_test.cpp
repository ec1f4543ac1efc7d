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
  command.mutable_open_bridge()->set_sealed(true);
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

}  // namespace
}  // namespace dering::engine
