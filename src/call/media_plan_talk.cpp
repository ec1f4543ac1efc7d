// SPDX-License-Identifier: Apache-2.0
//
// The sound of a call that is there: later offers, hold, and who hears whom.
#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "call/leg_table.h"
#include "call/media_plan.h"
#include "call/media_words.h"
#include "sdp/answer.h"

namespace dering::call {
namespace {

using namespace std::chrono_literals;
using sdp::SessionDescription;

/// RFC 3261 §14.1: who is told 491 waits; JsSIP is done with its own offer by then (docs/jssip.md,
/// S35).
constexpr Duration glare_wait = 2s;
constexpr Duration glare_spread = 2s;
constexpr unsigned most_tries = 10;
/// Two people who put each other on hold at once make their offers at once. JsSIP answers 491 to
/// one that meets its own, and follows it all the same (docs/jssip.md, S35): so its own may come
/// first.
constexpr Duration hold_wait = 300ms;

/// A phone that does not want to hear holds the other one, in whichever spelling.
bool holds(const sdp::Agreed& agreed) {
  return !agreed.phone_hears();
}

bool is_holding(sdp::Direction offered) {
  return offered == sdp::Direction::sendonly || offered == sdp::Direction::inactive;
}

void add_sound(const MediaEnd& end, std::vector<sdp::Encoding>& wanted) {
  const sdp::Agreed* agreed = end.session().agreed();
  if (!agreed) return;
  for (const sdp::Codec& codec : agreed->send) {
    if (sdp::is_audio(codec.encoding)) wanted.push_back(codec.encoding);
  }
}

/// The transport of a browser's description, if that is one the engine can carry.
std::optional<SessionDescription> parse_webrtc(std::string_view text) {
  auto description = SessionDescription::parse(text);
  if (!description || !sdp::is_webrtc(*description)) return std::nullopt;
  return std::move(*description);
}

/// Our offer asked for any role; the answer said which one the browser has, and ours is the other.
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

}  // namespace

// ---- Later offers -------------------------------------------------------------------------------

std::optional<std::string> MediaPlan::answer_again(Leg& leg, std::string_view offer, Turn& turn) {
  MediaEnd& end = *leg.media;
  if (end.is_sealed()) return answer_sealed_again(leg, offer, turn);
  sdp::OfferAnswer& session = end.session();
  session.local().addresses = relay_of(leg, turn).addresses;
  prepare_for(offer, session.local(), turn.random);
  // What the other one takes first: then nothing has to be decoded.
  std::vector<sdp::Encoding> wanted;
  if (const Leg* partner = heard_by(leg, turn)) add_sound(*partner->media, wanted);
  add_sound(end, wanted);
  if (offer.empty()) return session.offer(wanted);
  if (!session.take_offer(offer)) return std::nullopt;
  const sdp::RemoteMedia& asked = session.asked();
  const sdp::Agreed* agreed = session.agreed();
  if (agreed && asked.crypto != agreed->their_crypto) renew_crypto(end, turn);
  if (end.port().way() == Way::ice && asked.ice != end.port().remote) {
    end.restart(asked.ice, turn.media, turn.out.commands);
    session.local().ice = end.port().local;
  }
  std::string answer = session.answer(wanted);
  apply(leg, turn);
  return answer;
}

/// A key of ours that went with one of theirs does not go with another: no two packets may be
/// sealed with one key and one index.
void MediaPlan::renew_crypto(MediaEnd& end, Turn& turn) const {
  for (sdp::CryptoAttribute& line : end.session().local().crypto) {
    line = sdp::fresh_crypto(line.tag, line.suite, turn.random);
  }
}

std::optional<std::string> MediaPlan::answer_sealed_again(Leg& leg, std::string_view offer,
                                                          Turn& turn) {
  MediaEnd& end = *leg.media;
  const std::string& said = leg.usage().sdp();
  if (offer.empty()) return said;
  const auto description = parse_webrtc(offer);
  const auto previous = SessionDescription::parse(said);
  const sdp::MediaSection* section = description ? sdp::transport_section(*description) : nullptr;
  if (!section || !previous) return std::nullopt;
  auto remote = *sdp::ice_credentials(*description, *section);
  const bool is_restart = remote != end.port().remote;
  if (is_restart) end.restart(std::move(remote), turn.media, turn.out.commands);
  const sdp::Relay relay = relay_of(leg, turn);
  const auto answer = sdp::answer_for_reoffer(
      *description, *previous, is_restart ? &relay : nullptr, end.session().next_origin());
  if (!answer) return std::nullopt;
  end.hold.is_mine = is_holding(sdp::direction(*description, *section));
  return answer->text();
}

bool MediaPlan::take_answer(Leg& leg, std::string_view answer, Turn& turn) {
  if (!leg.media || leg.media->is_sealed()) return true;
  sdp::OfferAnswer& session = leg.media->session();
  if (session.state() != sdp::OfferAnswer::State::offered) return true;
  if (answer.empty() || !session.take_answer(answer)) {
    session.withdraw();
    return session.agreed() != nullptr;
  }
  apply(leg, turn);
  return true;
}

// ---- Who hears whom -----------------------------------------------------------------------------

const Leg* MediaPlan::heard_by(const Leg& leg, Turn& turn) const {
  const Leg* partner = leg.partner ? turn.legs.find(leg.partner) : nullptr;
  return partner && partner->media && partner->media->is_terminated() ? partner : nullptr;
}

void MediaPlan::settle(std::span<const LegId> legs, Turn& turn) {
  retry_at_.reset();
  if (!bridge_) return;
  for (const LegId id : legs) {
    Leg& leg = *turn.legs.find(id);
    if (!leg.media) continue;
    if (leg.media->is_terminated()) {
      place(leg, turn);
    } else if (leg.partner && mode_ == Mode::sealed) {
      tell_hold(leg, *turn.legs.find(leg.partner), turn);
    }
  }
}

void MediaPlan::place(Leg& leg, Turn& turn) const {
  const sdp::Agreed& agreed = *leg.media->session().agreed();
  MediaEnd::Part part;
  Playing playing = Playing::nothing;
  const Leg* partner = heard_by(leg, turn);
  if (early_leg_) {
    part.hears = leg.role() == Leg::Role::caller && agreed.phone_hears();
    part.is_heard = leg.id() == early_leg_ && agreed.phone_speaks();
  } else if (why_ == Why::echo) {
    if (!holds(agreed)) playing = Playing::echo;
    part.expects_sound = !holds(agreed) && agreed.phone_speaks();
  } else if (partner && !holds(agreed) && !holds(*partner->media->session().agreed())) {
    part = {true, agreed.phone_speaks(), agreed.phone_speaks()};
  } else if (leg.has_talked() && !holds(agreed) && (partner || !leg.partner)) {
    // Held, or on its way to somebody else.
    playing = Playing::music;
  }
  leg.media->take_part(part, playing, turn.media, turn.out.commands);
}

bool MediaPlan::expects_sound(const Leg& leg) const {
  if (!leg.media) return false;
  return !leg.media->is_terminated() || leg.media->part().expects_sound;
}

void MediaPlan::send_digit(const Leg& to, char digit, Duration duration, Turn& turn) const {
  if (!to.media || !to.media->part().hears) return;
  turn.media.send_digit(to.media->port().id, digit, duration, turn.out.commands);
}

// ---- Hold of a sealed call ----------------------------------------------------------------------

/// The page of the one who is held plays its own tune: it is told by an offer of ours.
void MediaPlan::tell_hold(Leg& leg, const Leg& partner, Turn& turn) {
  if (leg.state() != Leg::State::talking || !partner.media) return;
  MediaEnd::Hold& hold = leg.media->hold;
  const bool is_held = partner.media->hold.is_mine;
  if (is_held == hold.is_told) {
    hold.refused.reset();
    hold.retry_at.reset();
    hold.tries = 0;
    return;
  }
  if (hold.refused == is_held || !leg.may_offer()) return;
  if (!hold.retry_at) hold.retry_at = turn.now + hold_wait;
  if (turn.now < *hold.retry_at) {
    retry_at_ = earlier(retry_at_, hold.retry_at);
    return;
  }
  hold.retry_at.reset();
  const auto said = SessionDescription::parse(leg.usage().sdp());
  if (!said) return;
  const auto direction = is_held ? sdp::Direction::sendonly : sdp::Direction::sendrecv;
  leg.offer(sdp::offer_again(*said, direction, leg.media->session().next_origin()).text(), turn);
  hold.offered = is_held;
}

void MediaPlan::on_offered(Leg& leg, int status, std::string_view answer, Turn& turn) {
  if (!leg.media) return;
  MediaEnd::Hold& hold = leg.media->hold;
  if (status >= 200 && status < 300) {
    hold.is_told = hold.offered;
    leg.usage().set_sdp(with_role(leg.usage().sdp(), answer));
  } else if ((status == 491 || status >= 500) && ++hold.tries < most_tries) {
    hold.retry_at = turn.now + glare_wait +
                    Duration(static_cast<Duration::rep>(turn.random.below(
                        static_cast<std::uint64_t>(Duration(glare_spread).count()))));
  } else {
    hold.refused = hold.offered;
  }
}

}  // namespace dering::call
