// SPDX-License-Identifier: Apache-2.0
//
// What strangers send, and what it costs: the gate between the parser and the transaction table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "feature/testing/descriptions.h"
#include "identity/digest.h"
#include "sip/testing/sip_text.h"
#include "switchboard/switchboard.h"
#include "switchboard/testing/engine_ready.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using identity::DigestAlgorithm;
using sip::testing::RequestText;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string nonce_in(std::string_view text) {
  text.remove_prefix(text.find("nonce=\"") + 7);
  return std::string(text.substr(0, text.find('"')));
}

/// Siti has a desk phone on UDP, "desk"; Budi has one that is registered.
class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    feed(WallClock{1'800'000'000s});
    feed(testing::engine_ready());
    const auto device = [](std::string name, std::string extension) {
      const auto ha1 = [&](DigestAlgorithm algorithm) {
        return identity::digest_ha1(algorithm, name, "pbx.test", "secret");
      };
      return directory::DeviceCredential{name, std::move(extension), ha1(DigestAlgorithm::md5),
                                         ha1(DigestAlgorithm::sha256)};
    };
    feed(directory::DirectoryChanged{std::make_shared<const directory::Directory>(
        std::vector<directory::User>{{{1}, {}, "s1", "siti", "Siti", {}, "1001"},
                                     {{2}, {}, "s2", "budi", "Budi", {}, "1002"}},
        std::vector{device("1001", "1001"), device("1002", "1002")})});
  }

  static Settings settings() {
    Settings settings;
    settings.names.host = "pbx.test";
    settings.realm = "pbx.test";
    return settings;
  }
  void feed(Input&& input) {
    out_.clear();
    switchboard_.take(std::move(input), now_, out_);
  }
  std::vector<std::string> receive(const sip::Flow& flow, const std::string& text) {
    feed(sip::Received{flow, sip::testing::parsed(text)});
    std::vector<std::string> sent;
    for (const Output& output : out_) {
      if (const auto* send = std::get_if<sip::Send>(&output)) sent.push_back(send->bytes);
    }
    return sent;
  }
  /// The one message that answers.
  std::string answer(const sip::Flow& flow, const std::string& text) {
    const auto sent = receive(flow, text);
    EXPECT_EQ(sent.size(), 1U) << text;
    return sent.empty() ? "" : sent.front();
  }

  struct Wish {
    std::string name = "1001";
    std::string method = "INVITE";
    std::string uri = "sip:1002@pbx.test";
  };
  static std::string authorization(const std::string& challenge, const Wish& wish) {
    const std::string nonce = nonce_in(challenge);
    const identity::DigestCredentials credentials{wish.name, "pbx.test", nonce,  wish.uri,  {},
                                                  "SHA-256", "auth",     "abcd", "00000001"};
    const std::string ha1 =
        identity::digest_ha1(DigestAlgorithm::sha256, wish.name, "pbx.test", "secret");
    return fmt::format(
        "{}Authorization: Digest username=\"{}\", realm=\"pbx.test\", nonce=\"{}\", uri=\"{}\", "
        "response=\"{}\", algorithm=SHA-256, qop=auth, cnonce=\"abcd\", nc=00000001\r\n",
        wish.method == "REGISTER" ? "" : "Proxy-", wish.name, nonce, wish.uri,
        identity::digest_response(DigestAlgorithm::sha256, ha1, wish.method, credentials));
  }
  void register_budi() {
    RequestText text{.method = "REGISTER", .uri = "sip:pbx.test"};
    text.from = text.to = "<sip:1002@pbx.test>";
    text.contact = "<sip:1002@192.0.2.1:2000>";
    text.more = authorization(answer(budi_, text.text()), {"1002", "REGISTER", text.uri});
    text.branch += "2";
    text.cseq = 2;
    ASSERT_THAT(answer(budi_, text.text()), StartsWith("SIP/2.0 200 "));
  }
  /// The INVITE of a desk phone to 1002, and the same with the answer to its challenge.
  RequestText invite(std::string_view from = "<sip:1001@pbx.test>") const {
    RequestText text;
    text.from = from;
    text.body = feature::testing::desk_sdp;
    return text;
  }
  std::vector<std::string> call(RequestText text) {
    const std::string challenge = answer(siti_, text.text());
    EXPECT_THAT(challenge, StartsWith("SIP/2.0 407 "));
    text.more += authorization(challenge, {});
    text.branch += "-answered";
    return receive(siti_, text.text());
  }
  static std::string rung(const std::vector<std::string>& sent) {
    for (const std::string& text : sent) {
      if (text.starts_with("INVITE ")) return text;
    }
    return "";
  }

  Instant now_ = Instant{} + 1h;
  SeededRandom random_{3};
  Switchboard switchboard_{settings(), random_};
  Outbox out_;
  sip::Flow siti_ = sip::testing::udp_flow();
  sip::Flow budi_ = sip::testing::udp_flow(2000);
};

TEST_F(GateTest, AT2WhateverAStrangerSendsLeavesNoTransactionAndGetsOneAnswer) {
  const std::vector flows{sip::testing::udp_flow(4000), sip::testing::tcp_flow(5),
                          sip::testing::wss_flow(6)};
  int number = 0;
  for (const sip::Flow& flow : flows) {
    for (const char* method :
         {"INVITE", "REGISTER", "OPTIONS", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "NOTIFY",
          "BYE", "INFO", "UPDATE", "PRACK", "NONSENSE", "CANCEL"}) {
      for (const char* to_tag : {"", "made-up"}) {
        for (int i = 0; i < 100; ++i) {
          const RequestText request{.method = method,
                                    .transport = std::string(via_name(flow.transport)),
                                    .branch = fmt::format("z9hG4bK{}", ++number),
                                    .to_tag = to_tag,
                                    .call_id = fmt::format("call-{}", number)};
          const std::string sent = answer(flow, request.text());
          EXPECT_THAT(sent, Not(StartsWith("SIP/2.0 1")));
          EXPECT_LE(sent.size(), 3 * request.text().size());
          EXPECT_EQ(answer(flow, request.text()), sent) << "a repetition gets the same bytes";
        }
      }
    }
  }
  EXPECT_EQ(switchboard_.counts().transactions, 0U);
  EXPECT_EQ(switchboard_.next_deadline(), std::nullopt) << "nothing is repeated";
  register_budi();
  EXPECT_NE(rung(call(invite())), "") << "others call as before";
}

TEST_F(GateTest, AT2MalformedRequestsLeaveNoTransaction) {
  for (int i = 0; i < 100; ++i) {
    RequestText request{.branch = fmt::format("z9hG4bK{}", i), .cseq_method = "BYE"};
    EXPECT_THAT(answer(siti_, request.text()), StartsWith("SIP/2.0 4"));
    request = {.branch = fmt::format("z9hG4bKb{}", i), .more = "Require: nothing-we-know\r\n"};
    EXPECT_THAT(answer(siti_, request.text()), StartsWith("SIP/2.0 420 "));
    request = {.uri = "http://x", .branch = fmt::format("z9hG4bKc{}", i)};
    EXPECT_THAT(answer(siti_, request.text()), StartsWith("SIP/2.0 416 "));
  }
  EXPECT_EQ(switchboard_.counts().transactions, 0U);
}

TEST_F(GateTest, AT3ATinyInviteGetsOneDatagramOfAtMostThreeTimesItsBytes) {
  for (std::size_t padding = 0; padding < 400; ++padding) {
    const std::string text = fmt::format(
        "INVITE sip:1 SIP/2.0\r\nv:SIP/2.0/UDP 1.1.1.1;branch=z9hG4bK{}\r\nf:<sip:a>;tag=1\r\n"
        "t:<sip:b>\r\ni:1\r\nCSeq:1 INVITE\r\n\r\n",
        std::string(padding, 'x'));
    const std::string sent = answer(siti_, text);
    EXPECT_THAT(sent, StartsWith("SIP/2.0 407 "));
    EXPECT_LE(sent.size(), 3 * text.size());
    EXPECT_THAT(sent, HasSubstr("algorithm=SHA-256")) << text.size();
    if (text.size() >= 250) {
      EXPECT_THAT(sent, HasSubstr("algorithm=MD5")) << text.size();
    }
    now_ += 1s;
    feed(TimePassed{});
    EXPECT_TRUE(out_.empty());
  }
}

TEST_F(GateTest, AckAndCancelAreNeverChallenged) {
  RequestText text = invite();
  answer(siti_, text.text());
  text.method = "CANCEL";
  EXPECT_THAT(answer(siti_, text.text()), StartsWith("SIP/2.0 481 "));
  text.method = "ACK";
  EXPECT_TRUE(receive(siti_, text.text()).empty());
}

TEST_F(GateTest, WhoSignedInHasATransactionAndIsAnsweredByIt) {
  register_budi();
  RequestText text = invite();
  const std::string challenge = answer(siti_, text.text());
  text.more = authorization(challenge, {});
  const auto first = receive(siti_, text.text());
  ASSERT_FALSE(first.empty());
  EXPECT_THAT(first.front(), StartsWith("SIP/2.0 100 ")) << "FR11: with the same branch and CSeq";
  EXPECT_NE(rung(first), "");
  EXPECT_THAT(answer(siti_, text.text()), StartsWith("SIP/2.0 100 ")) << "UDP repeats it";
}

TEST_F(GateTest, FR12TheCalleeOfAHiddenCallerSeesNobody) {
  register_budi();
  int calls = 0;
  for (const auto& [from, privacy] :
       {std::pair{"\"Anonymous\" <sip:anonymous@anonymous.invalid>", "Privacy: id\r\n"},
        {"<sip:1001@pbx.test>", "Privacy: id\r\n"}}) {
    RequestText text = invite(from);
    text.branch += std::to_string(++calls);
    text.call_id = text.branch;
    text.more = privacy;
    const std::string seen = rung(call(text));
    ASSERT_NE(seen, "");
    EXPECT_THAT(seen, HasSubstr("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
    EXPECT_THAT(seen, Not(HasSubstr("1001")));
    EXPECT_THAT(seen, Not(HasSubstr("Siti")));
    feed(EndAllCalls{});
    const auto record = std::ranges::find_if(out_, [](const Output& output) {
      return std::holds_alternative<directory::SaveCallRecord>(output);
    });
    ASSERT_NE(record, out_.end());
    EXPECT_TRUE(std::get<directory::SaveCallRecord>(*record).record.hides_caller);
  }
}

}  // namespace
}  // namespace dering::switchboard
