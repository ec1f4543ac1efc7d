// SPDX-License-Identifier: Apache-2.0
#include "trunk/digest_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

#include "identity/digest.h"
#include "trunk/testing/response.h"

namespace dering::trunk {
namespace {

using identity::DigestAlgorithm;
using ::testing::HasSubstr;
using ::testing::Not;

const Account account{.username = "dering", .password = "s3cret"};
constexpr std::string_view registrar = "sip:provider.example";
constexpr std::string_view sha =
    "Digest realm=\"p\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256";
constexpr std::string_view md5 = "Digest realm=\"p\", nonce=\"n2\", qop=\"auth,auth-int\"";

std::variant<DigestAnswer, NoAnswer> asked(std::initializer_list<std::string_view> challenges,
                                           std::string_view answered = {},
                                           const Account& by = account) {
  std::string fields;
  for (const std::string_view each : challenges)
    fields.append("WWW-Authenticate: ").append(each).append("\r\n");
  const sip::Message response = testing::response("401 Unauthorized", fields);
  return answer_digest(response, by,
                       {.method = "REGISTER", .uri = registrar, .answered_nonce = answered}, "cn");
}
std::string value_of(const std::variant<DigestAnswer, NoAnswer>& answer) {
  const auto* given = std::get_if<DigestAnswer>(&answer);
  return given != nullptr ? given->value : std::string(name_of(std::get<NoAnswer>(answer)));
}

TEST(DigestAnswer, IsWhatAServerOfOursWouldCallRight) {
  const std::string value = value_of(asked({sha}));
  const identity::DigestCredentials said{.username = "dering",
                                         .realm = "p",
                                         .nonce = "n1",
                                         .uri = registrar,
                                         .response = {},
                                         .algorithm = "SHA-256",
                                         .qop = "auth",
                                         .cnonce = "cn",
                                         .nc = "00000001"};
  const std::string ha1 = identity::digest_ha1(DigestAlgorithm::sha256, "dering", "p", "s3cret");
  const std::string right =
      identity::digest_response(DigestAlgorithm::sha256, ha1, "REGISTER", said);
  EXPECT_EQ(value,
            "Digest username=\"dering\", realm=\"p\", nonce=\"n1\", uri=\"sip:provider.example\", "
            "response=\"" +
                right + "\", algorithm=SHA-256, qop=auth, cnonce=\"cn\", nc=00000001");
}

TEST(DigestAnswer, TakesTheStrongestOfWhatIsAskedFor) {
  EXPECT_THAT(value_of(asked({md5, sha})), HasSubstr("SHA-256"));
  EXPECT_THAT(value_of(asked(
                  {"Digest realm=\"p\", nonce=\"n\", algorithm=SHA-512-256, qop=\"auth\"", md5})),
              HasSubstr("nonce=\"n2\""));
  EXPECT_THAT(
      value_of(asked({"Digest realm=\"p\", nonce=\"n\", algorithm=MD5-sess, qop=\"auth\""})),
      HasSubstr("algorithm=MD5-sess"));
}

TEST(DigestAnswer, GivesOpaqueBackAndAnswersAProxyInItsOwnField) {
  const sip::Message response = testing::response(
      "407 Proxy Authentication Required",
      "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n\", qop=\"auth\", opaque=\"o \\\" o\"\r\n"
      "WWW-Authenticate: Digest realm=\"p\", nonce=\"other\", qop=\"auth\", algorithm=SHA-256\r\n");
  const auto answer =
      answer_digest(response, account, {.method = "INVITE", .uri = "sip:1@p"}, "cn");
  const auto& given = std::get<DigestAnswer>(answer);
  EXPECT_EQ(given.name, "Proxy-Authorization");
  EXPECT_EQ(given.nonce, "n");
  EXPECT_THAT(given.value, HasSubstr("opaque=\"o \\\" o\""));
}

// RFC 2069 §2.4: H(H(A1):nonce:H(A2)); old providers still ask so.
TEST(DigestAnswer, KnowsServersWithoutQop) {
  const std::string value = value_of(asked({"Digest realm=\"p\", nonce=\"n\""}));
  const std::string ha1 = identity::digest_ha1(DigestAlgorithm::md5, "dering", "p", "s3cret");
  const std::string ha2 =
      identity::digest_ha1(DigestAlgorithm::md5, "REGISTER", "sip", "provider.example");
  const std::string right = identity::digest_ha1(DigestAlgorithm::md5, ha1, "n", ha2);
  EXPECT_THAT(value, HasSubstr("response=\"" + right + "\""));
  EXPECT_THAT(value, Not(HasSubstr("cnonce")));
  EXPECT_EQ(value_of(asked({"Digest realm=\"p\", nonce=\"n\", algorithm=SHA-256"})), "not_digest");
}

TEST(DigestAnswer, SaysNothingToAnotherRealm) {
  const Account bound{.username = "dering", .password = "s3cret", .realm = "provider.example"};
  EXPECT_EQ(value_of(asked({sha, md5}, {}, bound)), "other_realm");
  EXPECT_THAT(value_of(asked({sha, "Digest realm=\"provider.example\", nonce=\"x\", qop=\"auth\""},
                             {}, bound)),
              HasSubstr("nonce=\"x\""));
}

TEST(DigestAnswer, GivesAPasswordOnceUnlessItsNonceWasStale) {
  EXPECT_EQ(value_of(asked({sha}, "n1")), "wrong_password");
  EXPECT_EQ(value_of(asked({md5}, "n1")), "wrong_password");
  const std::string stale = std::string(md5) + ", stale=TRUE";
  EXPECT_THAT(value_of(asked({stale}, "n1")), HasSubstr("nonce=\"n2\""));
  EXPECT_EQ(value_of(asked({stale}, "n2")), "wrong_password")
      << "the same nonce cannot be stale and fresh";
}

TEST(DigestAnswer, LeavesWhatItCannotAnswer) {
  for (const std::string_view each :
       {"Basic realm=\"p\"", "Digest", "Digest realm=\"p\", qop=\"auth\"", "Bearer abc",
        "Digest realm=\"p\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"p\", nonce=\"n\", qop=\"auth\", algorithm=-sess",
        "Digest realm=\"p\", nonce=\"n"})
    EXPECT_EQ(value_of(asked({each})), "not_digest") << each;
  EXPECT_EQ(value_of(asked({})), "not_digest");
}

}  // namespace
}  // namespace dering::trunk
