// SPDX-License-Identifier: Apache-2.0
#include "recording/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "recording/inputs.h"

namespace dering::recording {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class RecorderTest : public ::testing::Test {
 protected:
  static directory::DirectorySnapshot nobody() {
    return std::make_shared<const directory::Directory>(std::vector<directory::User>{},
                                                        std::vector<directory::DeviceCredential>{});
  }
  std::string recorded(const switchboard::Input& input,
                       const std::vector<switchboard::Output>& outputs) {
    recorder_.on_input(input, now_, false);
    recorder_.on_outputs(outputs);
    return recorder_.take_text();
  }

  Instant now_ = Instant{} + 1h;
  switchboard::Settings settings_;
  switchboard::Switchboard::Beginning beginning_;
  Recorder recorder_{{.settings = settings_,
                      .beginning = beginning_,
                      .directory = nobody(),
                      .ready = std::nullopt,
                      .wall = UnixSeconds(1'800'000'000),
                      .now = now_}};
};

/// The contract's second version says keys and passwords to the engine, and the engine hears what
/// people press.
TEST_F(RecorderTest, KeepsNoSecretOfTheContractWithTheMediaEngine) {
  media::v2::Event pressed;
  pressed.mutable_digit()->set_port(3);
  pressed.mutable_digit()->set_digit("7");
  media::v2::Command opened;
  auto& sdes = *opened.mutable_open_port()->mutable_keys()->mutable_sdes();
  sdes.set_ours("secret of ours");
  sdes.set_theirs("secret of theirs");
  opened.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd("secret of ICE");
  media::v2::Command said;
  said.mutable_send_digit()->set_digit("7");
  const std::string text = recorded(pressed, {opened, said});
  EXPECT_THAT(text, HasSubstr("digit { port: 3 digit: \"0\" }"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("\"7\"")));
}

TEST_F(RecorderTest, KeepsThePlanWithoutNamesThatSignInAndContacts) {
  routing::Draft draft;
  draft.trunks = {{.id = "telkom", .servers = {"192.0.2.1"}, .username = "our account"}};
  draft.outbound = {{.id = "mobile", .patterns = {{.match = "08."}}, .trunks = {"telkom"}}};
  draft.contacts = {{"A doctor", "+62811111111"}};
  const auto plan = std::make_shared<const routing::Plan>(draft);
  const std::string text = recorded(switchboard::PlanApplied{plan}, {});
  EXPECT_THAT(text, Not(HasSubstr("our account")));
  EXPECT_THAT(text, Not(HasSubstr("doctor")));

  const auto entry = entry_of(switchboard::Input(switchboard::PlanApplied{plan}));
  const auto read = input_of(entry, "dering");
  ASSERT_TRUE(read && *read);
  draft.trunks[0].username.clear();
  draft.contacts.clear();
  EXPECT_EQ(std::get<switchboard::PlanApplied>(**read).plan->draft(), draft);
}

}  // namespace
}  // namespace dering::recording
