// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/codec.h"
#include "sdp/crypto_attribute.h"
#include "sdp/description.h"
#include "sdp/remote_media.h"
#include "sdp/rewrite.h"

namespace dering::sdp {

/// In which order the first offer of ours names codecs.
enum class Preference : std::uint8_t {
  least_work,  ///< those of whom the phone talks with first: none has to be turned into another
  ours,        ///< that of the list, which somebody chose for this phone
};

/// What becomes of an offer of sound without keys, from a phone that could have sent some.
enum class ClearSound : std::uint8_t { taken, refused };

/// Our side of a leg whose sound ends at the media engine.
struct LocalMedia {
  std::vector<SocketAddress> addresses;  ///< IP and port, best first; not empty
  std::vector<Encoding> codecs;          ///< that we speak with this phone, best first
  Preference preference{};               ///< until something is agreed
  Protection protection{};               ///< of offers of ours
  ClearSound clear{};                    ///< SDES
  IceCredentials ice;                    ///< DTLS
  std::string fingerprint;               ///< DTLS: SHA-256 of the engine's certificate
  /// SDES: the lines that we offer; an answer takes the key of the one with the suite it needs.
  std::vector<CryptoAttribute> crypto;

  Relay relay() const { return {ice, addresses}; }
};

/// What an offer and its answer came to.
struct Agreed {
  /// What the phone may send, as it numbers it; the first is what it sends: RFC 3264 §6.1 has who
  /// answers prefer what stands first in the offer.
  std::vector<Codec> receive;
  std::vector<Codec> send;  ///< what the phone takes; the first is sound, and to be preferred
  RemoteMedia remote;
  Direction direction{};  ///< ours
  Setup setup{};          ///< ours: who starts the DTLS handshake
  // SDES
  std::optional<CryptoAttribute> our_crypto;
  std::optional<CryptoAttribute> their_crypto;

  bool phone_hears() const {
    return direction == Direction::sendrecv || direction == Direction::sendonly;
  }
  bool phone_speaks() const {
    return direction == Direction::sendrecv || direction == Direction::recvonly;
  }
};

/// Offers and answers of one leg that ends at the engine (RFC 3264), each side in turn the one who
/// offers. One section carries sound; all others are rejected, keep their place and never go (§8).
/// What was agreed holds until something else is. A value.
class OfferAnswer {
 public:
  enum class State : std::uint8_t {
    idle,     ///< nobody offered anything yet, or all was settled
    asked,    ///< the phone offered: answer()
    offered,  ///< we offered: take_answer()
  };

  /// `session_id`: of our o= lines.
  explicit OfferAnswer(std::uint64_t session_id) : origin_{session_id, 0} {}

  State state() const { return state_; }
  LocalMedia& local() { return local_; }
  const LocalMedia& local() const { return local_; }
  /// Null before the first answer.
  const Agreed* agreed() const { return agreed_ ? &*agreed_ : nullptr; }
  /// What the phone offered, while it waits for an answer.
  const RemoteMedia& asked() const { return asked_->remote; }
  /// Of what the phone offered, while it waits for an answer, or takes: the sound that we speak
  /// with it, best first.
  std::vector<Encoding> spoken() const;
  /// Our origin goes on in descriptions that are not written here.
  Origin next_origin() { return {origin_.session_id, ++origin_.version}; }

  /// An offer of the phone; one of ours that waits is withdrawn. When it is refused all stays as it
  /// was.
  std::expected<void, Unusable> take_offer(std::string_view text);
  std::expected<void, Unusable> take_offer(SessionDescription description);
  /// `wanted`: codecs that spare us work, best first; else our own order decides.
  std::string answer(std::span<const Encoding> wanted);
  void refuse() { state_ = State::idle; }

  /// The phone was told of somebody else so far (a sealed call), and will be of us: its sections
  /// keep their places and names in what we say from now on.
  void continue_from(const SessionDescription& said);
  /// `first`: codecs to name before our others, where LocalMedia::preference leaves that open.
  std::string offer(std::span<const Encoding> first);
  std::expected<void, Unusable> take_answer(std::string_view text);
  /// The same of a provisional response: the final one may still answer otherwise.
  std::expected<void, Unusable> take_early_answer(std::string_view text);
  /// The phone refused what we offered, or did not answer.
  void withdraw() { state_ = State::idle; }

 private:
  struct Asked {
    RemoteMedia remote;
    SessionDescription description;
  };

  bool refuses_clear(const SessionDescription& description) const;
  std::optional<std::size_t> usable_section(const SessionDescription& description) const;
  bool speaks(const Codec& codec) const;
  std::vector<Codec> common_codecs(std::span<const Codec> theirs) const;
  std::vector<Encoding> ordered(std::span<const Encoding> first) const;
  void remember_sections(const SessionDescription& description, std::size_t audio);
  SessionDescription head(Protection protection) const;
  void add_dtls(MediaSection& section, Setup role) const;
  MediaSection our_section(const SessionDescription* offer, const Agreed* agreed) const;

  Origin origin_;
  LocalMedia local_;
  State state_ = State::idle;
  std::optional<Asked> asked_;
  std::vector<Codec> offered_;
  std::optional<Agreed> agreed_;
  /// All sections that were ever spoken of: those that are not the sound as they are rejected.
  std::vector<MediaSection> sections_;
  std::size_t audio_ = 0;
  /// By which browsers hand out tracks. It stays, or a page would lose the stream that it plays.
  std::string msid_ = "dering audio";
};

}  // namespace dering::sdp
