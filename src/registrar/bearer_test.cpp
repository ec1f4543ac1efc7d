// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registrar/responses.h"
#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::browser_contact;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::person;
using testing::Register;

class Bearer : public testing::World {};

TEST_F(Bearer, ChallengesOnceWithParametersS13) {
  send(browser(1), of_browser().text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), HasSubstr("WWW-Authenticate: Bearer realm=\"dering\", "
                                    "authz_server=\"https://sso.example\"\r\n"));
  EXPECT_THAT(response(), Not(HasSubstr("Digest")));
  EXPECT_THAT(response(), Not(HasSubstr("error=")));
}

TEST_F(Bearer, AnInvalidTokenIsNamedInTheChallengeS13) {
  send(browser(1), with_token(of_browser()).text());
  EXPECT_EQ(answer_count(), 0U);
  registrar.on_token_verdict(last<VerifyToken>().question,
                             std::unexpected(identity::TokenRefusal::not_valid), now, out);
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(),
              HasSubstr("authz_server=\"https://sso.example\", error=\"invalid_token\""));
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
  EXPECT_EQ(registrar.counts().questions, 0U);
}

TEST_F(Bearer, TakesABareTokenWithoutSchemeS13) {
  Register request = of_browser();
  request.fields = "Authorization: eyJh.eyJi.c2ln\r\n";
  send(browser(1), request.text());
  EXPECT_EQ(last<VerifyToken>().token, "eyJh.eyJi.c2ln");
}

TEST_F(Bearer, OtherSchemesAreNoTokenA7) {
  for (const std::string field :
       {"Digest username=\"1001\"", "Basic YTpi", "Bearer", "Bearer ", "eyJh", "\"", ",,,"}) {
    Register request = of_browser();
    request.fields = "Authorization: " + field + "\r\n";
    send(browser(1), request.text());
    EXPECT_EQ(status(), 401) << field;
  }
  EXPECT_TRUE(all<VerifyToken>().empty());
}

TEST_F(Bearer, SignsInAndEchoesTheContactS10) {
  sign_in(browser(1), of_browser(), 302s);
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(response(), HasSubstr("Contact: <sip:em5nai8a@n72tagj6bu9n.invalid;transport=ws>;"
                                    "+sip.instance=\"<urn:uuid:1111>\";reg-id=1;expires=300\r\n"));
  EXPECT_THAT(response(), HasSubstr("Date: Fri, 15 Jan 2027 08:00:00 GMT\r\n"));
  EXPECT_THAT(response(), HasSubstr("Supported: outbound, path\r\n"));
  EXPECT_THAT(response(), HasSubstr("Require: outbound\r\n"));
  ASSERT_NE(registrar.user_of(browser(1)), nullptr);
  EXPECT_EQ(registrar.user_of(browser(1))->extension, "1001");
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].flow, browser(1));
}

TEST_F(Bearer, HandsOutNoGruuS17) {
  sign_in(browser(1), of_browser());
  EXPECT_THAT(response(), Not(HasSubstr("gruu")));
}

TEST_F(Bearer, NobodyRegistersForAnotherUser) {
  Register request = of_browser();
  send(browser(1), with_token(request).text());
  answer_question("1002");
  EXPECT_EQ(status(), 403);
  request.from = "1002";
  send(browser(2), with_token(request).text());
  answer_question("1001");
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
  EXPECT_TRUE(contacts("1001").empty());
}

TEST_F(Bearer, AFlowStaysWithItsFirstUserS15) {
  sign_in(browser(1), of_browser());
  sign_in(browser(1), {.aor = "1002", .from = "1002", .contact = browser_contact()});
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(registrar.user_of(browser(1))->extension, "1001");
}

TEST_F(Bearer, AnUnknownOrEmptySubjectIsForbidden) {
  send(browser(1), with_token(of_browser()).text());
  answer_question("9999");
  EXPECT_EQ(status(), 403);
  send(browser(1), with_token(of_browser()).text());
  registrar.on_token_verdict(last<VerifyToken>().question, claims(""), now, out);
  EXPECT_EQ(status(), 403);
}

TEST_F(Bearer, WhoMayNotUseTheSwitchboardIsForbiddenAndNotAskedAgain) {
  send(browser(1), with_token(of_browser()).text());
  registrar.on_token_verdict(last<VerifyToken>().question,
                             std::unexpected(identity::TokenRefusal::not_allowed), now, out);
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
}

TEST_F(Bearer, ARefreshThatIsForbiddenEndsTheSignIn) {
  sign_in(browser(1), of_browser(1));
  send(browser(1), with_token(of_browser(2)).text());
  registrar.on_token_verdict(last<VerifyToken>().question,
                             std::unexpected(identity::TokenRefusal::not_allowed), now, out);
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
  EXPECT_TRUE(contacts().empty());
}

TEST_F(Bearer, ABindingLivesNoLongerThanItsTokenS15) {
  sign_in(browser(1), of_browser(), 90s);
  // Two seconds less, because the wall clock we know may be that much behind.
  EXPECT_THAT(response(), HasSubstr(";expires=88\r\n"));
  pass(87s);
  EXPECT_EQ(contacts().size(), 1U);
  pass(1s);
  EXPECT_TRUE(contacts().empty());
}

TEST_F(Bearer, ABrowserIsBoundForTenMinutesAtMost) {
  Register request = of_browser();
  request.contact = "Contact: <sip:a@b.invalid>;expires=7200\r\n";
  sign_in(browser(1), request, 24h);
  EXPECT_THAT(response(), HasSubstr(";expires=600\r\n"));
}

TEST_F(Bearer, AnExpiredTokenIsInvalid) {
  sign_in(browser(1), of_browser(), 0s);
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), HasSubstr("error=\"invalid_token\""));
}

TEST_F(Bearer, TheFlowIsClosedThirtySecondsAfterItsToken) {
  sign_in(browser(1), of_browser(), 300s);
  pass(329s);
  EXPECT_TRUE(all<CloseFlow>().empty());
  EXPECT_NE(registrar.user_of(browser(1)), nullptr);
  pass(1s);
  ASSERT_EQ(all<CloseFlow>().size(), 1U);
  EXPECT_EQ(last<CloseFlow>().flow, browser(1));
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
}

TEST_F(Bearer, ANewTokenOnTheSameFlowProlongsTheSignIn) {
  sign_in(browser(1), of_browser(1), 300s);
  pass(200s);
  sign_in(browser(1), of_browser(2), 300s);
  EXPECT_EQ(status(), 200);
  pass(297s);
  EXPECT_TRUE(all<CloseFlow>().empty());
  EXPECT_EQ(contacts().size(), 1U);
  pass(33s);
  EXPECT_EQ(all<CloseFlow>().size(), 1U);
}

TEST_F(Bearer, AShorterTokenShortensTheSignIn) {
  sign_in(browser(1), of_browser(1), 300s);
  sign_in(browser(1), of_browser(2), 60s);
  pass(91s);
  EXPECT_EQ(all<CloseFlow>().size(), 1U);
}

TEST_F(Bearer, AT1AConnectionHasOneOpenQuestionAndFurtherRegistersHaveToComeAgain) {
  send(browser(1), with_token(of_browser(1), "a.b.old").text());
  const TokenQuestionId first = last<VerifyToken>().question;
  for (int i = 2; i < 1'000; ++i) {
    out.clear();
    send(browser(1), with_token(of_browser(i), "a.b.new").text());
    EXPECT_EQ(status(), 503);
    EXPECT_TRUE(response().contains("Retry-After"));
    EXPECT_TRUE(all<VerifyToken>().empty());
  }
  EXPECT_EQ(registrar.counts().questions, 1U);
  out.clear();
  registrar.on_token_verdict(first, claims("sub-1001"), now, out);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(last<KeepFlow>().flow, browser(1)) << "from now on it is read faster";
}

TEST_F(Bearer, ATokenThatCouldNotBeLookedAtMayComeAgain) {
  send(browser(1), with_token(of_browser(1)).text());
  registrar.on_token_verdict(last<VerifyToken>().question,
                             std::unexpected(identity::TokenRefusal::too_busy), now, out);
  EXPECT_EQ(status(), 503);
}

TEST_F(Bearer, AQuestionTellsTheNetworkAndWhetherSomebodyIsSignedIn) {
  send(browser(1), with_token(of_browser(1)).text());
  EXPECT_EQ(last<VerifyToken>().network, network_of(browser(1).remote));
  EXPECT_FALSE(last<VerifyToken>().is_signed_in);
  registrar.on_token_verdict(last<VerifyToken>().question, claims("sub-1001"), now, out);
  send(browser(1), with_token(of_browser(2)).text());
  EXPECT_TRUE(last<VerifyToken>().is_signed_in);
}

TEST_F(Bearer, AVerdictForAClosedFlowIsIgnored) {
  send(browser(1), with_token(of_browser()).text());
  registrar.on_flow_closed(browser(1), now, out);
  const auto question = last<VerifyToken>().question;
  out.clear();
  registrar.on_token_verdict(question, claims("sub-1001"), now, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(registrar.counts().flows_signed_in, 0U);
}

TEST_F(Bearer, UsersWhoAreGoneLoseTheirFlowsAndBindings) {
  sign_in(browser(1), of_browser());
  out.clear();
  set_directory({person(2, "1002")});
  EXPECT_EQ(last<CloseFlow>().flow, browser(1));
  EXPECT_EQ(all<DropBinding>().size(), 1U);
  EXPECT_EQ(registrar.counts().bindings, 0U);
}

TEST_F(Bearer, WhoseNumberWentToSomebodyElseIsNotSignedInUnderItAnyMore) {
  sign_in(browser(1), of_browser());
  out.clear();
  set_directory({person(2, "1002"), person(7, "1001")});
  EXPECT_EQ(last<CloseFlow>().flow, browser(1));
  EXPECT_EQ(registrar.counts().bindings, 0U);
}

TEST_F(Bearer, ANewNameChangesNothingForWhoIsSignedIn) {
  sign_in(browser(1), of_browser());
  out.clear();
  auto renamed = person(1, "1001");
  renamed.display_name = "Another";
  set_directory({renamed, person(2, "1002")});
  EXPECT_TRUE(all<CloseFlow>().empty());
  EXPECT_EQ(registrar.counts().bindings, 1U);
}

class FewSeats : public testing::World {
 protected:
  FewSeats() : World(Settings{.sign_ins = 2, .questions = 2}) {}
};

TEST_F(FewSeats, PastTheCapOfQuestionsANewOneWaitsElsewhere) {
  for (std::uint64_t flow = 1; flow <= 3; ++flow) {
    send(browser(flow), with_token(of_browser()).text());
  }
  EXPECT_EQ(all<VerifyToken>().size(), 2U);
  EXPECT_EQ(status(), 503);
  EXPECT_THAT(response(), HasSubstr("Retry-After: "));
}

TEST_F(FewSeats, PastTheCapOfSignInsANewOneIsRefused) {
  for (std::uint64_t flow = 1; flow <= 2; ++flow) sign_in(browser(flow), of_browser(int(flow)));
  EXPECT_EQ(status(), 200);
  sign_in(browser(3), of_browser(3));
  EXPECT_EQ(status(), 503);
}

TEST(DateValue, IsWrittenAsInRfc3261) {
  EXPECT_EQ(date_value(UnixSeconds(1'289'690'940)), "Sat, 13 Nov 2010 23:29:00 GMT");
  EXPECT_EQ(date_value(UnixSeconds(951'782'400)), "Tue, 29 Feb 2000 00:00:00 GMT");
}

}  // namespace
}  // namespace dering::registrar
