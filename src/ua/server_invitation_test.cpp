// SPDX-License-Identifier: Apache-2.0
#include "ua/server_invitation.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "sip/testing/sip_text.h"

namespace dering::ua {
namespace {

using namespace std::chrono_literals;
using sip::testing::RequestText;

constexpr std::string_view offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\n";
constexpr std::string_view answer = "v=0\r\no=- 2 2 IN IP4 192.0.2.8\r\ns=-\r\nt=0 0\r\n";

/// An INVITE from a caller, and what it is told.
class Invited : public ::testing::Test {
 protected:
  explicit Invited(std::string more = "Require: 100rel\r\n", std::string_view sdp = offer) {
    RequestText text;
    text.more = std::move(more);
    text.body = sdp;
    auto arrived = arrive(text);
    peer_.emplace(LegId{1}, arrived, std::string(), turn_);
    invitation_.emplace(LegId{1}, std::move(arrived), turn_);
    said_.clear();
  }
  sip::RequestArrived arrive(const RequestText& text) {
    endpoint_.on_message(sip::testing::udp_flow(), sip::testing::parsed(text), turn_.now, said_);
    for (sip::Output& output : said_) {
      if (auto* offered = std::get_if<sip::RequestOffered>(&output)) {
        sip::RequestOffered taken = std::move(*offered);
        return *endpoint_.admit(std::move(taken), said_);
      }
    }
    ADD_FAILURE() << "no request";
    std::abort();
  }
  /// Status and RSeq of all that was said since.
  std::vector<std::pair<int, std::uint32_t>> said() {
    std::vector<std::pair<int, std::uint32_t>> all;
    for (const sip::Output& output : said_) {
      const auto* send = std::get_if<sip::Send>(&output);
      if (!send) continue;
      const auto message = sip::testing::parsed(send->bytes);
      const auto rseq = message.header(sip::HeaderId::rseq);
      all.emplace_back(message.status(), rseq ? sip::parse_rseq(*rseq).value_or(0) : 0);
      if (rseq) rseq_ = all.back().second;
    }
    said_.clear();
    return all;
  }
  void prack(std::uint32_t rseq) {
    RequestText text;
    text.method = "PRACK";
    text.branch = "z9hG4bK" + std::to_string(++branches_);
    text.to_tag = peer_->local_tag();
    text.cseq = 1 + branches_;
    text.more = fmt::format("RAck: {} 1 INVITE\r\n", rseq);
    invitation_->on_prack(*peer_, arrive(text), {}, turn_);
  }

  SeededRandom random_{3};
  sip::Endpoint endpoint_{{.host = "pbx.test", .product = "test"}, {}, random_};
  LegIndex index_;
  sip::Outbox said_;
  Turn turn_{Instant{} + 1h, "pbx.test", endpoint_, index_, said_};
  std::optional<Peer> peer_;
  std::optional<ServerInvitation> invitation_;
  std::uint32_t rseq_ = 0;

 private:
  std::uint32_t branches_ = 0;
};

TEST_F(Invited, HearsOneThingAfterTheOther) {
  invitation_->ring(*peer_, turn_);
  invitation_->progress(*peer_, answer, turn_);
  EXPECT_EQ(said().size(), 1U);
  const std::uint32_t first = rseq_;
  prack(first);
  const auto next = said();
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(next[0].first, 200);
  EXPECT_EQ(next[1], (std::pair<int, std::uint32_t>{183, first + 1}));
}

TEST_F(Invited, HearsNo200BeforeTheDescriptionIsAcknowledged) {
  invitation_->progress(*peer_, answer, turn_);
  said();
  const InviteEntry waits = invitation_->accept(*peer_, answer, turn_);
  EXPECT_TRUE(said().empty());
  prack(rseq_);
  EXPECT_EQ(said().back().first, 200);
  EXPECT_EQ(invitation_->next_deadline(), std::nullopt);
  EXPECT_FALSE(invitation_->take_back(*peer_, 480, {"SIP;cause=480"}, turn_));
}

TEST_F(Invited, Hears200AtOnceWhereNoDescriptionWaits) {
  invitation_->ring(*peer_, turn_);
  said();
  const InviteEntry waits = invitation_->accept(*peer_, answer, turn_);
  EXPECT_EQ(said().front().first, 200);
  turn_.now += 1s;
  EXPECT_EQ(invitation_->on_time(*peer_, turn_), ServerInvitation::Event::none);
  EXPECT_TRUE(said().empty()) << "nothing is repeated after the final response";
  prack(rseq_);
  EXPECT_EQ(said().front().first, 200);
}

TEST_F(Invited, GetsAnotherEndInPlaceOfA200ThatWasHeld) {
  invitation_->progress(*peer_, answer, turn_);
  const InviteEntry waits = invitation_->accept(*peer_, answer, turn_);
  said();
  EXPECT_TRUE(invitation_->take_back(*peer_, 480, {"SIP;cause=480"}, turn_));
  EXPECT_EQ(said().front().first, 480);
}

TEST_F(Invited, IsRefusedWhereItsPrackNeverComes) {
  invitation_->progress(*peer_, answer, turn_);
  const InviteEntry waits = invitation_->accept(*peer_, answer, turn_);
  auto event = ServerInvitation::Event::none;
  while (const auto at = invitation_->next_deadline()) {
    turn_.now = *at;
    event = invitation_->on_time(*peer_, turn_);
  }
  EXPECT_EQ(event, ServerInvitation::Event::unacknowledged);
  EXPECT_EQ(said().back().first, 504);
}

class InvitedWithoutAnOffer : public Invited {
 protected:
  InvitedWithoutAnOffer() : Invited("Require: 100rel\r\n", {}) {}
};

// The first reliable response would have to make the offer (RFC 3261 §13.2.1).
TEST_F(InvitedWithoutAnOffer, HearsNothingUntilThe200) {
  invitation_->ring(*peer_, turn_);
  EXPECT_TRUE(said().empty());
  const InviteEntry waits = invitation_->accept(*peer_, offer, turn_);
  EXPECT_EQ(said().front().first, 200);
}

}  // namespace
}  // namespace dering::ua
