// SPDX-License-Identifier: Apache-2.0
#include "sdp/offer_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "sdp/answer.h"

namespace dering::sdp {
namespace {

constexpr unsigned our_ptime = 20;  ///< milliseconds
/// The one section of an offer of ours to a phone that has not named it otherwise.
constexpr std::string_view our_mid = "0";

std::string_view protocol_of(Protection protection) {
  switch (protection) {
    case Protection::none:
      return "RTP/AVP";
    case Protection::sdes:
      return "RTP/SAVP";
    case Protection::dtls:
      return "UDP/TLS/RTP/SAVPF";
  }
  return "";
}

bool holds(std::span<const Encoding> encodings, Encoding encoding) {
  return std::ranges::count(encodings, encoding) > 0;
}

const CryptoAttribute* with_suite(std::span<const CryptoAttribute> lines, CryptoSuite suite) {
  const auto at = std::ranges::find(lines, suite, &CryptoAttribute::suite);
  return at == lines.end() ? nullptr : &*at;
}

const CryptoAttribute* with_tag(std::span<const CryptoAttribute> lines, std::uint32_t tag) {
  const auto at = std::ranges::find(lines, tag, &CryptoAttribute::tag);
  return at == lines.end() ? nullptr : &*at;
}

/// A phone may send by its own numbers what it takes by them, though we asked for ours (RFC 3264
/// §5.1 leaves the answerer's numbers to it).
void add_their_numbers(std::span<const Codec> send, std::vector<Codec>& receive) {
  for (const Codec& codec : send) {
    const bool is_taken = std::ranges::any_of(
        receive, [&](const Codec& ours) { return ours.payload_type == codec.payload_type; });
    if (!is_taken) receive.push_back(codec);
  }
}

/// Of these, what the other side speaks too.
std::vector<Codec> known_to(std::span<const Codec> other, std::span<const Codec> codecs) {
  std::vector<Codec> known;
  std::ranges::copy_if(codecs, std::back_inserter(known), [&](const Codec& codec) {
    return std::ranges::any_of(other, [&](const Codec& its) { return its.is_same_sound(codec); });
  });
  return known;
}

/// A phone may name its keys before its sound; the first of ours is always sound.
void put_sound_first(std::vector<Codec>& codecs) {
  const auto sound = std::ranges::find_if(codecs, is_audio, &Codec::encoding);
  if (sound != codecs.end()) std::rotate(codecs.begin(), sound, std::next(sound));
}

}  // namespace

// ---- The phone offers ---------------------------------------------------------------------------

std::expected<void, Unusable> OfferAnswer::take_offer(std::string_view text) {
  auto description = SessionDescription::parse(text);
  if (!description) return std::unexpected(Unusable::not_a_description);
  return take_offer(*std::move(description));
}

std::expected<void, Unusable> OfferAnswer::take_offer(SessionDescription description) {
  if (description.media.size() < sections_.size()) {
    return std::unexpected(Unusable::sections_missing);
  }
  const auto section = usable_section(description);
  if (!section) {
    return std::unexpected(refuses_clear(description) ? Unusable::no_keys : Unusable::no_sound);
  }
  RemoteMedia remote = read_media(description, *section);
  if (!first_audio(common_codecs(remote.codecs))) {
    return std::unexpected(Unusable::no_common_codec);
  }
  if (remote.protection == Protection::sdes) {
    remote.crypto = *choose_crypto(description.media[*section]);
  }
  asked_ = Asked{std::move(remote), std::move(description)};
  state_ = State::asked;
  return {};
}

std::optional<std::size_t> OfferAnswer::usable_section(
    const SessionDescription& description) const {
  const auto is_usable = [&](const MediaSection& section) {
    const auto protection = protection_of(description, section);
    if (section.kind != "audio" || !protection) return false;
    if (*protection == Protection::sdes) {
      const auto crypto = choose_crypto(section);
      return crypto && with_suite(local_.crypto, crypto->suite) &&
             local_.protection != Protection::dtls;
    }
    if (*protection == Protection::none && local_.clear == ClearSound::refused) return false;
    return (*protection == Protection::dtls) == (local_.protection == Protection::dtls);
  };
  if (agreed_ && audio_ < description.media.size() && is_usable(description.media[audio_])) {
    return audio_;
  }
  const auto at = std::ranges::find_if(description.media, is_usable);
  if (at == description.media.end()) return std::nullopt;
  return static_cast<std::size_t>(at - description.media.begin());
}

/// True if there was sound without keys, and that alone was wrong with it.
bool OfferAnswer::refuses_clear(const SessionDescription& description) const {
  return local_.clear == ClearSound::refused &&
         std::ranges::any_of(description.media, [&](const MediaSection& section) {
           return section.kind == "audio" &&
                  protection_of(description, section) == Protection::none;
         });
}

bool OfferAnswer::speaks(const Codec& codec) const {
  return is_audio(codec.encoding)
             ? holds(local_.codecs, codec.encoding)
             // A browser fills silence by itself; see docs/jssip.md, S33.
             : codec.encoding == Encoding::telephone_event || local_.protection != Protection::dtls;
}

std::vector<Codec> OfferAnswer::common_codecs(std::span<const Codec> theirs) const {
  std::vector<Codec> common;
  std::ranges::copy_if(theirs, std::back_inserter(common),
                       [&](const Codec& codec) { return speaks(codec); });
  return common;
}

std::vector<Encoding> OfferAnswer::spoken() const {
  if (state_ != State::asked && !agreed_) return {};
  const std::span<const Codec> theirs =
      state_ == State::asked ? asked_->remote.codecs : agreed_->send;
  std::vector<Encoding> encodings;
  encodings.reserve(local_.codecs.size());
  for (const Codec& codec : theirs) {
    const bool is_spoken = is_audio(codec.encoding) && holds(local_.codecs, codec.encoding);
    if (is_spoken && !holds(encodings, codec.encoding)) encodings.push_back(codec.encoding);
  }
  if (state_ == State::asked && local_.preference == Preference::ours) {
    std::ranges::sort(encodings, {}, [&](Encoding one) {
      return std::ranges::find(local_.codecs, one) - local_.codecs.begin();
    });
  }
  return encodings;
}

std::vector<Encoding> OfferAnswer::ordered(std::span<const Encoding> first) const {
  std::vector<Encoding> order;
  order.reserve(local_.codecs.size());
  for (const Encoding encoding : first) {
    if (holds(local_.codecs, encoding) && !holds(order, encoding)) order.push_back(encoding);
  }
  for (const Encoding encoding : local_.codecs) {
    if (!holds(order, encoding)) order.push_back(encoding);
  }
  return order;
}

std::string OfferAnswer::answer(std::span<const Encoding> wanted) {
  DERING_CHECK(state_ == State::asked);
  state_ = State::idle;
  ++origin_.version;
  Agreed agreed;
  agreed.remote = std::move(asked_->remote);
  const auto common = common_codecs(agreed.remote.codecs);
  for (const Encoding encoding : ordered(wanted)) {
    const Codec* codec = find(common, encoding);
    if (!codec) continue;
    agreed.send.push_back(*codec);
    break;
  }
  // One codec alone: some phones send any of those that an answer names, each time another one.
  std::ranges::copy_if(common, std::back_inserter(agreed.send),
                       [](const Codec& codec) { return !is_audio(codec.encoding); });
  agreed.receive = agreed.send;
  agreed.direction = answering(agreed.remote.direction);
  agreed.setup = answering(agreed.remote.setup.value_or(Setup::actpass));
  if (agreed.remote.crypto) {
    agreed.their_crypto = agreed.remote.crypto;
    agreed.our_crypto = *with_suite(local_.crypto, agreed.their_crypto->suite);
    agreed.our_crypto->tag = agreed.their_crypto->tag;
  }
  const SessionDescription& offer = asked_->description;
  remember_sections(offer, agreed.remote.section);
  SessionDescription answer = head(agreed.remote.protection);
  answer.media = sections_;
  answer.media[audio_] = our_section(&offer, &agreed);
  if (agreed.remote.protection == Protection::dtls) set_bundle(answer, offer);
  agreed_ = std::move(agreed);
  asked_.reset();
  return answer.text();
}

void OfferAnswer::remember_sections(const SessionDescription& description, std::size_t audio) {
  sections_.clear();
  for (const MediaSection& section : description.media) sections_.push_back(rejected(section));
  audio_ = audio;
}

void OfferAnswer::continue_from(const SessionDescription& said) {
  const auto sounds = [](const MediaSection& section) {
    return section.kind == "audio" && !section.is_rejected();
  };
  const auto at = std::ranges::find_if(said.media, sounds);
  if (at == said.media.end()) return;
  state_ = State::idle;
  asked_.reset();
  agreed_.reset();
  remember_sections(said, static_cast<std::size_t>(at - said.media.begin()));
  if (const auto msid = attribute(at->lines, "msid")) msid_ = *msid;
}

// ---- We offer -----------------------------------------------------------------------------------

std::string OfferAnswer::offer(std::span<const Encoding> first) {
  state_ = State::offered;
  ++origin_.version;
  asked_.reset();
  const bool is_ours = local_.preference == Preference::ours && !agreed_;
  offered_ = offered_codecs(is_ours ? local_.codecs : ordered(first));
  if (sections_.empty()) {
    sections_.push_back({"audio", 0, 1, std::string(protocol_of(local_.protection)), "0", {}});
    if (local_.protection == Protection::dtls) {
      set_attribute(sections_.front().lines, "mid", our_mid);
    }
  }
  const Protection protection = agreed_ ? agreed_->remote.protection : local_.protection;
  SessionDescription offer = head(protection);
  offer.media = sections_;
  offer.media[audio_] = our_section(nullptr, nullptr);
  if (protection == Protection::dtls) {
    const auto mid = attribute(sections_[audio_].lines, "mid").value_or(our_mid);
    offer.lines.push_back({'a', fmt::format("group:BUNDLE {}", mid)});
  }
  return offer.text();
}

std::expected<void, Unusable> OfferAnswer::take_answer(std::string_view text) {
  if (state_ != State::offered) return std::unexpected(Unusable::not_a_description);
  state_ = State::idle;
  const auto description = SessionDescription::parse(text);
  if (!description) return std::unexpected(Unusable::not_a_description);
  if (description->media.size() < sections_.size()) {
    return std::unexpected(Unusable::sections_missing);
  }
  const MediaSection& section = description->media[audio_];
  const auto protection = protection_of(*description, section);
  if (section.is_rejected()) return std::unexpected(Unusable::no_sound);
  const Protection wanted = agreed_ ? agreed_->remote.protection : local_.protection;
  if (protection != wanted) return std::unexpected(Unusable::other_protection);
  Agreed agreed;
  agreed.remote = read_media(*description, audio_);
  agreed.send = known_to(offered_, agreed.remote.codecs);
  agreed.receive = known_to(agreed.remote.codecs, offered_);
  if (!first_audio(agreed.send)) return std::unexpected(Unusable::no_common_codec);
  put_sound_first(agreed.send);
  add_their_numbers(agreed.send, agreed.receive);
  agreed.direction = answering(agreed.remote.direction);
  if (protection == Protection::dtls) {
    const auto role = agreed.remote.setup;
    if (role != Setup::active && role != Setup::passive) {
      return std::unexpected(Unusable::not_webrtc);
    }
    agreed.setup = role == Setup::active ? Setup::passive : Setup::active;
  } else if (protection == Protection::sdes) {
    const auto crypto = answered_crypto(section, local_.crypto);
    if (!crypto) return std::unexpected(Unusable::other_protection);
    agreed.their_crypto = *crypto;
    agreed.our_crypto = *with_tag(local_.crypto, crypto->tag);
  }
  agreed_ = std::move(agreed);
  return {};
}

std::expected<void, Unusable> OfferAnswer::take_early_answer(std::string_view text) {
  if (state_ != State::offered) return std::unexpected(Unusable::not_a_description);
  auto taken = take_answer(text);
  state_ = State::offered;
  return taken;
}

// ---- What we say --------------------------------------------------------------------------------

SessionDescription OfferAnswer::head(Protection protection) const {
  SessionDescription description{{{'v', "0"}, {'o', ""}, {'s', "-"}, {'t', "0 0"}}, {}};
  if (protection == Protection::dtls) {
    description.lines.push_back({'a', "ice-lite"});
    set_origin(description, origin_);
  } else {
    set_origin(description, origin_, local_.addresses.front());
  }
  return description;
}

MediaSection OfferAnswer::our_section(const SessionDescription* offer, const Agreed* agreed) const {
  const MediaSection* offered = offer ? &offer->media[audio_] : nullptr;
  const Protection protection = agreed    ? agreed->remote.protection
                                : agreed_ ? agreed_->remote.protection
                                          : local_.protection;
  MediaSection section{"audio", local_.addresses.front().port(), 1, {}, {}, {}};
  section.lines.reserve(usual_line_count);
  section.protocol = offered ? offered->protocol : protocol_of(protection);
  if (const auto mid = attribute(sections_[audio_].lines, "mid")) {
    set_attribute(section.lines, "mid", *mid);
  }
  set_direction(section, agreed ? agreed->direction : Direction::sendrecv);
  add_codecs(section, agreed ? std::span<const Codec>(agreed->receive) : offered_);
  switch (protection) {
    case Protection::dtls:
      add_dtls(section, agreed ? agreed->setup : Setup::actpass);
      return section;
    case Protection::sdes:
      set_crypto(section, agreed ? std::span(&*agreed->our_crypto, 1) : std::span(local_.crypto));
      break;
    case Protection::none:
      break;
  }
  set_attribute(section.lines, "ptime", fmt::to_string(our_ptime));
  if (agreed && agreed->remote.rtcp_mux) section.lines.push_back({'a', "rtcp-mux"});
  set_connection(section.lines, local_.addresses.front());
  return section;
}

void OfferAnswer::add_dtls(MediaSection& section, Setup role) const {
  set_attribute(section.lines, "setup", name_of(role));
  set_attribute(section.lines, "fingerprint", "sha-256 " + local_.fingerprint);
  section.lines.push_back({'a', "rtcp-mux"});
  set_attribute(section.lines, "msid", msid_);
  set_transport(section, local_.relay());
}

}  // namespace dering::sdp
