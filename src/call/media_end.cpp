// SPDX-License-Identifier: Apache-2.0
#include "call/media_end.h"

#include <utility>

#include "call/media_words.h"

namespace dering::call {
namespace {

media::v2::Tone::Name tone_of(Playing playing) {
  switch (playing) {
    case Playing::ringback:
      return media::v2::Tone::NAME_RINGBACK;
    case Playing::confirmation:
      return media::v2::Tone::NAME_CONFIRMATION;
    case Playing::refusal:
      return media::v2::Tone::NAME_CONGESTION;
    case Playing::nothing:
    case Playing::music:
    case Playing::echo:
      break;
  }
  return media::v2::Tone::NAME_UNSPECIFIED;
}

/// True if this was not what was written before; then it is now.
bool is_news(const google::protobuf::MessageLite& word, std::string& written) {
  std::string now = word.SerializeAsString();
  if (now == written) return false;
  written = std::move(now);
  return true;
}

}  // namespace

MediaEnd::MediaEnd(Port port, ua::LegId leg, MediaIndex& index, Random& random)
    : port_(std::move(port)),
      leg_(leg),
      index_(&index),
      at_port_(index.ports.enter(port_.id, leg)),
      at_command_(index.commands.enter(port_.command, leg)),
      session_(random.number() >> 2) {}

std::string_view MediaEnd::protection() const {
  if (is_sealed()) return "sealed";
  if (!session_.agreed()) return {};
  switch (session_.agreed()->remote.protection) {
    case sdp::Protection::none:
      return "clear";
    case sdp::Protection::sdes:
      return "srtp";
    case sdp::Protection::dtls:
      return "dtls";
  }
  return {};
}

void MediaEnd::reopen(Port port) {
  port_ = std::move(port);
  at_port_.release();
  at_port_ = index_->ports.enter(port_.id, leg_);
  follow_command();
  written_ = {};
  part_ = {};
  playing_ = Playing::nothing;
}

void MediaEnd::apply(const SocketAddress& signalling, Media& media, Commands& out) {
  const sdp::Agreed& agreed = *session_.agreed();
  media::v2::UpdatePort update;
  if (port_.way() == Way::rtp) {
    auto rtp = rtp_of(agreed, port_, signalling, media.addresses());
    if (is_news(rtp, written_.way)) *update.mutable_rtp() = std::move(rtp);
  } else if (port_.remote != agreed.remote.ice) {
    port_.remote = agreed.remote.ice;
    *update.mutable_ice() = ice_of(port_);
  }
  auto keys = keys_of(agreed);
  if (is_news(keys, written_.keys)) *update.mutable_keys() = std::move(keys);
  auto stream = stream_of(agreed, port_);
  if (is_news(stream, written_.stream)) *update.mutable_stream() = std::move(stream);
  const bool is_empty = update.way_case() == media::v2::UpdatePort::WAY_NOT_SET &&
                        !update.has_keys() && !update.has_stream();
  if (is_empty) return;
  media.update(port_, std::move(update), out);
  follow_command();
}

void MediaEnd::restart(sdp::IceCredentials remote, Media& media, Commands& out) {
  media.restart(port_, std::move(remote), out);
  follow_command();
}

void MediaEnd::set_remote(sdp::IceCredentials remote, Media& media, Commands& out) {
  media.set_remote(port_, std::move(remote), out);
  follow_command();
}

void MediaEnd::follow_command() {
  at_command_.release();
  at_command_ = index_->commands.enter(port_.command, leg_);
}

void MediaEnd::anchor(Port port, std::string_view said) {
  const bool goes_on = can_unseal();
  seal_ = Seal::open;
  hold = {};
  directions.clear();
  const auto description = sdp::SessionDescription::parse(said);
  if (goes_on && description) session_.continue_from(*description);
  reopen(std::move(port));
  reoffer.want(goes_on ? Reoffer::How::in_dialog : Reoffer::How::in_new_dialog);
}

void MediaEnd::move_to(BridgeId bridge, Media& media, Commands& out) {
  media.move_port(port_, bridge, out);
  follow_command();
  part_ = {};
}

void MediaEnd::take_part(Part part, Playing playing, Media& media, Commands& out) {
  if (playing != playing_ && playing == Playing::nothing) media.stop(action_, out);
  if (part != std::exchange(part_, part)) {
    media::v2::Join join;
    join.set_port(port_.id.value);
    join.set_hears(part.hears);
    join.set_is_heard(part.is_heard);
    join.set_expects_sound(part.expects_sound);
    media.join(std::move(join), out);
  }
  if (playing == std::exchange(playing_, playing)) return;
  media::v2::Start start;
  start.set_port(port_.id.value);
  switch (playing) {
    case Playing::nothing:
      return;
    case Playing::echo:
      start.mutable_echo();
      break;
    case Playing::ringback:
    case Playing::confirmation:
    case Playing::refusal:
      start.mutable_tone()->set_name(tone_of(playing));
      start.mutable_tone()->set_country(media.settings().tones);
      break;
    case Playing::music:
      start.mutable_play()->add_sounds("music");
      start.mutable_play()->set_loop(true);
      break;
  }
  action_ = media.start(std::move(start), out);
}

}  // namespace dering::call
