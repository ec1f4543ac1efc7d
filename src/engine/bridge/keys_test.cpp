// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "codec/dtmf.h"
#include "codec/resampler.h"
#include "engine/testing/voice.h"
#include "rtp/digit_receiver.h"
#include "rtp/digit_sender.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Codec;
using media::v2::Command;
using media::v2::Event;
using media::v2::Refused;
using namespace testing;

/// A phone whose person speaks and presses keys.
struct Talker {
  Conversation* call;
  DeskPhone phone;
  Codec sound;
  Codec event;
  Mouth<DeskPhone> mouth{phone, sound};
  rtp::DigitSender keys{{.event_clock = event.clock_rate(), .stream_clock = sound.clock_rate()}};

  Talker(Conversation& its_call, std::uint64_t id, Codec its_sound, Codec its_event)
      : call(&its_call),
        phone(its_call, id, "127.0.0." + std::to_string(id) + ":4000"),
        sound(std::move(its_sound)),
        event(std::move(its_event)) {}

  /// 20 ms of what it sends.
  void go_on() {
    const std::uint32_t ticks = sound.clock_rate() / 50;
    const auto packet = keys.next(phone.header.timestamp + ticks, 20ms);
    if (!packet) {
      mouth.say(Sound(mouth.frame(), 1000));
      return;
    }
    Packet key = phone.next(static_cast<std::uint8_t>(event.payload_type()), ticks);
    key.header.marker = packet->marker;
    key.header.timestamp = packet->timestamp;
    key.payload.resize(rtp::telephone_event_size);
    rtp::write_telephone_event(packet->event, key.payload);
    phone.sends(key);
  }
};

/// What a phone understands of the keys that it is given.
struct Listener {
  DeskPhone* phone;
  Codec event;
  rtp::DigitReceiver keys{event.clock_rate()};
  std::string heard{};
  std::vector<rtp::Header> headers{};
  std::size_t sounds = 0;

  void listen(Instant now) {
    for (const Packet& packet : phone->hears()) {
      headers.push_back(packet.header);
      if (packet.header.payload_type != event.payload_type()) {
        ++sounds;
        continue;
      }
      if (const auto key = keys.on_packet(packet.header, packet.payload, now)) heard += key->key;
    }
    if (const auto key = keys.on_time(now)) heard += key->key;
  }
};

void press_by_signalling(Conversation& call, std::uint64_t port, std::string_view keys) {
  Command press;
  auto& digit = *press.mutable_send_digit();
  digit.set_port(port);
  digit.set_milliseconds(160);
  for (const char key : keys) {
    digit.set_digit(std::string(1, key));
    call.command(press);
  }
}

std::string digits_of(const std::vector<Event>& events) {
  std::string digits;
  for (const Event& event : events) {
    if (event.has_digit()) digits += event.digit().digit();
  }
  return digits;
}

constexpr std::string_view dialled = "0123456789*#ABCD00";

// Complaint 6: digits lost between two rates of telephone-event.
TEST(Keys, ArriveOnceWhateverPayloadTypeAndClockBothPhonesHave) {
  const std::array streams{
      std::pair(pcmu(), telephone_event(101)), std::pair(opus(), telephone_event(126, 48'000)),
      std::pair(opus(), telephone_event(110, 8000)), std::pair(pcma(), telephone_event(96))};
  for (const auto& [sound, event] : streams) {
    for (const auto& [other_sound, other_event] : streams) {
      Conversation call;
      Talker siti(call, 11, sound, event);
      DeskPhone budi(call, 12, "127.0.0.12:4000");
      siti.phone.talks({sound, event});
      budi.talks({other_sound, other_event});
      Listener ear{&budi, other_event};
      for (const char key : dialled) siti.keys.press(key, 100ms);
      for (int i = 0; i < 400; ++i) {
        siti.go_on();
        call.pass(20ms);
        ear.listen(call.now);
      }
      EXPECT_EQ(ear.heard, dialled);
      EXPECT_EQ(digits_of(call.events), dialled);
      expect_one_stream(ear.headers);
      EXPECT_GT(ear.sounds, 100U);
    }
  }
}

TEST(Keys, SurviveTheLossOfHalfOfTheirPackets) {
  Conversation call;
  Talker siti(call, 11, pcmu(), telephone_event(101));
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.phone.talks({pcmu(), telephone_event(101)});
  budi.talks({pcmu(), telephone_event(101)});
  Listener ear{&budi, telephone_event(101)};
  for (const char key : dialled) siti.keys.press(key, 200ms);
  const auto udp_port = siti.phone.udp_port;
  for (int i = 0; i < 500; ++i) {
    siti.phone.udp_port = i % 2 == 0 ? udp_port : 9;  // lost
    siti.go_on();
    call.pass(20ms);
    ear.listen(call.now);
  }
  EXPECT_EQ(ear.heard, dialled);
  EXPECT_EQ(digits_of(call.events), dialled);
}

TEST(Keys, ThatSignallingBringsGoOutAsTelephoneEvent) {
  Conversation call;
  Talker siti(call, 11, pcmu(), telephone_event(101));
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.phone.talks({pcmu(), telephone_event(101)});
  budi.talks({pcmu(), telephone_event(97)});
  Listener ear{&budi, telephone_event(97)};
  press_by_signalling(call, 12, "42#");
  for (int i = 0; i < 100; ++i) {
    siti.go_on();
    call.pass(20ms);
    ear.listen(call.now);
  }
  EXPECT_EQ(ear.heard, "42#");
  EXPECT_EQ(digits_of(call.events), "");
  expect_one_stream(ear.headers);
}

/// Keys as sound, out of a phone without telephone-event.
struct ToneTalker {
  DeskPhone phone;
  Mouth<DeskPhone> mouth;
  codec::DigitTones keys{};

  ToneTalker(Conversation& call, std::uint64_t id, const Codec& sound)
      : phone(call, id, "127.0.0." + std::to_string(id) + ":4000"), mouth(phone, sound) {
    phone.talks({sound});
  }
  void go_on() {
    Sound frame(mouth.frame());
    keys.fill(frame, mouth.rate());
    mouth.say(frame);
  }
};

TEST(Keys, HeardInTheSoundArriveOnceAsTelephoneEvent) {
  for (const auto& sound : {pcmu(), pcma(), testing::g722(), opus()}) {
    Conversation call;
    ToneTalker siti(call, 11, sound);
    DeskPhone budi(call, 12, "127.0.0.12:4000");
    budi.talks({sound, telephone_event(101)});
    Listener ear{&budi, telephone_event(101)};
    for (const char key : dialled) siti.keys.press(key, 200ms);
    for (int i = 0; i < 300; ++i) {
      siti.go_on();
      call.pass(20ms);
      ear.listen(call.now);
    }
    EXPECT_EQ(ear.heard, dialled) << sound.name();
    EXPECT_EQ(digits_of(call.events), dialled) << sound.name();
    for (const Event& event : call.events) {
      if (!event.has_digit()) continue;
      EXPECT_EQ(event.digit().how(), media::v2::Digit::HOW_IN_BAND);
    }
    expect_one_stream(ear.headers);
  }
}

/// What a phone without telephone-event hears of keys.
std::string keys_in(const Ear& ear) {
  codec::DigitDetector detector;
  codec::Resampler down(Ear::rate, codec::Rate::narrowband);
  std::string keys;
  for (std::size_t at = 0; at + 960 <= ear.sound.size(); at += 960) {
    Sound part(160);
    part.resize(down.process(codec::Samples(ear.sound).subspan(at, 960), part));
    detector.hear(part);
    while (const auto key = detector.take()) keys += *key;
  }
  return keys;
}

TEST(Keys, GoAsSoundToAPhoneThatTakesNoTelephoneEvent) {
  for (const auto& sound : {pcmu(), testing::g722(), opus()}) {
    for (const auto& from : {pcmu(), opus()}) {
      Conversation call;
      Talker siti(call, 11, from, telephone_event(101));
      DeskPhone budi(call, 12, "127.0.0.12:4000");
      siti.phone.talks({from, telephone_event(101)});
      budi.talks({sound});
      Ear ear({sound});
      for (const char key : dialled) siti.keys.press(key, 120ms);
      for (int i = 0; i < 400; ++i) {
        siti.go_on();
        call.pass(20ms);
        ear.take(budi.hears());
      }
      EXPECT_EQ(keys_in(ear), dialled) << sound.name() << from.name();
      EXPECT_EQ(digits_of(call.events), dialled);
      expect_one_stream(ear.headers);
    }
  }
}

TEST(Keys, AsSoundFromOneToAnotherAreNotSaidTwice) {
  Conversation call;
  ToneTalker siti(call, 11, pcmu());
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  budi.talks({pcma()});
  Ear ear({pcma()});
  for (const char key : dialled) siti.keys.press(key, 100ms);
  for (int i = 0; i < 250; ++i) {
    siti.go_on();
    call.pass(20ms);
    ear.take(budi.hears());
  }
  EXPECT_EQ(keys_in(ear), dialled);
  EXPECT_EQ(digits_of(call.events), dialled);
}

TEST(Keys, ThatSignallingBringsGoAsSoundIntoMusicAndSilence) {
  Conversation call;
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  budi.talks({pcma()});
  Ear ear({pcma()});
  press_by_signalling(call, 12, "42#");
  for (int i = 0; i < 100; ++i) {
    call.pass(20ms);
    ear.take(budi.hears());
  }
  EXPECT_EQ(keys_in(ear), "42#");
  EXPECT_LT(ear.headers.size(), 40U);
}

TEST(Keys, ThatMakeNoSenseAreRefused) {
  Conversation call;
  DeskPhone siti(call, 11, "127.0.0.11:4000");
  siti.talks({pcmu(), telephone_event(101)});
  Command press;
  auto& digit = *press.mutable_send_digit();
  digit.set_port(11);
  digit.set_digit("7");
  for (const std::uint32_t time : {0U, 39U, 8001U}) {
    digit.set_milliseconds(time);
    EXPECT_EQ(call.refusal_of(press), Refused::WHY_MALFORMED);
  }
  digit.set_milliseconds(100);
  for (const char* text : {"", "77", "E", "x"}) {
    digit.set_digit(text);
    EXPECT_EQ(call.refusal_of(press), Refused::WHY_MALFORMED);
  }
  digit.set_digit("7");
  for (std::size_t i = 0; i < rtp::DigitSender::most_waiting; ++i) {
    EXPECT_EQ(call.refusal_of(press), Refused::WHY_UNSPECIFIED);
  }
  EXPECT_EQ(call.refusal_of(press), Refused::WHY_LIMIT);
  digit.set_port(99);
  EXPECT_EQ(call.refusal_of(press), Refused::WHY_UNKNOWN);
}

// Hostile input C6.
TEST(Keys, OfAnyDurationAndShapeLeaveTheConversationAsItIs) {
  Conversation call;
  Talker siti(call, 11, pcmu(), telephone_event(101));
  DeskPhone budi(call, 12, "127.0.0.12:4000");
  siti.phone.talks({pcmu(), telephone_event(101)});
  budi.talks({pcmu(), telephone_event(101)});
  SeededRandom random(3);
  for (int i = 0; i < 2000; ++i) {
    Packet key = siti.phone.next(101);
    key.payload.resize(random.below(9));
    random.fill(key.payload);
    siti.phone.sends(key);
    call.pass(1ms);
  }
  // As many as may wait, each as long as may be.
  for (Duration time{}; time < 600s; time += 20ms) call.pass(20ms);
  budi.hears();
  for (int i = 0; i < 20; ++i) siti.go_on();
  EXPECT_EQ(budi.hears().size(), 20U);
}

}  // namespace
}  // namespace dering::engine
