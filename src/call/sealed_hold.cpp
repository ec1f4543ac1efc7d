// SPDX-License-Identifier: Apache-2.0
#include "call/sealed_hold.h"

#include <chrono>
#include <string>

#include "call/glare.h"
#include "call/leg.h"
#include "sdp/answer.h"

namespace dering::call {
namespace {

using namespace std::chrono_literals;
using sdp::SessionDescription;

/// Two people who put each other on hold at once make their offers at once. JsSIP answers 491 to
/// one that meets its own, and follows it all the same (docs/jssip.md, S35): so its own may come
/// first.
constexpr Duration hold_wait = 300ms;

}  // namespace

std::string with_role(const std::string& said, std::string_view answer) {
  const auto theirs = SessionDescription::parse(answer);
  auto ours = SessionDescription::parse(said);
  const sdp::MediaSection* section = theirs ? sdp::transport_section(*theirs) : nullptr;
  const auto role = section ? sdp::setup(*theirs, *section) : std::nullopt;
  if (!ours || !role) return said;
  const std::string_view name = sdp::name_of(sdp::answering(*role));
  if (sdp::attribute(ours->lines, "setup")) sdp::set_attribute(ours->lines, "setup", name);
  for (sdp::MediaSection& one : ours->media) {
    if (sdp::attribute(one.lines, "setup")) sdp::set_attribute(one.lines, "setup", name);
  }
  return ours->text();
}

std::optional<Instant> SealedHold::settle(Leg& leg, bool is_held, Turn& turn) {
  if (leg.state() != Leg::State::talking) return std::nullopt;
  if (is_held == is_told_) {
    refused_.reset();
    retry_at_.reset();
    tries_ = 0;
    return std::nullopt;
  }
  if (refused_ == is_held || !leg.may_offer()) return std::nullopt;
  if (!retry_at_) retry_at_ = turn.now + hold_wait;
  if (turn.now < *retry_at_) return retry_at_;
  retry_at_.reset();
  const auto said = SessionDescription::parse(leg.usage().sdp());
  if (!said) return std::nullopt;
  const auto direction = is_held ? sdp::Direction::sendonly : sdp::Direction::sendrecv;
  auto offer = sdp::offer_again(*said, direction, leg.media->session().next_origin());
  sdp::limit_directions(offer, leg.media->directions);
  leg.offer(offer.text(), turn);
  offered_ = is_held;
  return std::nullopt;
}

void SealedHold::on_offered(Leg& leg, int status, std::string_view answer, Turn& turn) {
  if (status >= 200 && status < 300) {
    is_told_ = offered_;
    leg.usage().set_sdp(with_role(leg.usage().sdp(), answer));
  } else if (came_too_early(status) && ++tries_ < most_offers) {
    retry_at_ = turn.now + wait_after_glare(turn.media.ids().actions);
  } else {
    refused_ = offered_;
  }
}

}  // namespace dering::call
