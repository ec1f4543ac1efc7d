// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

struct Readable {};
struct Refused {
  int status;
};
using Verdict = std::variant<Readable, Refused, Unreadable>;

constexpr Readable readable;
constexpr Refused bad_request{400};

/// RFC 4475 leaves room in places; where it does we refuse, and the section is named.
struct Case {
  std::string_view name;
  Verdict verdict;          ///< of Message::parse
  std::string_view beyond;  ///< what the endpoint or its user does with it, and why
};

constexpr std::array<Case, 49> cases{{
    // 3.1.1 Valid messages
    {"wsinv", readable, "§3.1.1.1: served; blanks and folds everywhere"},
    {"intmeth", readable, "§3.1.1.2: 405 or 501, the method is not ours"},
    {"esc01", readable, "§3.1.1.3: served; the user part is \"sips:user@example.com\""},
    {"escnull", readable, "§3.1.1.4: served; %00 stays escaped"},
    {"esc02", readable, "§3.1.1.5: 405 or 501, RE%47IST%45R is not REGISTER"},
    {"lwsdisp", readable, "§3.1.1.6: served; no blank before <"},
    {"longreq", readable, "§3.1.1.7: served"},
    {"dblreq", readable, "§3.1.1.8: the first request only, the rest is discarded"},
    {"semiuri", readable, "§3.1.1.9: served; the user part is \"user;par=u@example.net\""},
    {"transports", readable, "§3.1.1.10: served; unknown transports below the top Via"},
    {"mpart01", readable, "§3.1.1.11: served; the body holds NUL bytes"},
    {"unreason", readable, "§3.1.1.12: the phrase is not judged"},
    {"noreason", readable, "§3.1.1.13: the phrase may be empty"},
    // 3.1.2 Invalid messages
    {"badinv01", bad_request, "§3.1.2.1: empty parameters in Via"},
    {"clerr", bad_request, "§3.1.2.2: Content-Length over the end of the datagram"},
    {"ncl", bad_request, "§3.1.2.3: on a stream the connection is closed"},
    {"scalar02", bad_request, "§3.1.2.4: CSeq and Max-Forwards out of range"},
    {"scalarlg", Unreadable::bad_response, "§3.1.2.5: dropped"},
    {"quotbal", bad_request, "§3.1.2.6: the quote is not closed"},
    {"ltgtruri", bad_request, "§3.1.2.7: we do not repair a Request-URI"},
    {"lwsruri", bad_request, "§3.1.2.8: as above"},
    {"lwsstart", bad_request, "§3.1.2.9: as above"},
    {"trws", bad_request, "§3.1.2.10: as above"},
    {"escruri", bad_request, "§3.1.2.11: we do not send what a URI asks us to"},
    {"baddate", readable, "§3.1.2.12: the Date is of no use to us and is ignored"},
    {"regbadct", readable, "§3.1.2.13: 400 by the registrar, Contact cannot be parsed"},
    {"badaspec", bad_request, "§3.1.2.14: blanks around the URI in To"},
    {"baddn", bad_request, "§3.1.2.15: a comma in a display name without quotes"},
    {"badvers", Refused{505}, "§3.1.2.16"},
    {"mismatch01", bad_request, "§3.1.2.17"},
    {"mismatch02", bad_request, "§3.1.2.18: the mismatch counts before the unknown method"},
    {"bigcode", Unreadable::bad_response, "§3.1.2.19: dropped"},
    // 3.2 Transaction layer
    {"badbranch", readable, "§3.2.1: no more than the cookie: matched as in RFC 2543"},
    // 3.3 Application layer
    {"insuf", Unreadable::cannot_be_answered, "§3.3.1: no Call-ID, From, To to build a 400 of"},
    {"unkscm", readable, "§3.3.2: 416"},
    {"novelsc", readable, "§3.3.3: 416"},
    {"unksm2", readable, "§3.3.4: 400 by the registrar, no address-of-record in To"},
    {"bext01", readable, "§3.3.5: 420 with Unsupported"},
    {"invut", readable, "§3.3.6: 415 with Accept"},
    {"regaut01", readable, "§3.3.7: 401, an unknown scheme is no credential"},
    {"multi01", bad_request, "§3.3.8: fields that must be single are not"},
    {"mcl01", bad_request, "§3.3.9: two lengths; on a stream the connection is closed"},
    {"bcast", readable, "§3.3.10: dropped, a response of ours has one Via"},
    {"zeromf", readable, "§3.3.11: answered, we do not forward"},
    {"cparam01", readable, "§3.3.12: the parameter belongs to the Contact"},
    {"cparam02", readable, "§3.3.13: the parameter belongs to the URI"},
    {"regescrt", readable, "§3.3.14: the Route in the URI is kept and never followed"},
    {"sdp01", readable, "§3.3.15: 406, we cannot answer in text/nobodyKnowsThis"},
    // 3.4 Backward compatibility
    {"inv2543", readable, "§3.4.1: served; neither branch nor From tag nor Max-Forwards"},
}};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path our_folder() {
  return DERING_TORTURE_FOLDER;
}

std::string torture(std::string_view name) {
  return content_of(our_folder() / (std::string(name) + ".sip"));
}

class Torture : public testing::TestWithParam<Case> {};

TEST_P(Torture, HasTheVerdictOfRfc4475) {
  const Case& expected = GetParam();
  const auto message = Message::parse(torture(expected.name));
  if (const auto* reason = std::get_if<Unreadable>(&expected.verdict)) {
    ASSERT_FALSE(message);
    EXPECT_EQ(name_of(message.error()), name_of(*reason));
    return;
  }
  ASSERT_TRUE(message) << name_of(message.error());
  const int refusal = message->refusal() ? message->refusal()->status : 0;
  const auto* refused = std::get_if<Refused>(&expected.verdict);
  EXPECT_EQ(refusal, refused ? refused->status : 0)
      << (message->refusal() ? message->refusal()->reason : "readable") << "; " << expected.beyond;
}

/// Those that are requests and are answered at all.
std::vector<Case> requests() {
  constexpr std::array<std::string_view, 3> responses{"unreason", "noreason", "bcast"};
  std::vector<Case> found;
  std::ranges::copy_if(cases, std::back_inserter(found), [&](const Case& each) {
    return !std::holds_alternative<Unreadable>(each.verdict) &&
           std::ranges::find(responses, each.name) == responses.end();
  });
  return found;
}

class TortureRequest : public testing::TestWithParam<Case> {};

TEST_P(TortureRequest, IsAnsweredWithItsOwnIdentity) {
  const auto request = Message::parse(torture(GetParam().name));
  ASSERT_TRUE(request && request->is_request());
  const auto source = SocketAddress::from_ipv4(0x7f000002, 5099);
  const std::string text =
      MessageWriter::response_to(*request, source, 400, "Bad Request", "ours").finish();
  EXPECT_TRUE(text.contains(std::string("\r\nCall-ID: ").append(request->call_id()) + "\r\n"));
  EXPECT_TRUE(text.ends_with("\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(text.contains('\0'));
}

INSTANTIATE_TEST_SUITE_P(Rfc4475, Torture, testing::ValuesIn(cases),
                         [](const auto& instance) { return std::string(instance.param.name); });
INSTANTIATE_TEST_SUITE_P(Rfc4475, TortureRequest, testing::ValuesIn(requests()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(TortureMessages, AreThoseOfTheRfcToTheByte) {
  const char* named = std::getenv("DERING_RFC4475");
  const std::filesystem::path folder =
      named ? std::filesystem::path(named) : std::filesystem::path(DERING_TORTURE_REFERENCE);
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no reference copy at " << folder;
  for (const Case& each : cases) {
    EXPECT_EQ(torture(each.name), content_of(folder / (std::string(each.name) + ".dat")))
        << each.name;
  }
}

TEST(TortureMessages, AreAllInTheTable) {
  const auto files = std::filesystem::directory_iterator(our_folder());
  EXPECT_EQ(std::distance(begin(files), end(files)), std::ssize(cases));
}

TEST(TortureMessages, RegisterContactWithBareHeadersIsRefusedByTheContactGrammar) {
  const std::string text = torture("regbadct");
  const auto message = Message::parse(text);
  ASSERT_TRUE(message);
  EXPECT_FALSE(parse_contacts(*message->header(HeaderId::contact)));
}

TEST(TortureMessages, KeepTheParameterWhereItStands) {
  const auto outside = Message::parse(torture("cparam01"));
  const auto inside = Message::parse(torture("cparam02"));
  ASSERT_TRUE(outside && inside);
  const auto of_header = parse_contacts(*outside->header(HeaderId::contact));
  const auto of_uri = parse_contacts(*inside->header(HeaderId::contact));
  ASSERT_TRUE(of_header && of_uri);
  EXPECT_TRUE(of_header->contacts[0].parameter("unknownparam"));
  EXPECT_FALSE(of_header->contacts[0].uri.parameter("unknownparam"));
  EXPECT_TRUE(of_uri->contacts[0].uri.parameter("unknownparam"));
  EXPECT_FALSE(of_uri->contacts[0].parameter("unknownparam"));
}

TEST(TortureMessages, UnfoldTheShortTortuousInvite) {
  const auto message = Message::parse(torture("wsinv"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->via().transport, "UDP");
  EXPECT_EQ(message->via().sent_by, "192.0.2.2");
  EXPECT_EQ(message->via().branch, "390skdjuw");
  EXPECT_EQ(message->list(HeaderId::via).size(), 3U);
  EXPECT_EQ(unquoted(message->from().display_name), "J Rosenberg \\\"");
  EXPECT_EQ(message->from().tag(), "98asjd8");
  EXPECT_EQ(message->to().tag(), "1918181833n");
  EXPECT_EQ(message->cseq().number, 9U);
  EXPECT_EQ(message->header(HeaderId::max_forwards), "0068");
  EXPECT_EQ(message->header("UnknownHeaderWithUnusualValue"), ";;,,;;,;");
  EXPECT_EQ(message->body().size(), 150U);
}

TEST(TortureMessages, ReadOnlyTheFirstOfTwoRequestsInADatagram) {
  const auto message = Message::parse(torture("dblreq"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->method(), Method::register_);
  EXPECT_TRUE(message->body().empty());
}

TEST(TortureMessages, KeepEscapesAsTheyAre) {
  const auto message = Message::parse(torture("esc01"));
  ASSERT_TRUE(message);
  const auto uri = parse_uri(message->request_uri());
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, "sips%3Auser%40example.com");
  EXPECT_EQ(unescaped(uri->user), "sips:user@example.com");
  const auto contacts = parse_contacts(*message->header(HeaderId::contact));
  ASSERT_TRUE(contacts);
  EXPECT_EQ(contacts->contacts[0].uri.user, "cal%6Cer");
}

}  // namespace
}  // namespace dering::sip
