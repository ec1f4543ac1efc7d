// SPDX-License-Identifier: Apache-2.0
#include "call/later_offers.h"

#include <utility>
#include <vector>

#include "call/leg_table.h"
#include "call/media_words.h"
#include "sdp/answer.h"

namespace dering::call {
namespace {

using sdp::SessionDescription;

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

/// A key of ours that went with one of theirs does not go with another: no two packets may be
/// sealed with one key and one index.
void renew_crypto(MediaEnd& end, Turn& turn) {
  for (sdp::CryptoAttribute& line : end.session().local().crypto) {
    line = sdp::fresh_crypto(line.tag, line.suite, turn.random);
  }
}

std::optional<std::string> answer_sealed(Leg& leg, std::string_view offer,
                                         const MediaBridge& bridge, Turn& turn) {
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
  const sdp::Relay relay = bridge.relay_of(leg, turn);
  auto answer = sdp::answer_for_reoffer(*description, *previous, is_restart ? &relay : nullptr,
                                        end.session().next_origin());
  if (!answer) return std::nullopt;
  sdp::limit_directions(*answer, end.directions);
  end.hold.set_mine(is_holding(sdp::direction(*description, *section)));
  return answer->text();
}

}  // namespace

std::vector<sdp::Encoding> best_codecs(const Leg& leg, const Turn& turn) {
  std::vector<sdp::Encoding> best;
  // Also one that shakes hands just now, after the engine died.
  const Leg* partner = leg.partner ? turn.legs.find(leg.partner) : nullptr;
  if (partner && partner->media) add_sound(*partner->media, best);
  add_sound(*leg.media, best);
  return best;
}

std::expected<std::string, Outcome> answer_later_offer(Leg& leg, std::string_view offer,
                                                       const MediaBridge& bridge, Turn& turn) {
  MediaEnd& end = *leg.media;
  if (end.is_sealed()) {
    auto sealed = answer_sealed(leg, offer, bridge, turn);
    if (!sealed) return std::unexpected(Outcome::incompatible);
    return *std::move(sealed);
  }
  sdp::OfferAnswer& session = end.session();
  session.local().addresses = bridge.relay_of(leg, turn).addresses;
  prepare_for(offer, session.local(), turn.random);
  const std::vector<sdp::Encoding> wanted = best_codecs(leg, turn);
  if (offer.empty()) return session.offer(wanted);
  const auto taken = session.take_offer(offer);
  if (!taken) return std::unexpected(outcome_of(taken.error()));
  const sdp::RemoteMedia& asked = session.asked();
  const sdp::Agreed* agreed = session.agreed();
  if (agreed && asked.crypto != agreed->their_crypto) renew_crypto(end, turn);
  if (end.port().way() == Way::ice && asked.ice != end.port().remote) {
    end.restart(asked.ice, turn.media, turn.out.commands);
    session.local().ice = end.port().local;
  }
  std::string answer = session.answer(wanted);
  end.apply(leg.flow().remote, turn.media, turn.out.commands);
  return answer;
}

bool take_later_answer(Leg& leg, std::string_view answer, Turn& turn) {
  if (!leg.media || leg.media->is_sealed()) return true;
  sdp::OfferAnswer& session = leg.media->session();
  if (session.state() != sdp::OfferAnswer::State::offered) return true;
  if (answer.empty() || !session.take_answer(answer)) {
    session.withdraw();
    return session.agreed() != nullptr;
  }
  leg.media->apply(leg.flow().remote, turn.media, turn.out.commands);
  return true;
}

}  // namespace dering::call
