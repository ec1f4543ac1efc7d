// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "codec/sound.h"
#include "jitter/arrival.h"
#include "jitter/payload_store.h"

namespace dering::jitter {

/// Where packets wait, each in the place of its sequence number. Takes all of its memory when it is
/// made.
class PacketShelf {
 public:
  /// Numbers so far apart share a place.
  static constexpr std::int64_t size = 128;

  /// What is known of a packet. It keeps its number when it has gone, by which what comes twice is
  /// known.
  struct Packet {
    std::optional<Carries> carries;  ///< nothing: it has gone
    std::uint8_t payload_type = 0;
    std::uint32_t duration = 0;
    Place place;
    PayloadStore::Handle payload;
  };

  PacketShelf() : packets_(size) {}

  /// The packet of this number; nullptr if it is not here.
  const Packet* find(std::int64_t sequence) const;
  bool has_seen(std::int64_t sequence) const { return at(sequence).place.sequence == sequence; }
  /// Of a packet that came too late to be kept.
  void remember(std::int64_t sequence);

  /// False if there is no room for its payload. Its place is free.
  bool put(const Arrival& arrival, const Place& place);
  /// Takes a packet away, if it is here; its payload, good until the next one.
  Bytes take(std::int64_t sequence);
  /// Its payload, while it stays; good until the next one.
  Bytes look_at(const Packet& packet) { return store_.get(packet.payload, given_); }

  /// Empties all places. `before`: a number that no packet will have.
  void clear(std::int64_t before);

 private:
  static std::size_t index(std::int64_t sequence) {
    return static_cast<std::size_t>(sequence & (size - 1));
  }
  Packet& at(std::int64_t sequence) { return packets_[index(sequence)]; }
  const Packet& at(std::int64_t sequence) const { return packets_[index(sequence)]; }
  void release(Packet& packet);

  std::vector<Packet> packets_;
  PayloadStore store_;
  std::array<std::uint8_t, codec::most_payload> given_{};
};

}  // namespace dering::jitter
