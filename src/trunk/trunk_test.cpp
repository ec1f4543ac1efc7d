// SPDX-License-Identifier: Apache-2.0
#include "trunk/trunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sip/testing/outbox.h"
#include "sip/testing/sip_text.h"

namespace dering::trunk {
namespace {

using namespace std::chrono_literals;
using dns::Question;
using sip::testing::answer_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = TrunkState::Kind;

SocketAddress ip(const char* text, std::uint16_t port = 0) {
  return *SocketAddress::from_text(text, port);
}

/// A trunk whose DNS and servers are written here.
class OneTrunk : public ::testing::Test {
 protected:
  void begin(const std::string& server, bool registers = false) {
    TrunkSettings settings{
        .id = "t", .name = {}, .servers = {*server_from(server, sip::Transport::udp)}};
    settings.registers = registers;
    if (registers) settings.account = std::make_shared<const Account>(Account{"6221", "geheim"});
    trunk.emplace(std::move(settings));
    trunk->on_time(turn());
  }
  Turn& turn() { return turn_.emplace(now, endpoint, random, out); }
  /// What was asked of DNS; ways to servers are found at once.
  std::vector<Question> asked() {
    std::vector<Question> questions;
    for (auto wishes = trunk->take_wishes(); !wishes.empty(); wishes = trunk->take_wishes()) {
      for (auto& wish : wishes) {
        if (auto* question = std::get_if<AskDns>(&wish)) questions.push_back(question->question);
        if (auto* source = std::get_if<FindSource>(&wish)) {
          trunk->on_source({source->remote, ip("198.51.100.9", 5060)}, turn());
        }
      }
    }
    return questions;
  }
  void tell(Question::Kind kind, const std::string& name, dns::Answer answer) {
    answer.lifetime = 60s;
    trunk->on_answer({{kind, name}, std::move(answer)}, turn());
  }
  void wait(Duration time) {
    for (const Instant end = now + time; now < end; now += 1s) {
      endpoint.on_time(now, out);
      trunk->on_time(turn());
    }
  }
  std::vector<std::string> sent(std::string_view method) const {
    std::vector<std::string> found;
    for (const auto* send : sip::testing::all_of<sip::Send>(out)) {
      if (send->bytes.starts_with(method)) found.push_back(send->bytes);
    }
    return found;
  }
  void answer(const std::string& request, int status, std::string_view fields = {}) {
    std::string text = answer_text(request, status, "t");
    text.insert(text.find("\r\n") + 2, fields);
    sip::Outbox told;
    endpoint.on_message({sip::Transport::udp, ip("203.0.113.1", 5070)}, sip::testing::parsed(text),
                        now, told);
    for (sip::Output& output : told) {
      if (auto* response = std::get_if<sip::ResponseArrived>(&output)) {
        EXPECT_TRUE(trunk->on_response(*response, turn()));
      }
    }
  }
  std::vector<std::string> servers() const {
    std::vector<std::string> all;
    for (const Reach& reach : trunk->servers()) {
      all.push_back(reach.flow.remote.text() + " " + reach.host);
    }
    return all;
  }

  Instant now = Instant{} + 1h;
  SeededRandom random{4};
  sip::Endpoint endpoint{{.host = "pbx.test", .product = "test"}, {}, random};
  sip::Outbox out;
  std::optional<Trunk> trunk;

 private:
  std::optional<Turn> turn_;
};

TEST_F(OneTrunk, FindsItsServersAndAsksEachWhetherItIsThere) {
  begin("provider.example");
  EXPECT_EQ(trunk->state().kind, Kind::starting);
  EXPECT_THAT(asked(), ElementsAre(Question{Question::Kind::srv, "_sip._udp.provider.example"}));
  tell(Question::Kind::srv, "_sip._udp.provider.example",
       {.srv = {{10, 0, 5070, "a.provider.example"}, {20, 0, 5060, "b.provider.example"}}});
  for (const Question& question : asked()) {
    const bool is_first = question.name == "a.provider.example";
    tell(question.kind, question.name,
         {.addresses = {ip(is_first ? "203.0.113.1" : "203.0.113.2")}});
  }
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_THAT(servers(), ElementsAre("203.0.113.1:5070 provider.example",
                                     "203.0.113.2:5060 provider.example"));
  ASSERT_EQ(sent("OPTIONS").size(), 2U);
  EXPECT_THAT(sent("OPTIONS").front(), HasSubstr("OPTIONS sip:provider.example SIP/2.0"));
  answer(sent("OPTIONS").front(), 404);
  EXPECT_EQ(trunk->state().kind, Kind::up) << "whatever it says, it is there";
}

TEST_F(OneTrunk, SaysWhatIsWrongWithItsName) {
  begin("nowhere.example:5060");
  for (const Question& question : asked()) tell(question.kind, question.name, {});
  EXPECT_EQ(trunk->state().kind, Kind::down);
  EXPECT_EQ(trunk->state().reason, "DNS knows no server of that name");
  wait(21s);
  const auto again = asked();
  ASSERT_EQ(again.size(), 1U) << "it is looked for again";
  tell(again[0].kind, again[0].name, {.failed = true});
  EXPECT_EQ(trunk->state().reason, "DNS does not answer");
}

TEST_F(OneTrunk, KeepsTheServersThatItHasWhileDnsIsAway) {
  begin("provider.example:5070");
  for (const Question& question : asked()) {
    tell(question.kind, question.name, {.addresses = {ip("203.0.113.1")}});
  }
  (void)asked();
  EXPECT_THAT(servers(), ElementsAre("203.0.113.1:5070 provider.example:5070"));
  wait(61s);
  for (const Question& question : asked()) tell(question.kind, question.name, {.failed = true});
  EXPECT_FALSE(trunk->state().servers.empty());
}

TEST_F(OneTrunk, RegistersOnceItHasAServer) {
  begin("203.0.113.1:5070", true);
  (void)asked();
  ASSERT_EQ(sent("REGISTER").size(), 1U);
  answer(sent("REGISTER").front(), 403);
  EXPECT_EQ(trunk->state().kind, Kind::down);
  EXPECT_EQ(trunk->state().reason, "The provider refused: 403 Forbidden");
  wait(61s);
  ASSERT_GT(sent("REGISTER").size(), 1U);
  answer(sent("REGISTER").back(), 200, "Contact: <sip:6221@198.51.100.9:5060>;expires=600\r\n");
  EXPECT_EQ(trunk->state().kind, Kind::registered);
  trunk->leave(turn());
  EXPECT_THAT(sent("REGISTER").back(), HasSubstr("Expires: 0"));
  EXPECT_FALSE(trunk->is_gone());
}

TEST_F(OneTrunk, SaysThatItCannotBeServed) {
  begin("203.0.113.1", true);
  TrunkSettings settings = trunk->settings();
  settings.account = nullptr;
  EXPECT_EQ(Trunk(settings).state().reason, "No user name and password are set for it");
  settings.servers = {*server_from("203.0.113.1", sip::Transport::tls)};
  EXPECT_EQ(Trunk(settings).state().reason, "Trunks over TCP and TLS are not there yet");
}

TEST(ServerFrom, ReadsNamesAndAddressesWithAndWithoutAPort) {
  const auto shown = [](std::string_view text) {
    const auto server = server_from(text, sip::Transport::udp);
    return server ? uri_host_of(*server) : std::string("none");
  };
  EXPECT_EQ(shown("provider.example"), "provider.example");
  EXPECT_EQ(shown("provider.example:5070"), "provider.example:5070");
  EXPECT_EQ(shown("2001:db8::1"), "[2001:db8::1]");
  EXPECT_EQ(shown("[2001:db8::1]:5070"), "[2001:db8::1]:5070");
  for (const char* bad : {"", ":5060", "a:", "a:0", "a:99999", "a:b"})
    EXPECT_EQ(shown(bad), "none");
}

}  // namespace
}  // namespace dering::trunk
