// SPDX-License-Identifier: Apache-2.0
#include "monitor/traced.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/pcap.h"

namespace dering::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TracedMessage message(Direction direction, std::string_view peer, std::string text,
                      std::int64_t at = 0) {
  return {.at_microseconds = at,
          .direction = direction,
          .transport = "udp",
          .ours = *SocketAddress::from_host_and_port("192.0.2.1:5060"),
          .theirs = *SocketAddress::from_host_and_port(peer),
          .text = std::move(text)};
}

std::string invite(std::string_view from, std::string_view to, std::string_view call_id) {
  return fmt::format(
      "INVITE sip:{1}@pbx.test SIP/2.0\r\nf: <sip:{0}@pbx.test>;tag=1\r\nTo: <sip:{1}@pbx.test>\r\n"
      "i: {2}\r\nCSeq: 1 INVITE\r\n\r\n",
      from, to, call_id);
}

std::string in_dialog(std::string_view call_id) {
  return fmt::format("SIP/2.0 200 OK\r\nCall-ID: {}\r\nCSeq: 1 INVITE\r\n\r\n", call_id);
}

/// 1001 calls 1002, and 1003 is busy with something else.
std::vector<TracedMessage> a_call() {
  return {message(Direction::in, "192.0.2.7:5060", invite("1001", "1002", "a"), 0),
          message(Direction::in, "192.0.2.9:5060", invite("1003", "1004", "c"), 1000),
          message(Direction::out, "192.0.2.8:5060", invite("1001", "1002", "b"), 2000),
          message(Direction::in, "192.0.2.8:5060", in_dialog("b"), 3000),
          message(Direction::out, "192.0.2.7:5060", in_dialog("a"), 4000),
          message(Direction::out, "192.0.2.9:5060", in_dialog("c"), 5000)};
}

std::vector<std::int64_t> times_of(const std::vector<TracedMessage>& messages) {
  std::vector<std::int64_t> times;
  for (const TracedMessage& one : messages) times.push_back(one.at_microseconds);
  return times;
}

std::vector<std::int64_t> chosen(std::string wanted, std::set<std::string> call_ids = {}) {
  return times_of(TraceChoice(std::move(wanted), std::move(call_ids)).of(a_call()));
}

TEST(TraceChoice, FindsBothSidesOfACallByWhateverNamesIt) {
  const auto both_sides = ElementsAre(0, 2000, 3000, 4000);
  EXPECT_THAT(chosen("1001"), both_sides);
  EXPECT_THAT(chosen("1002"), both_sides);
  EXPECT_THAT(chosen("a"), both_sides);
  EXPECT_THAT(chosen("192.0.2.7"), both_sides);
  EXPECT_THAT(chosen("b"), ElementsAre(2000, 3000));
  EXPECT_THAT(chosen("of nobody", {"a", "b"}), both_sides);
  EXPECT_THAT(chosen("192.0.2.9:5060"), ElementsAre(1000, 5000));
  EXPECT_THAT(chosen("100"), IsEmpty());
  EXPECT_EQ(chosen("").size(), 6U);
  EXPECT_EQ(chosen("pbx.test").size(), 6U);
}

TEST(TraceNames, CallThoseAtTheOtherEndByTheirNumber) {
  TraceNames names;
  auto all = a_call();
  all.push_back(message(Direction::in, "192.0.2.99:5060", invite("1001", "1002", "z"), 6000));
  for (const auto& one : all) names.learn(one);
  EXPECT_THAT(names.in_order(), ElementsAre("1001", "1003", "1002", "1001#2"));
  EXPECT_EQ(way_of(all[0], names), "udp 192.0.2.7:5060 (1001) → dering");
  EXPECT_EQ(way_of(all[2], names), "udp dering → 192.0.2.8:5060 (1002)");
  const std::string arrows = arrows_of(all, names);
  EXPECT_THAT(arrows, HasSubstr("0.003     |<-----------------"));
  EXPECT_THAT(arrows, HasSubstr("200 OK  1 INVITE  b"));
}

TEST(TraceNames, ShowNoSignThatSteersATerminal) {
  const TracedMessage evil = message(
      Direction::in, "192.0.2.7:5060",
      "INVITE sip:\x1b[2J@x SIP/2.0\r\nFrom: <sip:\x1b]0;x\x07@x>\r\nCall-ID: \x1b[31m\r\n\r\n");
  TraceNames names;
  names.learn(evil);
  const std::string shown = arrows_of(std::span(&evil, 1), names) + way_of(evil, names);
  EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
  EXPECT_THAT(shown, Not(HasSubstr("\x07")));
  EXPECT_THAT(shown, HasSubstr("\\x1b[2J"));
}

// ---- A strict reader of such files
// ---------------------------------------------------------------

std::uint32_t big(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::uint32_t little(std::string_view bytes) {
  return big(std::string(bytes.rbegin(), bytes.rend()));
}

/// What all 16-bit words of a checked text add up to (RFC 1071); 0xffff if it is good.
std::uint32_t sum_of(std::string bytes) {
  if (bytes.size() % 2 == 1) bytes += '\0';
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    sum += big(std::string_view(bytes).substr(i, 2));
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16U);
  return sum;
}

TEST(Pcap, IsReadByAStrictReader) {
  const std::string file = pcap_header() + packet_of(a_call()[0]);
  const std::string_view bytes = file;
  EXPECT_EQ(little(bytes.substr(0, 4)), 0xa1b2c3d4U);
  EXPECT_EQ(little(bytes.substr(20, 4)), 101U);
  const std::string_view ip = bytes.substr(40);
  EXPECT_EQ(little(bytes.substr(32, 4)), ip.size());
  EXPECT_EQ(little(bytes.substr(36, 4)), ip.size());
  EXPECT_EQ(big(ip.substr(0, 1)), 0x45U);
  EXPECT_EQ(big(ip.substr(2, 2)), ip.size());
  EXPECT_EQ(big(ip.substr(9, 1)), 17U);
  EXPECT_EQ(sum_of(std::string(ip.substr(0, 20))), 0xffffU);
  EXPECT_EQ(big(ip.substr(12, 4)), 0xc0000207U);
  EXPECT_EQ(big(ip.substr(16, 4)), 0xc0000201U);
  const std::string_view udp = ip.substr(20);
  EXPECT_EQ(big(udp.substr(0, 2)), 5060U);
  EXPECT_EQ(big(udp.substr(4, 2)), udp.size());
  const std::string length(udp.substr(4, 2));
  EXPECT_EQ(
      sum_of(std::string(ip.substr(12, 8)) + std::string("\0\x11", 2) + length + std::string(udp)),
      0xffffU);
  EXPECT_EQ(udp.substr(8), a_call()[0].text);
}

TEST(Pcap, TakesIPv6AndCutsWhatIsLongerThanADatagram) {
  TracedMessage one = message(Direction::in, "[2001:db8::1]:5060", std::string(65'535, 'x'));
  const std::string packet = packet_of(one);
  const std::string_view ip = std::string_view(packet).substr(16);
  EXPECT_EQ(big(ip.substr(0, 1)), 0x60U);
  EXPECT_EQ(ip.size(), 65'535U);
  EXPECT_EQ(big(ip.substr(4, 2)) + 40, ip.size());
  EXPECT_EQ(sum_of(std::string(ip.substr(8, 32)) + std::string("\0\x11", 2) +
                   std::string(ip.substr(4, 2)) + std::string(ip.substr(40))),
            0xffffU);
}

}  // namespace
}  // namespace dering::monitor
