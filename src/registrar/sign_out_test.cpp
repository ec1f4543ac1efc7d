// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::browser_contact;
using testing::person;
using testing::Register;

class SignOut : public testing::World {
 protected:
  /// A browser of this user, in this session at the issuer.
  void sign_in_browser(std::uint64_t connection, const std::string& extension, std::string sid) {
    const std::string instance = "urn:uuid:" + std::to_string(connection);
    sign_in(browser(connection),
            {.aor = extension,
             .from = extension,
             .contact = browser_contact("c" + std::to_string(connection), instance),
             .call_id = "call-" + std::to_string(connection)},
            300s, std::move(sid));
    ASSERT_EQ(status(), 200);
  }
  void sign_out(std::string subject, std::string sid, std::string issuer = {}) {
    registrar.on_signed_out({.issuer = std::move(issuer),
                             .subject = std::move(subject),
                             .sid = std::move(sid),
                             .issued_at = wall().count()},
                            now, out);
  }
};

TEST_F(SignOut, EndsTheConnectionsAndBindingsOfTheSessionAtOnce) {
  sign_in_browser(1, "1001", "session-a");
  out.clear();
  sign_out("sub-1001", "session-a");
  ASSERT_EQ(all<CloseFlow>().size(), 1U);
  EXPECT_EQ(last<CloseFlow>().flow, browser(1));
  EXPECT_EQ(all<DropBinding>().size(), 1U);
  EXPECT_EQ(registrar.user_of(browser(1)), nullptr);
  EXPECT_TRUE(contacts("1001").empty());
  EXPECT_FALSE(registrar.is_present("1001"));
}

TEST_F(SignOut, AsksTheOtherConnectionsOfTheUserForAFreshToken) {
  sign_in_browser(1, "1001", "session-a");
  sign_in_browser(2, "1001", "session-b");
  sign_in_browser(3, "1001", "session-c");
  out.clear();
  sign_out("sub-1001", "session-a");
  EXPECT_EQ(all<CloseFlow>().size(), 1U);
  EXPECT_NE(registrar.user_of(browser(2)), nullptr);
  pass(20s);
  sign_in(browser(2),
          {.contact = browser_contact("c2", "urn:uuid:2"), .call_id = "call-2", .cseq = 2}, 300s,
          "session-b");
  ASSERT_EQ(status(), 200);
  pass(10s);
  EXPECT_EQ(registrar.user_of(browser(3)), nullptr) << "it showed none within 30 s";
  EXPECT_NE(registrar.user_of(browser(2)), nullptr);
  pass(200s);
  EXPECT_NE(registrar.user_of(browser(2)), nullptr);
}

TEST_F(SignOut, WithoutASessionEndsAllOfTheUser) {
  sign_in_browser(1, "1001", "session-a");
  sign_in_browser(2, "1001", "session-b");
  sign_in_browser(3, "1002", "session-c");
  sign_out("sub-1001", "");
  EXPECT_EQ(all<CloseFlow>().size(), 2U);
  EXPECT_NE(registrar.user_of(browser(3)), nullptr);
}

TEST_F(SignOut, WithoutASubjectEndsTheSessionAlone) {
  sign_in_browser(1, "1001", "session-a");
  sign_in_browser(2, "1001", "session-b");
  sign_out("", "session-a");
  EXPECT_EQ(all<CloseFlow>().size(), 1U);
  pass(60s);
  EXPECT_NE(registrar.user_of(browser(2)), nullptr);
}

TEST_F(SignOut, AnIssuerSpeaksOfItsOwnPeopleOnly) {
  sign_in_browser(1, "1001", "session-a");
  sign_out("sub-1001", "session-a", "https://other.example");
  sign_out("", "session-a", "https://other.example");
  pass(60s);
  EXPECT_TRUE(all<CloseFlow>().empty());
}

TEST_F(SignOut, LeavesDeskPhonesAlone) {
  const sip::Flow phone{sip::Transport::tcp, testing::home, 9};
  sign_in_by_digest(phone, Register{});
  ASSERT_EQ(status(), 200);
  sign_out("sub-1001", "");
  pass(60s);
  EXPECT_TRUE(all<CloseFlow>().empty());
  EXPECT_EQ(contacts("1001").size(), 1U);
}

}  // namespace
}  // namespace dering::registrar
