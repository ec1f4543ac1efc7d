// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/codec_offer.h"
#include "call/media.h"
#include "call/reoffer.h"
#include "call/sealed_hold.h"
#include "sdp/offer_answer.h"

namespace dering::call {

/// What a phone is given to hear in place of who it talks with.
enum class Playing : std::uint8_t {
  nothing,
  music,
  ringback,
  echo,
  confirmation,  ///< what its person asked for is done
  refusal,       ///< it is not
};

/// A leg's side at the media engine: its port, what its phone and we agreed on, and what the engine
/// was told of that, so that each command is said once. Signalling thread.
class MediaEnd {
 public:
  MediaEnd(Port port, ua::LegId leg, MediaIndex& index, Random& random);

  Port& port() { return port_; }
  const Port& port() const { return port_; }
  /// Not of a sealed end, but for its origin.
  sdp::OfferAnswer& session() { return session_; }
  const sdp::OfferAnswer& session() const { return session_; }

  /// Between two of these the engine has no key.
  bool is_sealed() const { return seal_ != Seal::open; }
  void seal() { seal_ = Seal::closed; }
  /// False for a sealed end whose page stays with the keys that it has, as long as the dialog
  /// lasts.
  bool can_unseal() const { return seal_ != Seal::closed_for_good; }
  void seal_for_good() { seal_ = Seal::closed_for_good; }
  /// The engine has its keys: its sound ends there.
  bool is_terminated() const { return !written_.keys.empty(); }
  /// What keeps its sound from others: "sealed", "dtls", "srtp" or "clear"; empty if nothing is
  /// agreed yet.
  std::string_view protection() const;
  /// Of an end that is terminated: a phone that does not want to hear holds the other one, in
  /// whichever spelling.
  bool is_holding() const { return !session_.agreed()->phone_hears(); }

  /// To a port of another engine, which was told nothing yet.
  void reopen(Port port);
  /// Tells the engine what was agreed, as far as that is new.
  void apply(const SocketAddress& signalling, Media& media, Commands& out);
  /// New credentials on both sides.
  void restart(sdp::IceCredentials remote, Media& media, Commands& out);
  void set_remote(sdp::IceCredentials remote, Media& media, Commands& out);

  struct Part {
    bool hears = false;
    bool is_heard = false;
    bool expects_sound = false;

    bool operator==(const Part&) const = default;
  };
  /// No longer sealed: its sound ends at that port. Its page, which was told of somebody else with
  /// `said`, is to be made an offer: in another dialog if it could not be unsealed.
  void anchor(Port port, std::string_view said);
  /// To another bridge of its thread.
  void move_to(BridgeId bridge, Media& media, Commands& out);
  /// Said where it differs from what was said before.
  void take_part(Part part, Playing playing, Media& media, Commands& out);
  const Part& part() const { return part_; }

  /// Of a sealed end.
  SealedHold hold;
  /// What the other page sends and takes, section by section, where the two agreed on more than
  /// sound; what we say in its name says no more than that. Empty: all, both ways.
  std::vector<sdp::Direction> directions;
  /// Of an end that is not.
  Reoffer reoffer;
  CodecOffer codec_offer;

 private:
  enum class Seal : std::uint8_t { open, closed, closed_for_good };
  /// What the engine was told last, as it was written.
  struct Written {
    std::string way;
    std::string keys;
    std::string stream;
  };

  void follow_command();

  Port port_;
  ua::LegId leg_;
  MediaIndex* index_;
  decltype(MediaIndex::ports)::Entry at_port_;
  decltype(MediaIndex::commands)::Entry at_command_;
  sdp::OfferAnswer session_;
  Seal seal_ = Seal::open;
  Written written_;
  Part part_;
  Playing playing_ = Playing::nothing;
  ActionId action_;
};

}  // namespace dering::call
