// SPDX-License-Identifier: Apache-2.0
#include "registrar/bindings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "registrar/testing/binding_bytes.h"
#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::browser_contact;
using testing::elsewhere;
using ::testing::HasSubstr;
using testing::home;
using ::testing::Not;
using testing::Register;

class BindingRules : public testing::World {
 protected:
  /// A REGISTER of 1001 from a desk phone, signed in.
  void desk_registers(const std::string& contact, int cseq, const std::string& fields = "",
                      const std::string& call_id = "call-1") {
    sign_in_by_digest(desk(),
                      {.contact = contact, .fields = fields, .call_id = call_id, .cseq = cseq});
  }
  /// The same with a challenge that the phone had answered before.
  void desk_repeats(const std::string& contact, int cseq, const std::string& fields = "") {
    sign_in_by_digest(desk(), {.contact = contact, .fields = fields, .cseq = cseq},
                      {.nc = "00000002"});
  }
};

TEST_F(BindingRules, ABindingKnowsWhichDeviceMadeItAndIsKeptWithIt) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1);
  EXPECT_EQ(last<SaveBinding>().binding.device, "1001");
  EXPECT_EQ(contacts().at(0).device, "1001");
  directory::StoredBinding stored = last<SaveBinding>().binding;
  stored.contact_uri = "sip:b@192.0.2.10";
  stored.device = "hall";
  registrar.on_stored_bindings({stored}, now, out);
  ASSERT_EQ(contacts().size(), 2U);
  EXPECT_EQ(contacts().at(1).device, "hall");
  EXPECT_EQ(registrar.device_on("1001", desk(), "sip:a@192.0.2.10"), "1001");
  EXPECT_EQ(registrar.device_on("1001", desk(), "sip:b@192.0.2.10"), "hall");
  EXPECT_EQ(registrar.device_on("1001", desk(), "sip:c@192.0.2.10"), "hall") << "the last one";
  EXPECT_EQ(registrar.device_on("1001", desk(elsewhere), "sip:a@192.0.2.10"), "");
  EXPECT_EQ(registrar.device_on("1002", desk(), "sip:a@192.0.2.10"), "");
}

// ---- RFC 3261 §10.3 -----------------------------------------------------------------------------

TEST_F(BindingRules, ARefreshReplacesAndARemovalRemoves) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1);
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10);
  EXPECT_EQ(contacts().size(), 1U);
  desk_registers("Contact: <sip:A@192.0.2.10>\r\n", 20);
  EXPECT_EQ(contacts().size(), 2U);
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=0\r\n", 30);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:A@192.0.2.10");
  EXPECT_THAT(response(), Not(HasSubstr("sip:a@")));
}

TEST_F(BindingRules, EquivalentUrisAreOneBinding) {
  desk_registers("Contact: <sip:a@EXAMPLE.org;transport=udp>\r\n", 1);
  desk_registers("Contact: <sip:a@example.org;transport=UDP>\r\n", 10);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:a@example.org;transport=UDP");
  EXPECT_EQ(last<DropBinding>().contact_uri, "sip:a@EXAMPLE.org;transport=udp");
}

TEST_F(BindingRules, AnOlderCseqOfTheSameCallIdChangesNothing) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10);
  desk_repeats("Contact: <sip:a@192.0.2.10>;expires=0\r\n", 5);
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(response(), HasSubstr("400 CSeq Not Higher Than Before"));
  desk_repeats("Contact: *\r\n", 5, "Expires: 0\r\n");
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(contacts().size(), 1U);
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=0\r\n", 1, "", "after-a-reboot");
  EXPECT_EQ(status(), 200);
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, TheSameCseqOfTheSameCallIdChangesNothing) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10);
  desk_repeats("Contact: <sip:a@192.0.2.10>;expires=0\r\n", 10);
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, FR7APhoneThatCountsFromOneAfterARebootIsTakenWithTheCallIdItKept) {
  desk_registers("Contact: <sip:a@192.0.2.10:5060>\r\n", 500);
  desk_registers("Contact: <sip:a@192.0.2.10:5060>\r\n", 1);
  EXPECT_EQ(status(), 200);
  sign_in_by_digest(desk(elsewhere),
                    {.contact = "Contact: <sip:a@198.51.100.66:31337>\r\n", .cseq = 1});
  EXPECT_EQ(status(), 200);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, desk(elsewhere));
  desk_registers("Contact: *\r\n", 1, "Expires: 0\r\n");
  EXPECT_EQ(status(), 200);
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, FR7AnOldRegisterThatIsRepeatedByAStrangerStillWinsNothing) {
  send(desk(), Register{}.text());
  const Register removal{.contact = "Contact: *\r\n",
                         .fields = "Expires: 0\r\n" + authorization(response(), {}),
                         .cseq = 2};
  send(desk(), removal.text());
  ASSERT_EQ(status(), 200);
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 3);
  send(desk(), removal.text());
  EXPECT_EQ(status(), 401);
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, AllOrNothing) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10);
  desk_repeats("Contact: <sip:b@192.0.2.10>, <sip:a@192.0.2.10>\r\n", 5);
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(contacts().size(), 1U);
  desk_registers("Contact: <sip:c@192.0.2.10>, <tel:+123>\r\n", 20);
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, E7AStarNeedsExpiresZeroAndStandsAlone) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1);
  desk_registers("Contact: *\r\n", 10);
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: *\r\n", 20, "Expires: 60\r\n");
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: *\r\nContact: <sip:b@192.0.2.10>\r\n", 30, "Expires: 0\r\n");
  EXPECT_EQ(status(), 400);
  EXPECT_EQ(contacts().size(), 1U);
  desk_registers("Contact: *\r\n", 40, "Expires: 0\r\n");
  EXPECT_EQ(status(), 200);
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, WithoutContactItIsAQuestion) {
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=120\r\n", 1);
  pass(20s);
  desk_registers("", 10);
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(response(), HasSubstr("Contact: <sip:a@192.0.2.10>;expires=100\r\n"));
}

TEST_F(BindingRules, ExpiresComesFromTheContactThenTheHeaderThenOurDefault) {
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=120, <sip:b@192.0.2.10>\r\n", 1,
                 "Expires: 240\r\n");
  EXPECT_THAT(response(), HasSubstr("<sip:a@192.0.2.10>;expires=120\r\n"));
  EXPECT_THAT(response(), HasSubstr("<sip:b@192.0.2.10>;expires=240\r\n"));
  desk_registers("Contact: <sip:c@192.0.2.10>\r\n", 10);
  EXPECT_THAT(response(), HasSubstr("<sip:c@192.0.2.10>;expires=3600\r\n"));
}

TEST_F(BindingRules, B5OddExpiresCountAsOneHour) {
  for (const char* expires : {"-1", "2147483648", "4294967296", "9999999999",
                              "18446744073709551615", "9999999999999999999999", "x"}) {
    desk_registers(fmt::format("Contact: <sip:a@192.0.2.10>;expires={}\r\n", expires), 1, "",
                   expires);
    EXPECT_THAT(response(), HasSubstr("<sip:a@192.0.2.10>;expires=3600\r\n")) << expires;
  }
}

TEST_F(BindingRules, TooBriefAnIntervalIsRefusedWithTheLeastOneS12) {
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=59\r\n", 1);
  EXPECT_EQ(status(), 423);
  EXPECT_THAT(response(), HasSubstr("Min-Expires: 60\r\n"));
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, UnknownRequirementsAreNamed) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1, "Require: path, gruu, foo\r\n");
  EXPECT_EQ(status(), 420);
  EXPECT_THAT(response(), HasSubstr("Unsupported: gruu, foo\r\n"));
}

TEST_F(BindingRules, A10RefusesTextsThatAreTooLongToKeep) {
  desk_registers("Contact: <sip:" + std::string(1'025, 'a') + "@192.0.2.10>\r\n", 1);
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: <sip:a@192.0.2.10>;+sip.instance=\"" + std::string(300, 'a') + "\"\r\n",
                 1);
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1, "", std::string(300, 'c'));
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1,
                 "User-Agent: " + std::string(5'000, 'u') + "\r\n");
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(last<SaveBinding>().binding.user_agent.size(), max_user_agent_size);
}

TEST_F(BindingRules, FR15AContactMayHaveAThousandBytesAndOneThatIsTooLongIsToldSo) {
  const std::string head = "sip:a@192.0.2.10;pn-tok=";
  const std::string fits = head + std::string(1'024 - head.size(), 't');
  desk_registers("Contact: <" + fits + ">\r\n", 1);
  EXPECT_EQ(status(), 200);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, fits);
  desk_registers("Contact: <" + fits + "t>\r\n", 10);
  EXPECT_THAT(response(), HasSubstr("SIP/2.0 400 Contact URI Over 1024 Bytes\r\n"));
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, EachBadRequestSaysWhatWasWrong) {
  const std::map<std::string, std::string> phrases{
      {"Contact: <tel:+62>\r\n", "Contact Is No SIP URI"},
      {"Contact: <sip:a@b>;+sip.instance=\"a\";reg-id=x\r\n", "Malformed reg-id"},
      {"Contact: <sip:a@b\r\n", "Malformed Contact"},
      {"Contact: *\r\n", "Contact * Needs Expires 0 Alone"},
      {"Contact: <sip:a@b>\r\nPath: <sip:p@b>\r\n", "Path Without lr"},
      {"Contact: <sip:a@b>\r\nPath: <mailto:p@b;lr>\r\n", "Malformed Path"},
      {"Contact: <sip:a@b>\r\nPath: <sip:p@b;lr;x=" + std::string(1'024, 'x') + ">\r\n",
       "Path Over 1024 Bytes"},
  };
  for (const auto& [fields, phrase] : phrases) {
    desk_registers(fields, 1);
    EXPECT_THAT(response(), HasSubstr("SIP/2.0 400 " + phrase + "\r\n")) << fields;
  }
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, AT12WhatIsKeptOfAPhoneIsUtf8) {
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1, "User-Agent: Desk \xff\xfe 1\r\n");
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(last<SaveBinding>().binding.user_agent, "");
  const std::string cut = "User-Agent: " + std::string(max_user_agent_size - 1, 'u') + "é\r\n";
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10, cut);
  EXPECT_EQ(last<SaveBinding>().binding.user_agent, std::string(max_user_agent_size - 1, 'u'));
  out.clear();
  desk_registers("Contact: <sip:b@192.0.2.10>;+sip.instance=\"\xff\"\r\n", 20);
  EXPECT_EQ(status(), 400);
  desk_registers("Contact: <sip:b@192.0.2.10>\r\n", 1, "", "call\xff");
  EXPECT_EQ(status(), 400);
  int cseq = 30;
  for (const char* contact : {"<sip:b\xff@192.0.2.10>", "<sip:b@192.0.2.10;x=\xff>",
                              "<sip:b@192.0.2.10;\xff>", "<sip:b@192.0.2.10?x=\xff>"}) {
    desk_registers(fmt::format("Contact: {}\r\n", contact), cseq += 10);
    EXPECT_EQ(status(), 400) << contact;
  }
  for (const char* path : {"<sip:p\xff@192.0.2.77;lr>", "\"\xff\" <sip:p@192.0.2.77;lr>",
                           "<sip:p@192.0.2.77;lr>;x=\"\xff\""}) {
    desk_registers("Contact: <sip:b@192.0.2.10>\r\n", cseq += 10,
                   fmt::format("Path: {}\r\n", path));
    EXPECT_THAT(response(), HasSubstr("SIP/2.0 400 Malformed Path\r\n")) << path;
  }
  EXPECT_TRUE(all<SaveBinding>().empty());
}

// ---- Hijacking ----------------------------------------------------------------------------------

TEST_F(BindingRules, E7AContactElsewhereIsStillReachedOverTheFlowItCameBy) {
  desk_registers("Contact: <sip:victim@198.51.100.1:5060>\r\n", 1);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, desk());
}

TEST_F(BindingRules, E7AUserHasTenContactsAtMost) {
  for (int i = 0; i < 10; ++i) {
    desk_registers(fmt::format("Contact: <sip:phone{}@192.0.2.10>\r\n", i), 2 * i + 1);
    EXPECT_EQ(status(), 200);
  }
  desk_registers("Contact: <sip:phone9@192.0.2.10>\r\n", 100);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(contacts().size(), 10U);
  std::string eleven = "Contact: <sip:many0@192.0.2.10>";
  for (int i = 1; i < 11; ++i) eleven += fmt::format(", <sip:many{}@192.0.2.10>", i);
  desk_registers(eleven + "\r\n", 200);
  EXPECT_THAT(response(), HasSubstr("SIP/2.0 403 Too Many Contacts\r\n"));
  EXPECT_EQ(contacts()[0].uri, "sip:phone0@192.0.2.10");
  EXPECT_EQ(contacts().size(), 10U);
}

TEST_F(BindingRules, FR6AtTheLimitThePhoneThatRegisteredLongestAgoMakesRoom) {
  for (int i = 0; i < 10; ++i) {
    desk_registers(fmt::format("Contact: <sip:phone{}@192.0.2.10>\r\n", i), 2 * i + 1);
  }
  desk_registers("Contact: <sip:phone0@192.0.2.10>\r\n", 100);
  desk_registers("Contact: <sip:new@192.0.2.10>, <sip:newer@192.0.2.10>\r\n", 200);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(contacts().size(), 10U);
  for (const Contact& contact : contacts()) {
    EXPECT_NE(contact.uri, "sip:phone1@192.0.2.10");
    EXPECT_NE(contact.uri, "sip:phone2@192.0.2.10");
  }
  EXPECT_EQ(contacts().back().uri, "sip:newer@192.0.2.10");
  EXPECT_EQ(all<DropBinding>().size(), 2U);
}

TEST_F(BindingRules, FR6APhoneThatComesBackFromAnotherPortReplacesItselfByItsInstance) {
  for (std::uint16_t i = 0; i < 30; ++i) {
    const SocketAddress source =
        *SocketAddress::from_text("192.0.2.10", static_cast<std::uint16_t>(40'000 + i));
    sign_in_by_digest(
        desk(source),
        {.contact = fmt::format("Contact: <sip:1001@{}>;+sip.instance=\"<urn:uuid:5>\"\r\n",
                                source.text()),
         .call_id = fmt::format("boot-{}", i)});
    EXPECT_EQ(status(), 200);
    ASSERT_EQ(contacts().size(), 1U);
    EXPECT_EQ(contacts()[0].flow, desk(source));
  }
  EXPECT_EQ(all<BindingMoved>().size(), 29U);
  EXPECT_EQ(all<DropBinding>().size(), 29U);
  EXPECT_EQ(registrar.counts().bindings, 1U);
}

TEST_F(BindingRules, FR6APhoneThatBeginsToUseOutboundReplacesWhatItWasBefore) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:5>\"";
  desk_registers("Contact: <sip:a@192.0.2.10:1>" + instance + "\r\n", 1, "", "before");
  desk_registers("Contact: <sip:a@192.0.2.10:2>;reg-id=1" + instance + "\r\n", 1, "", "after");
  EXPECT_EQ(contacts().size(), 1U);
  desk_registers("Contact: <sip:a@192.0.2.10:3>;reg-id=2" + instance + "\r\n", 3, "", "after");
  EXPECT_EQ(contacts().size(), 2U) << "two reg-ids are two flows of one phone";
  desk_registers("Contact: <sip:a@192.0.2.10:4>" + instance + "\r\n", 1, "", "without again");
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:a@192.0.2.10:4");
}

TEST_F(BindingRules, FR6WithoutInstanceTheCallIdOfOneRunNamesThePhone) {
  const std::string desk_phone = "User-Agent: Desk 1\r\n";
  desk_registers("Contact: <sip:a@192.0.2.10:1000>\r\n", 1, desk_phone);
  desk_registers("Contact: <sip:a@203.0.113.7:2000>\r\n", 3, desk_phone);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:a@203.0.113.7:2000");
  // It takes its old address away in the end, as phones behind NAT do.
  desk_registers("Contact: <sip:a@192.0.2.10:1000>;expires=0\r\n", 5, desk_phone);
  EXPECT_EQ(contacts().size(), 1U);
  // Another phone of the same kind and user, and another line of the same phone, are not it.
  desk_registers("Contact: <sip:a@192.0.2.11:1000>\r\n", 1, desk_phone, "another run");
  desk_registers("Contact: <sip:b@192.0.2.10:1000>\r\n", 7, desk_phone);
  EXPECT_EQ(contacts().size(), 3U);
}

TEST_F(BindingRules, FR6TwoContactsOfOneRegisterAreTwo) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:5>\"";
  const std::string both = "Contact: <sip:a@192.0.2.10>" + instance +
                           ", <sip:a@192.0.2.10;transport=tcp>" + instance + "\r\n";
  desk_registers(both, 1);
  EXPECT_EQ(contacts().size(), 2U);
  desk_registers(both, 10);
  EXPECT_EQ(contacts().size(), 2U);
}

TEST_F(BindingRules, E7APhoneThatLostItsFlowMakesRoomForANewOne) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    const std::string instance = fmt::format("urn:uuid:{}", i);
    sign_in(browser(i + 1),
            {.contact = browser_contact(instance.substr(9), instance), .call_id = instance});
  }
  registrar.on_flow_closed(browser(1), now, out);
  sign_in(browser(99), {.contact = browser_contact("new", "urn:uuid:new"), .call_id = "new"});
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(contacts().size(), 10U);
  EXPECT_EQ(registrar.counts().bindings, 10U);
}

class FewBindings : public testing::World {
 protected:
  FewBindings() : World(Settings{.bindings = 1}) {}
};

TEST_F(FewBindings, PastTheCapOfAllNewOnesAreRefused) {
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 200);
  sign_in_by_digest(desk(), {.contact = "Contact: <sip:b@192.0.2.10>\r\n", .call_id = "b"});
  EXPECT_EQ(status(), 503);
}

// ---- RFC 5626 -----------------------------------------------------------------------------------

TEST_F(BindingRules, ANewFlowOfTheSameInstanceReplacesTheOldOneS11) {
  sign_in(browser(1), of_browser(1));
  sign_in(browser(2), of_browser(2));  // S12: same Call-ID, next CSeq, same Contact
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, browser(2));
  const auto moved = last<BindingMoved>();
  EXPECT_EQ(moved.extension, "1001");
  EXPECT_EQ(moved.instance, "<urn:uuid:1111>");
  EXPECT_EQ(moved.from, browser(1));
  EXPECT_EQ(moved.to, browser(2));
  registrar.on_flow_closed(browser(1), now, out);
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, AReloadedPageReplacesItsOldContact) {
  sign_in(browser(1), of_browser());
  sign_in(browser(2), {.contact = browser_contact("fresh"), .call_id = "fresh"});
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:fresh@n72tagj6bu9n.invalid;transport=ws");
  EXPECT_EQ(last<DropBinding>().contact_uri, "sip:em5nai8a@n72tagj6bu9n.invalid;transport=ws");
}

TEST_F(BindingRules, ThePageBeforeDoesNotSignOffTheOneThatTookItsPlace) {
  sign_in(browser(1), of_browser());
  sign_in(browser(2), {.contact = browser_contact("fresh"), .call_id = "fresh"});
  const auto goodbye = [](std::string contact) {
    return contact.replace(contact.find("expires=600"), 11, "expires=0");
  };
  sign_in(browser(1), {.contact = goodbye(browser_contact()), .call_id = "call-1", .cseq = 9});
  EXPECT_EQ(status(), 200);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, browser(2));
  // The one that is there does.
  sign_in(browser(2),
          {.contact = goodbye(browser_contact("fresh")), .call_id = "fresh", .cseq = 9});
  EXPECT_TRUE(contacts().empty());
}

TEST_F(BindingRules, ALostFlowIsNotRungButPresentForTenSeconds) {
  sign_in(browser(1), of_browser());
  out.clear();
  registrar.on_flow_closed(browser(1), now, out);
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(contacts().empty());
  EXPECT_TRUE(registrar.is_present("1001"));
  pass(9'999ms);
  EXPECT_TRUE(registrar.is_present("1001"));
  EXPECT_TRUE(out.empty());
  pass(1ms);
  EXPECT_FALSE(registrar.is_present("1001"));
  EXPECT_EQ(all<DropBinding>().size(), 1U);
  EXPECT_EQ(last<BindingsChanged>().extension, "1001");
}

TEST_F(BindingRules, WithinTheGraceThePhoneComesBackUnnoticed) {
  sign_in(browser(1), of_browser(1));
  registrar.on_flow_closed(browser(1), now, out);
  pass(5s);
  out.clear();
  sign_in(browser(2), of_browser(2));
  EXPECT_TRUE(all<BindingsChanged>().empty());
  EXPECT_EQ(all<BindingMoved>().size(), 1U);
  pass(60s);
  EXPECT_EQ(contacts().size(), 1U);
}

TEST_F(BindingRules, APhoneThatComesBackLaterThanItsBindingIsKnownByItsInstance) {
  sign_in(browser(1), of_browser(1));
  registrar.on_flow_closed(browser(1), now, out);
  pass(31s);
  ASSERT_FALSE(registrar.is_present("1001"));
  out.clear();
  sign_in(browser(2), of_browser(2));
  ASSERT_EQ(all<BindingMoved>().size(), 1U);
  EXPECT_EQ(last<BindingMoved>().from, browser(1));
  EXPECT_EQ(last<BindingMoved>().to, browser(2));
  registrar.on_flow_closed(browser(2), now, out);
  pass(61s);
  out.clear();
  sign_in(browser(3), of_browser(3));
  EXPECT_TRUE(all<BindingMoved>().empty()) << "a minute later nobody waits for it any more";
}

TEST_F(BindingRules, APhoneWhoseBindingHasEndedIsKnownByItsCallsHoweverLongTheyLast) {
  registrar.know_by_calls([&](std::string_view extension, std::string_view instance) {
    const bool is_talking = extension == "1001" && instance == "<urn:uuid:1111>";
    return is_talking ? std::vector{browser(1)} : std::vector<sip::Flow>{};
  });
  sign_in(browser(1), of_browser(1));
  registrar.on_signed_out(
      {.issuer = {}, .subject = "sub-1001", .sid = {}, .issued_at = wall().count()}, now, out);
  pass(90s);
  out.clear();
  sign_in(browser(2), {.aor = "1002", .from = "1002", .contact = browser_contact()});
  sign_in(browser(3), {.contact = browser_contact("x", "urn:uuid:2222"), .call_id = "x"});
  EXPECT_TRUE(all<BindingMoved>().empty()) << "another user's, and another phone";
  sign_in(browser(4), of_browser(2));
  ASSERT_EQ(all<BindingMoved>().size(), 1U);
  EXPECT_EQ(last<BindingMoved>().from, browser(1));
  EXPECT_EQ(last<BindingMoved>().to, browser(4));
  out.clear();
  registrar.on_flow_closed(browser(1), now, out);
  ASSERT_EQ(all<BindingMoved>().size(), 1U) << "with what was said there meanwhile";
}

TEST_F(BindingRules, TheSecondFlowOfAPhoneTakesNoCallFromTheFirst) {
  registrar.know_by_calls([](auto, auto) { return std::vector{browser(1)}; });
  sign_in(browser(1), of_browser(1));
  std::string second = browser_contact("second");
  second.replace(second.find("reg-id=1"), 8, "reg-id=2");
  sign_in(browser(2), {.contact = second, .call_id = "second"});
  ASSERT_EQ(contacts().size(), 2U);
  EXPECT_TRUE(all<BindingMoved>().empty());
}

TEST_F(BindingRules, AnotherUserOrAnotherPhoneDoesNotTakeThePlaceOfOneThatIsExpectedBack) {
  sign_in(browser(1), of_browser(1));
  registrar.on_flow_closed(browser(1), now, out);
  pass(15s);
  out.clear();
  sign_in(browser(2), {.aor = "1002", .from = "1002", .contact = browser_contact()});
  sign_in(browser(3), {.contact = browser_contact("x", "urn:uuid:2222"), .call_id = "x"});
  EXPECT_TRUE(all<BindingMoved>().empty());
}

TEST_F(BindingRules, APhoneThatIsBackBeforeItsOldConnectionEndsMovesOnceMoreWithThatEnd) {
  sign_in(browser(1), of_browser(1));
  sign_in(browser(2), of_browser(2));
  sign_in(browser(3), of_browser(3));
  out.clear();
  registrar.on_flow_closed(browser(1), now, out);
  ASSERT_EQ(all<BindingMoved>().size(), 1U);
  EXPECT_EQ(last<BindingMoved>().from, browser(1));
  EXPECT_EQ(last<BindingMoved>().to, browser(3)) << "where it is now";
  registrar.on_flow_closed(browser(3), now, out);
  out.clear();
  registrar.on_flow_closed(browser(2), now, out);
  EXPECT_TRUE(all<BindingMoved>().empty()) << "it is nowhere";
}

TEST_F(BindingRules, ADeskPhoneIsToldToKeepItsFlowAlive) {
  desk_registers("Contact: <sip:a@192.0.2.10>;reg-id=1;+sip.instance=\"<urn:uuid:desk>\"\r\n", 1,
                 "Supported: path, outbound\r\n");
  EXPECT_THAT(response(), HasSubstr("Flow-Timer: 120\r\n"));
  EXPECT_THAT(response(), HasSubstr("Require: outbound\r\n"));
}

TEST_F(BindingRules, FR5NothingIsRequiredThatThePhoneDidNotOfferOrCannotUse) {
  const std::string with_flow =
      "Contact: <sip:a@192.0.2.10>;reg-id=1;+sip.instance=\"<urn:uuid:desk>\"\r\n";
  const std::string through_proxy =
      "Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKbehind\r\nSupported: outbound, path\r\n";
  const std::map<std::string, std::string> requests{
      {"", with_flow},
      {"Supported: path, gruu\r\n", with_flow},
      {"Supported: outbound\r\n", "Contact: <sip:a@192.0.2.10>\r\n"},
      {"Supported: outbound\r\n", "Contact: <sip:a@192.0.2.10>;reg-id=1\r\n"},
      {through_proxy, with_flow},
      {through_proxy + "Path: <sip:edge@192.0.2.77;lr>\r\n", with_flow},
  };
  for (const auto& [fields, contact] : requests) {
    desk_registers(contact, 1, fields);
    EXPECT_EQ(status(), 200);
    EXPECT_THAT(response(), Not(HasSubstr("Require:"))) << fields << contact;
    EXPECT_THAT(response(), Not(HasSubstr("Flow-Timer:"))) << fields << contact;
  }
  desk_registers(with_flow, 1, through_proxy + "Path: <sip:edge@192.0.2.77;lr;ob>\r\n");
  EXPECT_THAT(response(), HasSubstr("Require: outbound\r\n"));
}

// ---- RFC 3327 -----------------------------------------------------------------------------------

TEST_F(BindingRules, FR21ThePathOfABindingIsKeptAndEchoedAndRestored) {
  const std::string path = "<sip:edge@192.0.2.77;lr;ob>, <sip:inner@192.0.2.78;lr>";
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 1,
                 "Supported: path\r\nPath: <sip:edge@192.0.2.77;lr;ob>\r\n"
                 "Path: <sip:inner@192.0.2.78;lr>\r\n");
  EXPECT_THAT(response(), HasSubstr("Path: " + path + "\r\n"));
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].path, path);
  const auto saved = last<SaveBinding>().binding;
  EXPECT_EQ(saved.path, path);
  Registrar after({}, random);
  after.on_wall_clock(wall(), now);
  after.on_stored_bindings({saved}, now, out);
  EXPECT_EQ(after.contacts_of("1001", now).at(0).path, path);
  // A refresh that does not come through the proxies forgets them.
  desk_registers("Contact: <sip:a@192.0.2.10>\r\n", 10);
  EXPECT_EQ(contacts()[0].path, "");
}

TEST_F(BindingRules, ADeskPhoneBehindNatIsReachedWhereItCameFromLast) {
  desk_registers("Contact: <sip:a@10.0.0.5>\r\n", 1);
  sign_in_by_digest(desk(elsewhere), {.contact = "Contact: <sip:a@10.0.0.5>\r\n", .cseq = 10});
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, desk(elsewhere));
  EXPECT_EQ(last<BindingMoved>().from, desk());
}

// ---- Time ---------------------------------------------------------------------------------------

TEST_F(BindingRules, ABindingEndsWhenItWasNotRefreshed) {
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=120\r\n", 1);
  pass(100s);
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=120\r\n", 10);
  out.clear();
  pass(119s);
  EXPECT_TRUE(all<DropBinding>().empty());
  EXPECT_EQ(contacts().size(), 1U);
  pass(1s);
  EXPECT_TRUE(contacts().empty());
  EXPECT_EQ(last<DropBinding>().contact_uri, "sip:a@192.0.2.10");
  EXPECT_EQ(last<BindingsChanged>().extension, "1001");
}

TEST_F(BindingRules, NothingIsDueWhenNobodyIsRegistered) {
  EXPECT_FALSE(registrar.next_deadline());
  desk_registers("Contact: <sip:a@192.0.2.10>;expires=60\r\n", 1);
  EXPECT_EQ(registrar.next_deadline(), now + 60s);
  desk_registers("Contact: *\r\n", 10, "Expires: 0\r\n");
  pass(26h);  // past what throttles and nonces remember
  EXPECT_FALSE(registrar.next_deadline());
}

// ---- The store ----------------------------------------------------------------------------------

TEST_F(BindingRules, WhatIsSavedComesBackAsItWas) {
  desk_registers("Contact: <sip:a@192.0.2.10>;reg-id=1;+sip.instance=\"<urn:uuid:desk>\"\r\n", 1,
                 "User-Agent: Desk 1.0\r\n");
  const auto saved = last<SaveBinding>().binding;
  EXPECT_EQ(saved.transport, "udp");
  EXPECT_EQ(saved.remote, "192.0.2.10:5060");
  EXPECT_EQ(saved.expires_at, (wall() + 3600s).count());
  EXPECT_EQ(saved.user_agent, "Desk 1.0");

  Registrar after({}, random);
  after.on_wall_clock(wall() + 100s, now);
  after.on_stored_bindings({saved}, now, out);
  const auto restored = after.contacts_of("1001", now);
  ASSERT_EQ(restored.size(), 1U);
  EXPECT_EQ(restored[0].uri, "sip:a@192.0.2.10");
  EXPECT_EQ(restored[0].instance, "<urn:uuid:desk>");
  EXPECT_EQ(restored[0].flow, desk());
  EXPECT_LE(after.next_deadline(), now + 60s) << "asked whether it is there";
}

// FR1: what is sent to a phone after a restart leaves from where it did before.
TEST_F(BindingRules, AStoredBindingKnowsWhichOfOurAddressesItsPhoneUses) {
  for (const char* ours : {"198.51.100.7", "2001:db8::7"}) {
    sip::Flow flow = desk();
    flow.local = *SocketAddress::from_text(ours, 5072);
    directory::StoredBinding stored;
    stored.extension = "1001";
    stored.contact_uri = "sip:a@192.0.2.10";
    stored.transport = "udp";
    stored.remote = flow.remote.text();
    stored.local = flow.local.text();
    stored.expires_at = (wall() + 100s).count();
    Registrar after({}, random);
    after.on_wall_clock(wall(), now);
    after.on_stored_bindings({stored}, now, out);
    ASSERT_EQ(after.contacts_of("1001", now).size(), 1U) << ours;
    EXPECT_EQ(after.contacts_of("1001", now)[0].flow, flow) << ours;
  }
}

TEST_F(BindingRules, AfterARestartConnectionsHaveThirtySecondsToComeBack) {
  sign_in(browser(1), of_browser());
  const auto saved = last<SaveBinding>().binding;
  EXPECT_EQ(saved.transport, "wss");
  Registrar after({}, random);
  after.on_wall_clock(wall(), now);
  after.on_stored_bindings({saved}, now, out);
  EXPECT_TRUE(after.contacts_of("1001", now).empty());
  EXPECT_TRUE(after.is_present("1001"));
  out.clear();
  after.on_time(now + 30s, out);
  EXPECT_FALSE(after.is_present("1001"));
  EXPECT_EQ(all<DropBinding>().size(), 1U);
}

TEST_F(BindingRules, StoredBindingsThatEndedOrMakeNoSenseAreDropped) {
  directory::StoredBinding stored;
  stored.extension = "1001";
  stored.contact_uri = "sip:a@b";
  stored.transport = "udp";
  stored.remote = "192.0.2.10:5060";
  stored.expires_at = wall().count();
  auto odd = stored;
  odd.expires_at += 100;
  odd.remote = "nowhere";
  registrar.on_stored_bindings({stored, odd}, now, out);
  EXPECT_EQ(all<DropBinding>().size(), 2U);
  EXPECT_EQ(registrar.counts().bindings, 0U);
}

TEST_F(BindingRules, TwoFlowsOfOnePhoneWithOneContactBothComeBackAfterARestart) {
  using Name = std::tuple<std::string, std::string, std::uint32_t>;
  std::map<Name, directory::StoredBinding> store;
  const auto keep = [&] {
    for (const Output& output : std::exchange(out, {})) {
      if (const auto* save = std::get_if<SaveBinding>(&output)) {
        const directory::StoredBinding& it = save->binding;
        store[{it.contact_uri, it.instance, it.reg_id}] = it;
      } else if (const auto* drop = std::get_if<DropBinding>(&output)) {
        std::erase_if(store, [&](const auto& row) {
          const auto& [uri, instance, reg_id] = row.first;
          return uri == drop->contact_uri &&
                 (!drop->flow || *drop->flow == directory::BoundFlow{instance, reg_id});
        });
      }
    }
  };
  const auto registers = [&](std::uint16_t port, int reg_id, int cseq, int expires = 600) {
    const SocketAddress remote = *SocketAddress::from_text("192.0.2.10", port);
    sign_in_by_digest(desk(remote),
                      {.contact = fmt::format("Contact: <sip:a@192.0.2.10>;reg-id={};expires={};"
                                              "+sip.instance=\"<urn:uuid:desk>\"\r\n"
                                              "Supported: outbound\r\n",
                                              reg_id, expires),
                       .call_id = fmt::format("flow {}", reg_id),
                       .cseq = cseq});
    EXPECT_EQ(status(), 200);
    keep();
  };
  registers(5001, 1, 1);
  registers(5002, 2, 1);
  registers(5001, 1, 11);
  EXPECT_EQ(store.size(), 2U);
  std::vector<directory::StoredBinding> kept;
  for (const auto& [name, binding] : store) kept.push_back(binding);
  Registrar after({}, random);
  after.on_wall_clock(wall(), now);
  after.on_stored_bindings(kept, now, out);
  EXPECT_EQ(after.contacts_of("1001", now).size(), 2U);
  // One ends: the other stays in the store.
  registers(5001, 1, 21, 0);
  ASSERT_EQ(store.size(), 1U);
  EXPECT_EQ(store.begin()->second.reg_id, 2U);
  registers(5002, 2, 31, 0);
  EXPECT_TRUE(store.empty());
}

TEST_F(BindingRules, TheStoreEqualsTheTableWhateverHappens) {
  SeededRandom dice(11);
  std::map<std::string, directory::StoredBinding> store;
  for (int round = 1; round < 600; ++round) {
    const std::uint64_t phone = dice.below(12);
    const std::uint64_t connection = static_cast<std::uint64_t>(round);
    const std::string contact = browser_contact(fmt::format("c{}", dice.below(3) + 3 * phone),
                                                fmt::format("urn:uuid:{}", phone));
    switch (dice.below(3)) {
      case 0:
        sign_in(browser(connection), {.contact = contact, .cseq = round});
        break;
      case 1:
        registrar.on_flow_closed(browser(dice.below(connection) + 1), now, out);
        break;
      default:
        pass(std::chrono::seconds(dice.below(90)));
    }
    for (const Output& output : std::exchange(out, {})) {
      if (const auto* save = std::get_if<SaveBinding>(&output)) {
        store[save->binding.contact_uri] = save->binding;
      } else if (const auto* drop = std::get_if<DropBinding>(&output)) {
        EXPECT_EQ(store.erase(drop->contact_uri), 1U);
      }
    }
    ASSERT_EQ(store.size(), registrar.counts().bindings) << round;
    for (const Contact& contact_now : contacts()) EXPECT_TRUE(store.contains(contact_now.uri));
  }
}

// ---- Memory -------------------------------------------------------------------------------------

TEST(BindingMemory, ADeskPhoneCosts400BytesAtMost) {
  const double bytes = testing::bytes_per_udp_binding(10'000);
  if (bytes == 0) GTEST_SKIP() << "a sanitizer has a heap of its own, which is not counted";
  EXPECT_LE(bytes, 400);
}

}  // namespace
}  // namespace dering::registrar
