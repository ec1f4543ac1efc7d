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
#include "ua/client_invitation.h"
#include "ua/invite_usage.h"
#include "ua/server_invitation.h"

namespace dering::ua {
namespace {

using namespace std::chrono_literals;
using sip::testing::answer_text;
using sip::testing::RequestText;

constexpr std::string_view sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n";
constexpr std::string_view contact = "<sip:1002@192.0.2.1:5060>";

/// An endpoint, and what it gives out.
class Ground {
 public:
  /// Texts of the phone go in; what came of them is in `said`.
  void receive(std::string_view text) {
    endpoint.on_message(sip::testing::udp_flow(), sip::testing::parsed(text), turn.now, said);
  }
  template <class Kind>
  std::optional<Kind> take() {
    for (sip::Output& output : said) {
      auto* wanted = std::get_if<Kind>(&output);
      if (!wanted) continue;
      Kind taken = std::move(*wanted);
      output = sip::Send{};
      return taken;
    }
    return std::nullopt;
  }
  /// The last request of ours of this method.
  std::optional<sip::Message> sent(sip::Method method) const {
    std::optional<sip::Message> last;
    for (const sip::Output& output : said) {
      const auto* send = std::get_if<sip::Send>(&output);
      if (!send || send->bytes.empty()) continue;
      auto message = sip::testing::parsed(send->bytes);
      if (message.is_request() && message.method() == method) last.emplace(std::move(message));
    }
    return last;
  }

  SeededRandom random{3};
  sip::Endpoint endpoint{{.host = "pbx.test", .product = "test"}, {}, random};
  LegIndex index;
  sip::Outbox said;
  Turn turn{Instant{} + 1h, "pbx.test", endpoint, index, said};
};

// ---- We invite ----------------------------------------------------------------------------------

enum class Heard { ringing, sound, answer, refusal, nothing, given_up };
constexpr std::array all_heard{Heard::ringing, Heard::sound,   Heard::answer,
                               Heard::refusal, Heard::nothing, Heard::given_up};

class Inviting : public Ground {
 public:
  using State = ClientInvitation::State;
  using Event = ClientInvitation::Event;

  Inviting() {
    invitation.tell("<sip:1002@pbx.test>", std::string(sdp));
    invitation.send(peer, turn);
    invite = sent(sip::Method::invite);
  }
  Event hear(Heard what) {
    switch (what) {
      case Heard::ringing:
        return respond(180, {});
      case Heard::sound:
        return respond(183, sdp);
      case Heard::answer:
        return respond(200, sdp);
      case Heard::refusal:
        return respond(486, {});
      case Heard::nothing:
        return invitation.on_failed();
      case Heard::given_up:
        invitation.cancel("SIP;cause=487", turn);
        return Event::none;
    }
    return Event::none;
  }
  Event respond(int status, std::string_view body) {
    receive(answer_text(*invite, status, "b", contact, body));
    const auto response = take<sip::ResponseArrived>();
    return response ? invitation.on_response(peer, *response, turn) : Event::none;
  }

  Peer peer{LegId{1}, Target{"sip:1002@192.0.2.1:5060", sip::testing::udp_flow(), {}, {}}, "1001",
            turn};
  ClientInvitation invitation{LegId{1}, {"<sip:1001@pbx.test>;tag=a", {}, {}}};
  std::optional<sip::Message> invite;
};

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

class Invited : public Ground {
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

enum class Done { bye, hang_up, refresh, offer, good, gone, unheard };
constexpr std::array all_done{Done::bye,  Done::hang_up, Done::refresh, Done::offer,
                              Done::good, Done::gone,    Done::unheard};

class Talking : public Inviting {
 public:
  using State = InviteUsage::State;
  using Event = InviteUsage::Event;

  Talking() {
    receive(answer_text(*invite, 200, "b", contact, sdp));
    const auto response = take<sip::ResponseArrived>();
    invitation.on_response(peer, *response, turn);
    usage.emplace(LegId{1},
                  InviteUsage::Start{invitation.terms(), response->message, std::string(sdp)},
                  turn.now);
    said.clear();
  }
  Event meet(Done what) {
    switch (what) {
      case Done::bye:
        usage->on_bye();
        return Event::none;
      case Done::hang_up:
        usage->hang_up(peer, "SIP;cause=200", turn);
        return Event::none;
      case Done::refresh:
        usage->refresh(peer, turn);
        return Event::none;
      case Done::offer:
        usage->offer(peer, sdp, turn);
        return Event::none;
      case Done::good:
        return respond_to_ours(200);
      case Done::gone:
        return respond_to_ours(481);
      case Done::unheard: {
        const auto ours = pending();
        if (!ours) return Event::none;
        turn.now += 33s;
        endpoint.on_time(turn.now, said);
        const auto failure = take<sip::RequestFailed>();
        return failure ? usage->on_failed(peer, *failure, turn) : Event::none;
      }
    }
    return Event::none;
  }

  std::optional<InviteUsage> usage;

 private:
  /// The request of ours that waits.
  std::optional<sip::Message> pending() const {
    for (const auto method : {sip::Method::bye, sip::Method::invite, sip::Method::update}) {
      if (auto message = sent(method)) return message;
    }
    return std::nullopt;
  }
  Event respond_to_ours(int status) {
    const auto ours = pending();
    if (!ours) return Event::none;
    receive(answer_text(*ours, status, {}, contact,
                        ours->method() == sip::Method::invite ? sdp : std::string_view()));
    const auto response = take<sip::ResponseArrived>();
    return response ? usage->on_response(peer, *response, turn) : Event::none;
  }
};

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

}  // namespace
}  // namespace dering::ua
