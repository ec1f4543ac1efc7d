// SPDX-License-Identifier: Apache-2.0
#include "switchboard/objection.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#include "sip/testing/sip_text.h"

namespace dering::switchboard {
namespace {

using sip::testing::RequestText;

int status_for(const RequestText& text) {
  const auto objection = objection_to(sip::testing::parsed(text));
  return objection ? objection->status : 0;
}

RequestText invite_with(std::string more) {
  RequestText text;
  text.more = std::move(more);
  return text;
}

TEST(Objection, AnOrdinaryInviteIsServed) {
  RequestText text;
  text.body = "v=0\r\n";
  EXPECT_EQ(status_for(text), 0);
}

TEST(Objection, WhatBelongsIntoADialogIsNotKnownOutsideOfOne) {
  for (const char* method : {"BYE", "INFO", "UPDATE", "PRACK"}) {
    RequestText text;
    text.method = method;
    EXPECT_EQ(status_for(text), 481) << method;
    text.to_tag = "ours";
    EXPECT_EQ(status_for(text), 0) << method;
  }
}

TEST(Objection, MethodsWeDoNotServeAreNamedPolitely) {
  for (const char* method : {"PUBLISH", "NOTIFY"}) {
    RequestText text;
    text.method = method;
    EXPECT_EQ(status_for(text), 405) << method;
  }
  RequestText text;
  text.method = "DANCE";
  EXPECT_EQ(status_for(text), 501);
}

TEST(Objection, NobodyIsSentOnFromOutsideOfACall) {
  RequestText text;
  text.method = "REFER";
  EXPECT_EQ(status_for(text), 403);
  text.to_tag = "ours";
  EXPECT_EQ(status_for(text), 0);
}

TEST(Objection, AllUnknownExtensionsAreListed) {
  const auto objection = objection_to(sip::testing::parsed(
      invite_with("Require: timer, 100rel, path\r\nProxy-Require: magic\r\n")));
  ASSERT_TRUE(objection);
  EXPECT_EQ(objection->status, 420);
  EXPECT_EQ(objection->field, "Unsupported");
  EXPECT_EQ(objection->value, "path, magic");
}

TEST(Objection, OnlyDescriptionsAreOffered) {
  RequestText text;
  text.body = "hello";
  text.content_type = "text/plain";
  EXPECT_EQ(status_for(text), 415);
  text.content_type = "Application/SDP; charset=utf-8";
  EXPECT_EQ(status_for(text), 0);
  text.more = "Content-Encoding: gzip\r\n";
  EXPECT_EQ(status_for(text), 415);
}

TEST(Objection, FR18_ADescriptionIsOneHoweverItsTypeIsWritten) {
  RequestText text;
  text.body = "v=0\r\n";
  for (const char* type : {"APPLICATION/SDP", "application / sdp", "application/sdp;",
                           "application/sdp ;charset=\"utf-8\"", "application/sdp;x=y;z"}) {
    text.content_type = type;
    EXPECT_EQ(status_for(text), 0) << type;
  }
  for (const char* type : {"application/sdpx", "application", "multipart/mixed;boundary=x",
                           "application/sdp\r\nContent-Type: text/plain"}) {
    text.content_type = type;
    EXPECT_EQ(status_for(text), 415) << type;
  }
}

TEST(Objection, FR18_OnlyCodingsThatChangeSomethingAreRefused) {
  RequestText text;
  text.body = "v=0\r\n";
  for (const char* coding : {"identity", "Identity", "identity, identity", ""}) {
    text.more = std::string("Content-Encoding: ") + coding + "\r\n";
    EXPECT_EQ(status_for(text), 0) << coding;
  }
  for (const char* coding : {"gzip", "identity, gzip", "identity\r\ne: gzip", "identity;q=1"}) {
    text.more = std::string("Content-Encoding: ") + coding + "\r\n";
    const auto objection = objection_to(sip::testing::parsed(text));
    ASSERT_TRUE(objection) << coding;
    EXPECT_EQ(objection->status, 415) << coding;
    EXPECT_EQ(objection->field, "Accept-Encoding");
  }
  text.body = "";
  EXPECT_EQ(status_for(text), 0) << "there is nothing to decode";
}

TEST(Objection, FR20_ATelephoneNumberMayBeCalledButNotRegistered) {
  RequestText text;
  text.uri = "tel:+62-21-555;phone-context=x";
  EXPECT_EQ(status_for(text), 0);
  text.uri = "TEL:1002";
  EXPECT_EQ(status_for(text), 0);
  text.method = "REGISTER";
  EXPECT_EQ(status_for(text), 416);
  text.method = "INVITE";
  text.uri = "mailto:1002@pbx.test";
  EXPECT_EQ(status_for(text), 416);
}

TEST(Objection, FR10_AnAcceptThatCannotBeReadKeepsNobodyFromCalling) {
  EXPECT_EQ(status_for(invite_with("Accept: everything\r\n")), 0);
  EXPECT_EQ(status_for(invite_with("Accept: application/sdp;q=0\r\n")), 406);
}

TEST(Objection, ACallerWhoCannotReadDescriptionsIsNotCalledBack) {
  EXPECT_EQ(status_for(invite_with("Accept: text/plain\r\n")), 406);
  EXPECT_EQ(status_for(invite_with("Accept: text/plain, application/*\r\n")), 0);
}

TEST(Objection, AMessageThatHasTravelledTooFarStops) {
  const std::string bytes = RequestText{}.text();
  std::string tired = bytes;
  tired.replace(tired.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  EXPECT_EQ(objection_to(sip::testing::parsed(tired))->status, 483);
  tired.replace(tired.find("Max-Forwards: 0"), 15, "Max-Forwards: 00");
  EXPECT_EQ(objection_to(sip::testing::parsed(tired))->status, 483);
}

/// Torture messages of RFC 4475 that parse well and still cannot be served.
struct Torture {
  const char* file;
  int status;
  friend std::ostream& operator<<(std::ostream& out, const Torture& row) { return out << row.file; }
};

class TortureVerdict : public ::testing::TestWithParam<Torture> {};

TEST_P(TortureVerdict, IsAsTheRfcStates) {
  std::ifstream file(std::string(DERING_TORTURE_FOLDER) + "/" + GetParam().file + ".sip",
                     std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(bytes.empty());
  const auto message = sip::Message::parse(bytes);
  ASSERT_TRUE(message);
  const auto objection = objection_to(*message);
  const int status = message->refusal() ? message->refusal()->status
                     : objection        ? objection->status
                                        : 0;
  EXPECT_EQ(status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc4475, TortureVerdict,
    ::testing::Values(Torture{"unkscm", 416},   // §3.3.2: unknown Request-URI scheme
                      Torture{"novelsc", 416},  // §3.3.3: known but not SIP
                      Torture{"unksm2", 400},   // §3.3.4: unknown schemes in To and Contact
                      Torture{"bext01", 420},   // §3.3.5: Require and Proxy-Require
                      Torture{"invut", 415},    // §3.3.6: a body nobody knows
                      Torture{"regaut01", 0},   // §3.3.7: for the registrar to challenge
                      Torture{"multi01", 400},  // §3.3.8: fields that may stand once only
                      Torture{"mcl01", 400},    // §3.3.9: two Content-Lengths
                      Torture{"zeromf", 0},     // §3.3.11: we answer, we do not forward
                      Torture{"cparam01", 0},   // §3.3.12: for the registrar to keep
                      Torture{"sdp01", 406}));  // §3.3.15: cannot read descriptions

}  // namespace
}  // namespace dering::switchboard
