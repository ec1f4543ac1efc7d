// SPDX-License-Identifier: Apache-2.0
#include "call/reoffer.h"

#include <string>
#include <utility>

#include "call/glare.h"
#include "call/later_offers.h"
#include "call/leg.h"

namespace dering::call {

void Reoffer::want(How how) {
  state_ = State::wanted;
  how_ = how;
  retry_at_.reset();
  tries_ = 0;
}

std::optional<Instant> Reoffer::settle(Leg& leg, Turn& turn) {
  if (state_ != State::wanted) return std::nullopt;
  const bool is_anew = how_ == How::in_new_dialog;
  if (is_anew ? !leg.may_replace_dialog() : !leg.may_offer()) return std::nullopt;
  if (retry_at_ && turn.now < *retry_at_) return retry_at_;
  retry_at_.reset();
  state_ = State::made;
  sdp::OfferAnswer& session = leg.media->session();
  std::string sdp = session.offer(best_codecs(leg, turn));
  if (is_anew) {
    leg.replace_dialog(std::move(sdp), turn);
  } else {
    leg.offer(sdp, turn);
  }
  return std::nullopt;
}

void Reoffer::on_offered(Leg& leg, int status, std::string_view answer, Turn& turn) {
  sdp::OfferAnswer& session = leg.media->session();
  const bool is_good = status >= 200 && status < 300;
  if (state_ != State::made) return;
  // An offer of the phone that came meanwhile takes the place of ours.
  const bool is_overtaken = session.state() != sdp::OfferAnswer::State::offered;
  if (is_good && !is_overtaken && session.take_answer(answer)) {
    const bool is_dtls = session.agreed()->remote.protection == sdp::Protection::dtls;
    state_ = is_dtls ? State::securing : State::none;
    return leg.media->apply(leg.flow().remote, turn.media, turn.out.commands);
  }
  session.withdraw();
  // A page that was loaded anew is told when it is back, in another dialog.
  const bool may_come_again =
      is_overtaken || leg.usage().is_forgotten() || (!is_good && came_too_early(status));
  if (!may_come_again || ++tries_ >= most_offers) {
    state_ = State::refused;
    return;
  }
  state_ = State::wanted;
  retry_at_ = turn.now + wait_after_glare(turn.media.ids().actions);
}

void Reoffer::on_secured() {
  if (state_ == State::securing) state_ = State::none;
}

}  // namespace dering::call
