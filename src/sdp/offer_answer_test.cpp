// SPDX-License-Identifier: Apache-2.0
#include "sdp/offer_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sdp/answer.h"
#include "sdp/testing/browser_offers.h"

namespace dering::sdp {
namespace {

using testing::crlf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Encoding> all_codecs{Encoding::opus, Encoding::g722, Encoding::pcmu,
                                       Encoding::pcma};

SessionDescription parsed(std::string_view text) {
  return *SessionDescription::parse(text);
}
std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::vector<Encoding> encodings(const std::vector<Codec>& codecs) {
  std::vector<Encoding> found;
  for (const Codec& codec : codecs) found.push_back(codec.encoding);
  return found;
}

/// A leg of a browser whose sound ends at the engine.
class Browser : public ::testing::Test {
 protected:
  Browser() {
    LocalMedia& local = leg_.local();
    local.addresses = {*SocketAddress::from_text("192.0.2.1", 40'000)};
    local.codecs = all_codecs;
    local.protection = Protection::dtls;
    local.ice = {"ourUfrag", "ourPasswordOf24Characters"};
    local.fingerprint = testing::firefox_fingerprint;
  }
  SessionDescription answered(const std::string& offer, std::vector<Encoding> wanted = {}) {
    const auto taken = leg_.take_offer(offer);
    EXPECT_TRUE(taken) << name_of(taken.error());
    return taken ? parsed(leg_.answer(wanted)) : SessionDescription{};
  }

  OfferAnswer leg_{77};
  const std::string chromium_ = crlf(testing::chromium_offer);
  const std::string firefox_ = crlf(testing::firefox_offer);
};

/// The same of a desk phone.
class Desk : public ::testing::Test {
 protected:
  Desk() {
    leg_.local().addresses = {*SocketAddress::from_text("192.0.2.1", 20'000)};
    leg_.local().codecs = all_codecs;
    for (const CryptoSuite suite :
         {CryptoSuite::aes_cm_128_hmac_sha1_80, CryptoSuite::aead_aes_256_gcm}) {
      const auto tag = static_cast<std::uint32_t>(leg_.local().crypto.size() + 1);
      leg_.local().crypto.push_back(fresh_crypto(tag, suite, random_));
    }
  }
  SessionDescription answered(const std::string& offer, std::vector<Encoding> wanted = {}) {
    const auto taken = leg_.take_offer(offer);
    EXPECT_TRUE(taken) << name_of(taken.error());
    return taken ? parsed(leg_.answer(wanted)) : SessionDescription{};
  }
  /// As the desk phone's, with these words in place of its direction.
  std::string offer_with(std::string_view words) const {
    return changed(desk_, "a=sendrecv", words);
  }

  SeededRandom random_{3};
  OfferAnswer leg_{78};
  const std::string desk_ = crlf(testing::desk_phone_offer);
};

// ---- Answers to browsers ------------------------------------------------------------------------

TEST_F(Browser, GetsOneCodecAndEveryTelephoneEventItOfferedS32S33) {
  const SessionDescription answer = answered(chromium_);
  const MediaSection& audio = answer.media[0];
  EXPECT_EQ(audio.formats, "111 110 126");
  EXPECT_EQ(audio.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(audio.port, 40'000);
  EXPECT_EQ(attribute(audio.lines, "mid"), "0");
  EXPECT_EQ(setup(answer, audio), Setup::passive);
  EXPECT_TRUE(attribute(audio.lines, "rtcp-mux"));
  EXPECT_FALSE(attribute(audio.lines, "extmap"));
  EXPECT_EQ(sha256_fingerprint(answer, audio), testing::firefox_fingerprint);
  EXPECT_EQ(ice_credentials(answer, audio), leg_.local().ice);
  EXPECT_THAT(answer.text(), HasSubstr("a=fmtp:111 minptime=10;useinbandfec=1\r\n"));
  EXPECT_TRUE(is_webrtc(answer));
  const Agreed& agreed = *leg_.agreed();
  EXPECT_EQ(agreed.remote.ice.ufrag, "Zx7+");
  EXPECT_EQ(agreed.remote.fingerprint, testing::chromium_fingerprint);
  EXPECT_EQ(agreed.setup, Setup::passive);
  EXPECT_EQ(agreed.send[0].payload_type, 111);
  EXPECT_TRUE(agreed.send[0].inband_fec);
}

TEST_F(Browser, VideoIsDeclinedInItsPlaceAndTheBundleNamesTheSoundAloneS34) {
  const SessionDescription answer = answered(chromium_);
  ASSERT_EQ(answer.media.size(), 2U);
  EXPECT_TRUE(answer.media[1].is_rejected());
  EXPECT_EQ(answer.media[1].kind, "video");
  EXPECT_EQ(attribute(answer.media[1].lines, "mid"), "1");
  EXPECT_TRUE(attribute(answer.media[1].lines, "inactive"));
  EXPECT_EQ(attribute(answer.lines, "group"), "BUNDLE 0");
  EXPECT_TRUE(attribute(answer.lines, "ice-lite"));
  // Also where we offer next, and where it offers again.
  const SessionDescription ours = parsed(leg_.offer({}));
  ASSERT_EQ(ours.media.size(), 2U);
  EXPECT_EQ(ours.media[1].kind, "video");
  EXPECT_TRUE(ours.media[1].is_rejected());
  EXPECT_EQ(attribute(ours.lines, "group"), "BUNDLE 0");
}

TEST_F(Browser, TheCodecThatSparesUsWorkIsTakenWhereItWasOffered) {
  EXPECT_EQ(answered(chromium_, {Encoding::pcma}).media[0].formats, "8 110 126");
  OfferAnswer other(leg_);
  EXPECT_EQ(answered(changed(chromium_, "111 63 9 0 8 13 110 126", "111 110"), {Encoding::pcma})
                .media[0]
                .formats,
            "111 110");
}

TEST_F(Browser, FallsBackToANarrowerCodecAndSaysSoWhereThereIsNone) {
  EXPECT_EQ(answered(changed(chromium_, "111 63 9 0 8 13 110 126", "13 8 0 126")).media[0].formats,
            "0 126");
  const auto none = leg_.take_offer(changed(chromium_, "111 63 9 0 8 13 110 126", "13 126"));
  EXPECT_EQ(none.error(), Unusable::no_common_codec);
}

TEST_F(Browser, KnowsTheStaticPayloadTypesWithoutRtpmap) {
  SessionDescription offer = parsed(firefox_);
  remove_attributes(offer.media[0].lines, "rtpmap");
  EXPECT_EQ(answered(offer.text()).media[0].formats, "9");
}

TEST_F(Browser, WeAreDtlsClientOnlyForAnOffererThatInsistsOnServing) {
  const SessionDescription answer = answered(changed(firefox_, "setup:actpass", "setup:passive"));
  EXPECT_EQ(setup(answer, answer.media[0]), Setup::active);
  EXPECT_EQ(leg_.agreed()->setup, Setup::active);
}

TEST_F(Browser, PlainRtpIsRefusedWhereAKeyWasToBe) {
  EXPECT_EQ(leg_.take_offer(crlf(testing::desk_phone_offer)).error(), Unusable::no_sound);
}

TEST_F(Browser, AnIceRestartShowsInWhatItAsks) {
  answered(chromium_);
  ASSERT_TRUE(leg_.take_offer(changed(chromium_, "a=ice-ufrag:Zx7+", "a=ice-ufrag:new+")));
  EXPECT_EQ(leg_.asked().ice.ufrag, "new+");
  leg_.local().ice = {"secondUfrag", "secondPasswordOf24Charact"};
  EXPECT_THAT(leg_.answer({}), HasSubstr("a=ice-ufrag:secondUfrag\r\n"));
}

// ---- Offers to browsers -------------------------------------------------------------------------

TEST_F(Browser, IsOfferedAllCodecsTheWantedOnesFirst) {
  const SessionDescription offer = parsed(leg_.offer(std::vector{Encoding::pcma, Encoding::pcmu}));
  ASSERT_EQ(offer.media.size(), 1U);
  EXPECT_EQ(offer.media[0].formats, "8 0 111 9 101 110");
  EXPECT_EQ(setup(offer, offer.media[0]), Setup::actpass);
  EXPECT_TRUE(is_webrtc(offer));
  EXPECT_EQ(attribute(offer.lines, "group"), "BUNDLE 0");
  EXPECT_EQ(leg_.state(), OfferAnswer::State::offered);
}

TEST_F(Browser, ItsAnswerSaysWhichNumbersItTakesAndWhoShakesHands) {
  leg_.offer({});
  std::string answer = changed(firefox_, "setup:actpass", "setup:active");
  ASSERT_TRUE(leg_.take_answer(answer));
  const Agreed& agreed = *leg_.agreed();
  EXPECT_EQ(agreed.setup, Setup::passive);
  EXPECT_EQ(agreed.send[0].payload_type, 109);
  EXPECT_EQ(agreed.receive[0].payload_type, 111);
  EXPECT_THAT(encodings(agreed.send), ElementsAre(Encoding::opus, Encoding::g722, Encoding::pcmu,
                                                  Encoding::pcma, Encoding::telephone_event));
}

TEST_F(Browser, AnAnswerThatLeavesTheHandshakeOpenIsNone) {
  leg_.offer({});
  EXPECT_EQ(leg_.take_answer(firefox_).error(), Unusable::not_webrtc);
  EXPECT_FALSE(leg_.agreed());
}

// ---- Desk phones --------------------------------------------------------------------------------

TEST_F(Browser, ThatWasToldOfAnotherOneIsOfferedUsInTheSamePlacesS34) {
  // A sealed call with video: sound is section "1" here, and stays it.
  SessionDescription said = parsed(firefox_);
  MediaSection video = said.media[0];
  video.kind = "video";
  set_attribute(video.lines, "mid", "video");
  set_attribute(said.media[0].lines, "mid", "sound");
  said.media.insert(said.media.begin(), video);
  const Origin before = leg_.next_origin();
  leg_.continue_from(said);
  const SessionDescription offer = parsed(leg_.offer({}));
  ASSERT_EQ(offer.media.size(), 2U);
  EXPECT_TRUE(offer.media[0].is_rejected());
  EXPECT_EQ(attribute(offer.media[0].lines, "mid"), "video");
  EXPECT_EQ(attribute(offer.media[1].lines, "mid"), "sound");
  EXPECT_EQ(attribute(offer.lines, "group"), "BUNDLE sound");
  EXPECT_EQ(attribute(offer.media[1].lines, "setup"), "actpass");
  EXPECT_EQ(attribute(offer.media[1].lines, "msid"), attribute(said.media[1].lines, "msid"));
  EXPECT_EQ(attribute(offer.media[1].lines, "ice-ufrag"), "ourUfrag");
  EXPECT_THAT(offer.text(), HasSubstr("o=- 77 " + std::to_string(before.version + 1) + " "));
  const std::string answer = changed(offer.text(), "a=setup:actpass", "a=setup:active");
  EXPECT_TRUE(leg_.take_answer(answer));
  EXPECT_EQ(leg_.agreed()->setup, Setup::passive);
}

TEST_F(Browser, ThatWasToldOfNoSoundHasNothingToGoOnFrom) {
  SessionDescription said = parsed(firefox_);
  said.media[0] = rejected(said.media[0]);
  leg_.continue_from(said);
  EXPECT_EQ(parsed(leg_.offer({})).media.size(), 1U);
}

TEST_F(Desk, IsAnsweredWithOurAddressAndOneCodec) {
  const SessionDescription answer = answered(desk_, {Encoding::pcmu});
  EXPECT_EQ(answer.media[0].formats, "0 101");
  EXPECT_EQ(answer.media[0].port, 20'000);
  EXPECT_EQ(answer.media[0].protocol, "RTP/AVP");
  EXPECT_THAT(answer.text(), HasSubstr("c=IN IP4 192.0.2.1\r\n"));
  EXPECT_THAT(answer.text(), Not(HasSubstr("fingerprint")));
  EXPECT_EQ(leg_.agreed()->remote.rtp.ip, SocketAddress::from_text("192.0.2.30", 5004));
}

TEST_F(Desk, AListOfThisPhoneAloneIsOfferedInItsOwnOrder) {
  leg_.local().codecs = {Encoding::pcma, Encoding::opus};
  leg_.local().preference = Preference::ours;
  const auto offer = parsed(leg_.offer(std::vector{Encoding::opus, Encoding::g722}));
  EXPECT_EQ(offer.media[0].formats, "8 111 101 110");
}

TEST_F(Desk, WhatWasAgreedGoesFirstInALaterOfferOfAListOfItsOwn) {
  leg_.local().codecs = {Encoding::pcma, Encoding::pcmu};
  leg_.local().preference = Preference::ours;
  answered(desk_, {Encoding::pcmu});
  EXPECT_EQ(parsed(leg_.offer(leg_.spoken())).media[0].formats, "0 8 101");
}

TEST_F(Desk, WhatItOffersIsToldInTheOrderOfItsOwnListAndWithoutWhatIsNotInThat) {
  leg_.local().codecs = {Encoding::pcma, Encoding::pcmu};
  EXPECT_THAT(leg_.spoken(), ::testing::IsEmpty());
  ASSERT_TRUE(leg_.take_offer(desk_));
  const auto by_phone = leg_.spoken();
  EXPECT_THAT(by_phone, ::testing::UnorderedElementsAre(Encoding::pcma, Encoding::pcmu));
  leg_.local().codecs = {by_phone[1], by_phone[0]};
  EXPECT_EQ(leg_.spoken(), by_phone) << "the phone's order, where nobody chose another";
  leg_.local().preference = Preference::ours;
  EXPECT_THAT(leg_.spoken(), ElementsAre(by_phone[1], by_phone[0]));
}

TEST_F(Desk, WhereKeysAreNeededSoundWithoutThemIsRefusedAndSoundWithThemIsNot) {
  leg_.local().protection = Protection::sdes;
  leg_.local().clear = ClearSound::refused;
  EXPECT_EQ(leg_.take_offer(desk_).error(), Unusable::no_keys);
  EXPECT_EQ(leg_.take_offer(changed(desk_, "m=audio", "m=image")).error(), Unusable::no_sound);
  // Both: the one with keys is taken.
  std::string both = desk_;
  both +=
      "m=audio 5006 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 "
      "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n";
  ASSERT_TRUE(leg_.take_offer(both));
  EXPECT_EQ(leg_.asked().section, 1U);
  EXPECT_EQ(leg_.asked().protection, Protection::sdes);
}

TEST_F(Desk, HoldInEverySpellingIsUnderstoodAndResumeBringsSoundBack) {
  answered(desk_);
  const auto hold = [&](const std::string& offer, Direction answer) {
    const SessionDescription ours = answered(offer);
    EXPECT_EQ(direction(ours, ours.media[0]), answer) << offer;
    EXPECT_FALSE(leg_.agreed()->phone_hears()) << offer;
    answered(desk_);
    EXPECT_TRUE(leg_.agreed()->phone_hears() && leg_.agreed()->phone_speaks()) << offer;
  };
  hold(offer_with("a=sendonly"), Direction::recvonly);
  hold(offer_with("a=inactive"), Direction::inactive);
  hold(changed(desk_, "c=IN IP4 192.0.2.30", "c=IN IP4 0.0.0.0"), Direction::recvonly);
  hold(changed(desk_, "c=IN IP4 192.0.2.30", "c=IN IP6 ::"), Direction::recvonly);
  hold(changed(offer_with("a=inactive"), "c=IN IP4 192.0.2.30", "c=IN IP4 0.0.0.0"),
       Direction::inactive);
  // In the section, where it counts before the session's.
  hold(changed(desk_, "a=sendrecv", "c=IN IP4 0.0.0.0\r\na=sendrecv"), Direction::recvonly);
  // At session level.
  hold(changed(changed(desk_, "\r\na=sendrecv", ""), "t=0 0", "t=0 0\r\na=sendonly"),
       Direction::recvonly);
}

TEST_F(Desk, APhoneThatOnlyListensDoesNotHold) {
  const SessionDescription answer = answered(offer_with("a=recvonly"));
  EXPECT_EQ(direction(answer, answer.media[0]), Direction::sendonly);
  EXPECT_TRUE(leg_.agreed()->phone_hears());
  EXPECT_FALSE(leg_.agreed()->phone_speaks());
}

TEST_F(Desk, AChangeOfCodecAndAddressTakesEffect) {
  answered(desk_, {Encoding::g722});
  EXPECT_EQ(leg_.agreed()->send[0].encoding, Encoding::g722);
  answered(changed(changed(desk_, "5004 RTP/AVP 9 0 8 101", "6006 RTP/AVP 8 101"), "192.0.2.30",
                   "192.0.2.31"),
           {Encoding::g722});
  EXPECT_EQ(leg_.agreed()->send[0].encoding, Encoding::pcma);
  EXPECT_EQ(leg_.agreed()->remote.rtp.port, 6006);
}

TEST_F(Desk, AnOfferThatCannotBeTakenLeavesAllAsItWas) {
  answered(desk_);
  const Agreed before = *leg_.agreed();
  EXPECT_EQ(leg_.take_offer(changed(desk_, "9 0 8 101", "3 101")).error(),
            Unusable::no_common_codec);
  EXPECT_EQ(leg_.take_offer(changed(desk_, "m=audio 5004", "m=audio 0")).error(),
            Unusable::no_sound);
  EXPECT_EQ(leg_.take_offer("nonsense").error(), Unusable::not_a_description);
  EXPECT_EQ(leg_.state(), OfferAnswer::State::idle);
  EXPECT_EQ(leg_.agreed()->send, before.send);
}

TEST_F(Desk, SectionsNeverGoS34) {
  answered(desk_ + "m=video 6000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n");
  EXPECT_EQ(leg_.take_offer(desk_).error(), Unusable::sections_missing);
  const SessionDescription more =
      answered(desk_ + "m=video 0 RTP/AVP 99\r\nm=image 7000 udptl t38\r\n");
  ASSERT_EQ(more.media.size(), 3U);
  EXPECT_TRUE(more.media[1].is_rejected() && more.media[2].is_rejected());
}

TEST_F(Desk, NumbersOfItsOwnAreUsedTowardsItAndOursFromIt) {
  leg_.offer({});
  const std::string answer = changed(changed(desk_, "9 0 8 101", "8 97"),
                                     "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15",
                                     "a=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15");
  ASSERT_TRUE(leg_.take_answer(answer));
  EXPECT_EQ(find(leg_.agreed()->send, Encoding::telephone_event)->payload_type, 97);
  std::vector<int> received;
  for (const Codec& codec : leg_.agreed()->receive) received.push_back(codec.payload_type);
  EXPECT_THAT(received, ElementsAre(8, 101, 97));
}

TEST_F(Desk, AnAnswerMayNameItsKeysBeforeItsSound) {
  leg_.offer({});
  ASSERT_TRUE(leg_.take_answer(changed(desk_, "9 0 8 101", "101 8 0")));
  EXPECT_EQ(leg_.agreed()->send.front().encoding, Encoding::pcma);
  EXPECT_TRUE(is_audio(leg_.agreed()->receive.front().encoding));
  EXPECT_NE(find(leg_.agreed()->send, Encoding::telephone_event), nullptr);
}

TEST_F(Desk, AnAnswerIsSpokenInTheOrderOfOurOfferAndHeardInItsOwn) {
  leg_.offer(std::array{Encoding::pcmu, Encoding::pcma});
  ASSERT_TRUE(leg_.take_answer(changed(desk_, "9 0 8 101", "8 0 101")));
  EXPECT_EQ(leg_.agreed()->receive.front().encoding, Encoding::pcmu);
  EXPECT_EQ(leg_.agreed()->send.front().encoding, Encoding::pcma);
}

TEST_F(Desk, AnAnswerThatTakesNothingOrDropsTheKeyIsRefused) {
  leg_.offer({});
  EXPECT_EQ(leg_.take_answer(changed(desk_, "m=audio 5004", "m=audio 0")).error(),
            Unusable::no_sound);
  leg_.offer({});
  EXPECT_EQ(leg_.take_answer(changed(desk_, "9 0 8 101", "18 101")).error(),
            Unusable::no_common_codec);
  leg_.local().protection = Protection::sdes;
  EXPECT_THAT(leg_.offer({}), HasSubstr("RTP/SAVP"));
  EXPECT_EQ(leg_.take_answer(desk_).error(), Unusable::other_protection);
}

TEST_F(Desk, KeysInItsOfferAreAnsweredWithOneOfOurs) {
  CryptoAttribute theirs = fresh_crypto(7, CryptoSuite::aead_aes_256_gcm, random_);
  const std::string offer = changed(changed(desk_, "RTP/AVP", "RTP/SAVP"), "a=sendrecv",
                                    "a=sendrecv\r\na=crypto:" + text_of(theirs));
  const SessionDescription answer = answered(offer);
  EXPECT_EQ(answer.media[0].protocol, "RTP/SAVP");
  const Agreed& agreed = *leg_.agreed();
  EXPECT_EQ(*agreed.their_crypto, theirs);
  EXPECT_EQ(agreed.our_crypto->tag, 7U);
  EXPECT_EQ(agreed.our_crypto->key_and_salt, leg_.local().crypto[1].key_and_salt);
  EXPECT_EQ(attribute(answer.media[0].lines, "crypto"), text_of(*agreed.our_crypto));
}

TEST_F(Desk, AnEarlyAnswerMayBeFollowedByAnotherOne) {
  leg_.offer({});
  ASSERT_TRUE(leg_.take_early_answer(desk_));
  EXPECT_EQ(leg_.agreed()->remote.rtp.port, 5004);
  ASSERT_TRUE(leg_.take_answer(changed(desk_, "5004", "5008")));
  EXPECT_EQ(leg_.agreed()->remote.rtp.port, 5008);
  EXPECT_EQ(leg_.state(), OfferAnswer::State::idle);
}

TEST_F(Desk, TheVersionGrowsWithEachDescription) {
  const SessionDescription first = answered(desk_);
  const SessionDescription second = answered(desk_);
  EXPECT_EQ(first.lines[1].value, "- 78 1 IN IP4 192.0.2.1");
  EXPECT_EQ(second.lines[1].value, "- 78 2 IN IP4 192.0.2.1");
}

TEST_F(Desk, WhatItWantsOfOpusAndOfPacketsIsRead) {
  const std::string offer = changed(
      changed(desk_, "9 0 8 101", "120 101"), "a=rtpmap:9 G722/8000",
      "a=rtpmap:120 OPUS/48000/2\r\na=fmtp:120 useinbandfec=1; usedtx=1;maxaveragebitrate=20000");
  answered(changed(offer, "a=ptime:20", "a=ptime:40"));
  const Codec& opus = leg_.agreed()->send[0];
  EXPECT_EQ(opus.payload_type, 120);
  EXPECT_TRUE(opus.inband_fec && opus.dtx);
  EXPECT_EQ(opus.max_average_bitrate, 20'000U);
  EXPECT_EQ(leg_.agreed()->remote.ptime, 40U);
}

TEST_F(Desk, NumbersThatLookLikeRtcpAndPacketsOfNoLengthAreNotTaken) {
  const std::string offer = changed(changed(desk_, "9 0 8 101", "72 8 101"), "a=rtpmap:9 G722/8000",
                                    "a=rtpmap:72 opus/48000/2");
  answered(changed(offer, "a=ptime:20", "a=ptime:1"));
  EXPECT_EQ(leg_.agreed()->send[0].encoding, Encoding::pcma);
  EXPECT_EQ(leg_.agreed()->remote.ptime, 0U);
}

TEST_F(Desk, AnAddressOfItsOwnForRtcpIsRead) {
  answered(changed(desk_, "a=ptime:20", "a=rtcp:5999 IN IP4 192.0.2.32"));
  EXPECT_EQ(leg_.agreed()->remote.rtcp.ip, SocketAddress::from_text("192.0.2.32", 5999));
}

}  // namespace
}  // namespace dering::sdp
