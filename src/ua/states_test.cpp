// SPDX-License-Identifier: Apache-2.0
//
// Invitations and usages, each state with each event: what becomes of it is a row, and a new state
// or event without a row does not compile or fails.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "sip/testing/sip_text.h"
#include "ua/server_invitation.h"
#include "ua/testing/dialogs.h"

namespace dering::ua {
namespace {

using sip::testing::RequestText;
using testing::all_done;
using testing::all_heard;
using testing::Done;
using testing::Heard;
using testing::Inviting;
using testing::sdp;
using testing::Talking;
using testing::WithPhone;

// ---- We invite ----------------------------------------------------------------------------------

struct ClientRow {
  std::vector<Heard> way;  ///< to the state
  ClientInvitation::State state;
  /// For each of all_heard: the state after it, and what it is told as.
  std::array<ClientInvitation::State, all_heard.size()> becomes;
  std::array<ClientInvitation::Event, all_heard.size()> tells;
};

TEST(States, OfAnInvitationOfOursEachMeetsEachEvent) {
  using enum ClientInvitation::State;
  using Event = ClientInvitation::Event;
  const std::array rows{
      ClientRow{{},
                calling,
                {ringing, ringing, answered, failed, failed, cancelling},
                {Event::ringing, Event::ringing, Event::answered, Event::failed, Event::failed,
                 Event::none}},
      ClientRow{{Heard::ringing},
                ringing,
                {ringing, ringing, answered, failed, failed, cancelling},
                {Event::none, Event::progress, Event::answered, Event::failed, Event::failed,
                 Event::none}},
      ClientRow{{Heard::ringing, Heard::given_up},
                cancelling,
                {cancelling, cancelling, answered, failed, failed, cancelling},
                {Event::none, Event::none, Event::answered_late, Event::failed, Event::failed,
                 Event::none}},
      ClientRow{{Heard::answer},
                answered,
                {answered, answered, answered, answered, answered, answered},
                {Event::none, Event::none, Event::none, Event::none, Event::none, Event::none}},
      ClientRow{{Heard::refusal},
                failed,
                {failed, failed, failed, failed, failed, failed},
                {Event::none, Event::none, Event::none, Event::none, Event::none, Event::none}},
  };
  for (const ClientRow& row : rows) {
    for (std::size_t i = 0; i < all_heard.size(); ++i) {
      Inviting world;
      for (const Heard step : row.way) world.hear(step);
      ASSERT_EQ(world.invitation.state(), row.state);
      const auto event = world.hear(all_heard[i]);
      EXPECT_EQ(world.invitation.state(), row.becomes[i])
          << "state " << static_cast<int>(row.state) << ", event " << i;
      EXPECT_EQ(event, row.tells[i]) << "state " << static_cast<int>(row.state) << ", event " << i;
    }
  }
}

// ---- We are invited -----------------------------------------------------------------------------

enum class Said { ring, sound, accept, refuse, take_back };
constexpr std::array all_said{Said::ring, Said::sound, Said::accept, Said::refuse, Said::take_back};

class Invited : public WithPhone {
 public:
  Invited() {
    RequestText text;
    text.body = sdp;
    receive(text.text());
    auto arrived = *endpoint.admit(*take<sip::RequestOffered>(), said);
    peer.emplace(LegId{1}, arrived, std::string(), turn);
    invitation.emplace(LegId{1}, std::move(arrived), turn);
  }
  void say(Said what) {
    switch (what) {
      case Said::ring:
        return invitation->ring(*peer, turn);
      case Said::sound:
        return invitation->progress(*peer, sdp, turn);
      case Said::accept:
        // Only who may still answer is told to; see Leg::may_answer().
        if (invitation->is_pending()) entry = invitation->accept(*peer, sdp, turn);
        return;
      case Said::refuse:
        return invitation->refuse(*peer, 486, {"SIP;cause=486"}, turn);
      case Said::take_back:
        invitation->take_back(*peer, 500, {"SIP;cause=500"}, turn);
        return;
    }
  }
  /// Final responses so far: one is all there may ever be.
  std::size_t finals() const {
    std::size_t count = 0;
    for (const sip::Output& output : said) {
      const auto* send = std::get_if<sip::Send>(&output);
      if (send && !send->bytes.empty() && sip::testing::parsed(send->bytes).status() >= 200)
        ++count;
    }
    return count;
  }

  std::optional<Peer> peer;
  std::optional<ServerInvitation> invitation;
  InviteEntry entry;
};

TEST(States, OfAnInvitationOfAPhoneEachMeetsEachVerbAndIsAnsweredOnce) {
  using enum ServerInvitation::State;
  struct Row {
    std::vector<Said> way;
    ServerInvitation::State state;
    std::array<ServerInvitation::State, all_said.size()> becomes;
  };
  const std::array rows{
      Row{{}, trying, {ringing, ringing, accepted, refused, trying}},
      Row{{Said::ring}, ringing, {ringing, ringing, accepted, refused, ringing}},
      Row{{Said::accept}, accepted, {accepted, accepted, accepted, accepted, accepted}},
      Row{{Said::refuse}, refused, {refused, refused, refused, refused, refused}},
  };
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < all_said.size(); ++i) {
      Invited world;
      for (const Said step : row.way) world.say(step);
      ASSERT_EQ(world.invitation->state(), row.state);
      world.say(all_said[i]);
      EXPECT_EQ(world.invitation->state(), row.becomes[i])
          << "state " << static_cast<int>(row.state) << ", verb " << i;
      EXPECT_LE(world.finals(), 1U);
    }
  }
}

// ---- A dialog that is there ---------------------------------------------------------------------

TEST(States, OfADialogEachMeetsEachEvent) {
  using enum InviteUsage::State;
  using Event = InviteUsage::Event;
  struct Row {
    std::vector<Done> way;
    InviteUsage::State state;
    std::array<InviteUsage::State, all_done.size()> becomes;
    std::array<Event, all_done.size()> tells;
  };
  const std::array rows{
      // Nothing of ours waits for a response.
      Row{{},
          talking,
          {ended, ending, talking, talking, talking, talking, talking},
          {Event::none, Event::none, Event::none, Event::none, Event::none, Event::none,
           Event::none}},
      Row{{Done::offer},
          talking,
          {ended, ending, talking, talking, talking, ended, talking},
          {Event::none, Event::none, Event::none, Event::none, Event::none, Event::lost,
           Event::lost}},
      Row{{Done::refresh},
          talking,
          {ended, ending, talking, talking, talking, ended, talking},
          {Event::none, Event::none, Event::none, Event::none, Event::none, Event::lost,
           Event::lost}},
      Row{{Done::hang_up},
          ending,
          {ended, ending, ending, ending, ended, ended, ended},
          {Event::none, Event::none, Event::none, Event::none, Event::none, Event::none,
           Event::none}},
      Row{{Done::bye},
          ended,
          {ended, ended, ended, ended, ended, ended, ended},
          {Event::none, Event::none, Event::none, Event::none, Event::none, Event::none,
           Event::none}},
  };
  for (std::size_t at = 0; at < rows.size(); ++at) {
    for (std::size_t i = 0; i < all_done.size(); ++i) {
      Talking world;
      for (const Done step : rows[at].way) world.meet(step);
      ASSERT_EQ(world.usage->state(), rows[at].state);
      const auto event = world.meet(all_done[i]);
      EXPECT_EQ(world.usage->state(), rows[at].becomes[i]) << "row " << at << ", event " << i;
      EXPECT_EQ(event, rows[at].tells[i]) << "row " << at << ", event " << i;
    }
  }
}

TEST(States, AByeThatALaterRequestHasOvertakenIsSaidAgain) {
  Talking world;
  world.meet(Done::hang_up);
  // A NOTIFY in the same dialog comes first: the phone refuses the lower number (RFC 3261 §12.2.2).
  const auto bye = *world.sent(sip::Method::bye);
  world.peer.request(sip::Method::notify, "z9hG4bKnotify", world.turn).finish();
  world.said.clear();
  world.refuse(bye, 500);
  EXPECT_EQ(world.usage->state(), InviteUsage::State::ending);
  const auto again = world.sent(sip::Method::bye);
  ASSERT_TRUE(again);
  EXPECT_GT(again->cseq().number, bye.cseq().number + 1);
  // What is refused though nothing overtook it is no dialog any more.
  world.refuse(*again, 500);
  EXPECT_EQ(world.usage->state(), InviteUsage::State::ended);
}

}  // namespace
}  // namespace dering::ua
