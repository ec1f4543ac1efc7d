// SPDX-License-Identifier: Apache-2.0
#include "call/media.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::call {
namespace {

using ::testing::ElementsAre;

SocketAddress ip(std::string_view text, std::uint16_t port = 0) {
  return SocketAddress::from_text(text, port).value_or(SocketAddress{});
}

/// An engine of two threads on a machine whose first address is a bridge of containers.
class MediaAddresses : public ::testing::Test {
 protected:
  MediaAddresses() { make_ready(true); }

  void make_ready(bool has_found_addresses) {
    media::v2::Ready ready;
    for (const char* address : {"172.17.0.1", "10.91.1.1"}) ready.add_addresses(address);
    ready.add_udp_ports(10'000);
    ready.add_udp_ports(10'007);
    for (std::uint32_t thread = 0; thread < 2; ++thread) {
      media::v2::RtpPorts& ports = *ready.add_rtp_ports();
      ports.set_thread(thread);
      ports.set_first(20'000 + 100 * thread);
      ports.set_pairs(50);
    }
    ready.set_found_addresses(has_found_addresses);
    media_.on_ready(ready);
  }

  std::vector<std::string> told(std::string_view local, const Network* network = nullptr) {
    return told_to({sip::Transport::wss, ip("10.91.2.10", 40'000), 1, ip(local, 8443)}, Way::ice,
                   network);
  }
  std::vector<std::string> told_to(const sip::Flow& flow, Way way, const Network* network) {
    Commands commands;
    const Bridge bridge = media_.open_bridge(commands);
    const auto port = media_.open_port(bridge, {.way = way}, commands);
    if (!port) return {};
    std::vector<std::string> texts;
    for (const SocketAddress& one : media_.addresses_for(bridge, *port, flow, network)) {
      texts.push_back(one.text());
    }
    return texts;
  }

  SeededRandom random_{3};
  Media media_{random_};
};

// FR1: the first address is the one in c=, and the candidate that is tried first.
TEST_F(MediaAddresses, TheOneThatTheFlowCameToIsTheFirst) {
  EXPECT_THAT(told("10.91.1.1"), ElementsAre("10.91.1.1:10000", "172.17.0.1:10000"));
  EXPECT_THAT(told("172.17.0.1"), ElementsAre("172.17.0.1:10007", "10.91.1.1:10007"));
}

TEST_F(MediaAddresses, TheOneThatTheFlowCameToIsThereEvenIfTheEngineLeftItOut) {
  EXPECT_THAT(told("10.91.2.1"),
              ElementsAre("10.91.2.1:10000", "172.17.0.1:10000", "10.91.1.1:10000"));
}

TEST_F(MediaAddresses, ThoseThatWereChosenByHandAreAll) {
  make_ready(false);
  EXPECT_THAT(told("10.91.2.1"), ElementsAre("172.17.0.1:10000", "10.91.1.1:10000"));
  EXPECT_THAT(told("10.91.1.1"), ElementsAre("10.91.1.1:10007", "172.17.0.1:10007"));
}

TEST_F(MediaAddresses, AProgramOnThisMachineIsToldThoseOfTheNetwork) {
  EXPECT_THAT(told("127.0.0.1"), ElementsAre("172.17.0.1:10000", "10.91.1.1:10000"));
  EXPECT_THAT(told("::1"), ElementsAre("172.17.0.1:10007", "10.91.1.1:10007"));
}

TEST_F(MediaAddresses, ThoseOfANetworkAreAllThatItsPeersAreTold) {
  const Network same_port{{}, "203.0.113.5", 0, ip("203.0.113.5")};
  EXPECT_THAT(told("10.91.1.1", &same_port), ElementsAre("203.0.113.5:10000"));
  const Network other_port{{}, "203.0.113.5", 0, ip("203.0.113.6", 20'000)};
  EXPECT_THAT(told("10.91.1.1", &other_port), ElementsAre("203.0.113.6:20001"));
  const Network only_sip{{}, "sip.univ.test", 0, std::nullopt};
  EXPECT_THAT(told("10.91.1.1", &only_sip), ElementsAre("10.91.1.1:10000", "172.17.0.1:10000"));
}

// A description without ICE names one address, and a phone cannot send to one of the other family.
TEST_F(MediaAddresses, APhoneWithoutIceIsToldOneOfItsOwnFamily) {
  media::v2::Ready ready;
  for (const char* address : {"2001:db8::5", "10.91.1.1"}) ready.add_addresses(address);
  ready.add_udp_ports(10'000);
  ready.add_rtp_ports()->set_first(20'000);
  ready.mutable_rtp_ports(0)->set_pairs(5);
  media_.on_ready(ready);
  const sip::Flow over_ipv4{sip::Transport::udp, ip("10.91.2.10", 5060), 0};
  const sip::Flow over_ipv6{sip::Transport::udp, ip("2001:db8::9", 5060), 0};
  EXPECT_THAT(told_to(over_ipv4, Way::rtp, nullptr), ElementsAre("10.91.1.1:20000"));
  EXPECT_THAT(told_to(over_ipv6, Way::rtp, nullptr), ElementsAre("[2001:db8::5]:20002"));
}

// Where the router sends the one shared port to another one, those for phones without ICE stay.
TEST_F(MediaAddresses, TheOutwardAddressOfANetworkCountsForPhonesWithoutIceToo) {
  const Network other_port{{}, "203.0.113.5", 0, ip("203.0.113.6", 30'000)};
  const sip::Flow flow{sip::Transport::udp, ip("10.91.2.10", 5060), 0};
  EXPECT_THAT(told_to(flow, Way::rtp, &other_port), ElementsAre("203.0.113.6:20000"));
}

}  // namespace
}  // namespace dering::call
