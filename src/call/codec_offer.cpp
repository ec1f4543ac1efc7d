// SPDX-License-Identifier: Apache-2.0
#include "call/codec_offer.h"

#include <algorithm>

#include "call/later_offers.h"
#include "call/leg.h"
#include "call/leg_table.h"

namespace dering::call {
namespace {

/// What `page` speaks has to be turned into something else for `other`, and need not be: there is
/// a codec that both take.
bool is_decoded_in_vain(const sdp::OfferAnswer& page, const sdp::OfferAnswer& other) {
  if (!page.agreed() || !other.agreed()) return false;
  const sdp::Codec* spoken = sdp::first_audio(page.agreed()->receive);
  const auto& taken = other.agreed()->send;
  if (!spoken || sdp::find(taken, spoken->encoding)) return false;
  return std::ranges::any_of(page.local().codecs, [&](sdp::Encoding encoding) {
    return sdp::find(taken, encoding) != nullptr;
  });
}

}  // namespace

void CodecOffer::settle(Leg& leg, Turn& turn) {
  MediaEnd& end = *leg.media;
  if (is_under_way() || end.port().way() != Way::ice || end.is_sealed()) return;
  const Leg* partner = leg.partner ? turn.legs.find(leg.partner) : nullptr;
  if (!partner || !partner->media) {
    made_for_ = {};
    return;
  }
  // One at a time: the other one may be on the way to the codec of this one.
  if (partner->id() == made_for_ || partner->media->codec_offer.is_under_way()) return;
  if (!end.reoffer.is_done() || !leg.may_offer()) return;
  if (!is_decoded_in_vain(end.session(), partner->media->session())) return;
  made_for_ = partner->id();
  state_ = State::made;
  leg.offer(end.session().offer(best_codecs(leg, turn)), turn);
}

void CodecOffer::on_offered(Leg& leg, int status, std::string_view answer, Turn& turn) {
  state_ = State::none;
  MediaEnd& end = *leg.media;
  // An offer of the page that came meanwhile took the place of ours, and was answered as well.
  if (end.session().state() != sdp::OfferAnswer::State::offered) return;
  const bool is_good = status >= 200 && status < 300;
  // Another engine wants other keys: that offer comes next.
  if (is_good && end.reoffer.is_done() && end.session().take_answer(answer)) {
    return end.apply(leg.flow().remote, turn.media, turn.out.commands);
  }
  end.session().withdraw();
}

}  // namespace dering::call
