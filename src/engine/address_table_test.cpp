// SPDX-License-Identifier: Apache-2.0
#include "engine/address_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"

namespace dering::engine {
namespace {

TEST(AddressTable, AgreesWithAMapAfterAnyInsertsAndErasures) {
  SeededRandom random(1);
  AddressTable<int> table;
  std::map<SocketAddress, int*> model;
  std::array<int, 8> owners{};
  for (int i = 0; i < 40'000; ++i) {
    const auto address =
        SocketAddress::from_ipv4(0x7f000001, static_cast<std::uint16_t>(random.below(3000)));
    if (random.below(2) == 0) {
      int& owner = owners[random.below(owners.size())];
      table.insert(address, owner);
      model[address] = &owner;
    } else {
      table.erase(address);
      model.erase(address);
    }
    ASSERT_EQ(table.size(), model.size());
    if (i % 1000 != 0) continue;
    for (std::uint16_t port = 0; port < 3000; ++port) {
      const auto probe = SocketAddress::from_ipv4(0x7f000001, port);
      const auto expected = model.find(probe);
      ASSERT_EQ(table.find(probe), expected == model.end() ? nullptr : expected->second);
    }
  }
}

TEST(AddressTable, TellsFamiliesPortsAndAddressesApart) {
  AddressTable<int> table;
  int owner = 0;
  table.insert(*SocketAddress::from_text("192.0.2.1", 5), owner);
  EXPECT_EQ(table.find(*SocketAddress::from_text("192.0.2.1", 5)), &owner);
  EXPECT_EQ(table.find(*SocketAddress::from_text("192.0.2.1", 6)), nullptr);
  EXPECT_EQ(table.find(*SocketAddress::from_text("192.0.2.2", 5)), nullptr);
  EXPECT_EQ(table.find(*SocketAddress::from_text("::c000:201", 5)), nullptr);
}

/// A site behind one prefix, or behind one address: whole runs of neighbours must not share slots.
TEST(SocketAddressHash, SpreadsNeighboursOverTheLowBits) {
  constexpr std::size_t slots = 4096;
  for (const bool same_ip : {false, true}) {
    std::set<std::size_t> used;
    for (std::uint32_t i = 0; i < slots / 2; ++i) {
      const auto address =
          same_ip ? SocketAddress::from_ipv4(0x7f010000, static_cast<std::uint16_t>(20'000 + i))
                  : SocketAddress::from_ipv4(0x7f010000 + i, 4000);
      used.insert(address.hash() % slots);
    }
    // Random throws would take 1 - e^-0.5 of the slots: 1611.
    EXPECT_GT(used.size(), 1500U);
  }
}

}  // namespace
}  // namespace dering::engine
