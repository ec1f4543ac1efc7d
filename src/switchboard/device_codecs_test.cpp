// SPDX-License-Identifier: Apache-2.0
//
// Each desk phone is offered its own codecs, where it has a list of its own.
#include <gmock/gmock.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::HeaderId;
using testing::Method;
using testing::RequestText;
using testing::Sent;

/// A phone that speaks all there is.
constexpr std::string_view whole_sdp =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 111 9 0 8\r\na=rtpmap:111 opus/48000/2\r\n";

class DeviceCodecs : public testing::DeskWorld {
 protected:
  /// Another desk phone of 1102.
  void second_registers() {
    RequestText text = request(2, "REGISTER", "sip:dering");
    text.to = text.from;
    text.contact = "<sip:1102@192.0.2.2:5070>";
    ask(phone(2, 5070), std::move(text), 6);
    ASSERT_EQ(take_final().message.status(), 200);
  }
  /// What each phone of 1102 was offered when that phone dialled, by its port.
  std::map<std::uint16_t, std::string> offered_by(unsigned caller) {
    RequestText text = invite(caller, "sip:1102@dering");
    text.body = whole_sdp;
    ask(phone(caller), std::move(text), caller);
    std::map<std::uint16_t, std::string> offers;
    for (const Sent& rung : sent(Method::invite)) {
      offers[rung.to.remote.port()] = rung.message.body();
    }
    return offers;
  }
  Sent answered_with(const Sent& rung, std::string_view sdp) {
    receive(rung.to,
            testing::answer_text(rung.message, 200, "callee", "<sip:1102@192.0.2.2:5060>", sdp));
    return take_final();
  }
  static std::string_view only(std::string_view payload_type) {
    static std::string text;
    text =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
        "m=audio 4000 RTP/AVP " +
        std::string(payload_type) + "\r\n";
    return text;
  }
};

TEST_F(DeviceCodecs, TwoPhonesOfOnePersonAreOfferedEachItsOwnInItsOwnOrder) {
  feed_directory({{"dev2", "pcma"}, {"dev6", "g722,opus"}});
  registers(2);
  second_registers();
  const auto offers = offered_by(1);
  ASSERT_EQ(offers.size(), 2U);
  EXPECT_THAT(offers.at(5060), HasSubstr("RTP/AVP 8 101\r\n"));
  EXPECT_THAT(offers.at(5070), HasSubstr("RTP/AVP 9 111 101 110\r\n"))
      << "the caller's Opus does not go first";
}

TEST_F(DeviceCodecs, APhoneWithoutAListHasThatOfItsKindWithTheCallersFirst) {
  feed_directory({{"dev6", "g722"}});
  registers(2);
  EXPECT_THAT(offered_by(1).at(5060), HasSubstr("RTP/AVP 111 9 0 8 101 110\r\n"));
}

TEST_F(DeviceCodecs, AChangedListCountsForTheNextCall) {
  feed_directory({{"dev2", "pcma"}});
  registers(2);
  EXPECT_THAT(offered_by(1).at(5060), HasSubstr("RTP/AVP 8 101\r\n"));
  out.clear();
  feed_directory({{"dev2", "g722,pcmu"}});
  EXPECT_THAT(offered_by(3).at(5060), HasSubstr("RTP/AVP 9 0 101\r\n"));
  out.clear();
  feed_directory();
  EXPECT_THAT(offered_by(4).at(5060), HasSubstr("RTP/AVP 111 9 0 8 101 110\r\n"));
}

TEST_F(DeviceCodecs, ACallerHasItsOwnListAndTheOtherIsOfferedThatOrder) {
  feed_directory({{"dev1", "pcma,pcmu"}});
  registers(2);
  EXPECT_THAT(offered_by(1).at(5060), HasSubstr("RTP/AVP 8 0 111 9 101 110\r\n"));
  const Sent rung = take(Method::invite);
  EXPECT_THAT(std::string(answered_with(rung, only("8")).message.body()),
              HasSubstr("RTP/AVP 8\r\n"));
}

TEST_F(DeviceCodecs, WhatIsNotInTheListOfACallerIsNotTakenFromIt) {
  feed_directory({{"dev1", "g722"}});
  registers(2);
  ask(phone(1), invite(1, "sip:1102@dering"), 1);  // PCMU alone
  const Sent refused = take_final();
  EXPECT_EQ(refused.message.status(), 488);
  EXPECT_EQ(refused.message.header(HeaderId::reason), "SIP;cause=488;text=\"incompatible\"");
  offered_by(1);
  const Sent rung = take(Method::invite);
  const std::string answer(answered_with(rung, only("0")).message.body());
  EXPECT_THAT(answer, HasSubstr("RTP/AVP 9\r\n")) << "one is turned into the other";
}

TEST_F(DeviceCodecs, OnASignedInConnectionTheCallerIsTheDeviceThatRegisteredThere) {
  feed_directory({{"dev1", "pcma"}});
  sip::Flow tcp = phone(1);
  tcp.transport = sip::Transport::tcp;
  tcp.connection = 7;
  registers(1, tcp);
  registers(2);
  RequestText text = invite(1, "sip:1102@dering");
  text.body = whole_sdp;
  text.transport = "TCP";
  receive(tcp, text.text());
  EXPECT_THAT(std::string(take(Method::invite).message.body()),
              HasSubstr("RTP/AVP 8 111 9 0 101 110\r\n"));
}

TEST_F(DeviceCodecs, WhichDeviceABindingIsOfIsKeptAndCountsAfterARestart) {
  RequestText text = request(3, "REGISTER", "sip:dering");
  text.to = text.from;
  ask(phone(3), std::move(text), 3);
  const auto kept = all<directory::SaveBinding>();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.front().binding.device, "dev3");

  directory::StoredBinding second = kept.front().binding;
  second.extension = "1102";
  second.contact_uri = "sip:1102@192.0.2.2:5070";
  second.remote = "192.0.2.2:5070";
  second.device = "dev6";
  feed(directory::BindingsKept{{second}});
  feed_directory({{"dev2", "pcmu"}, {"dev6", "opus,g722"}});
  out.clear();
  EXPECT_THAT(offered_by(1).at(5070), HasSubstr("RTP/AVP 111 9 101 110\r\n"));
}

}  // namespace
}  // namespace dering::switchboard
