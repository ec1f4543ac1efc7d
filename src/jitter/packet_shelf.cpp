// SPDX-License-Identifier: Apache-2.0
#include "jitter/packet_shelf.h"

namespace dering::jitter {

const PacketShelf::Packet* PacketShelf::find(std::int64_t sequence) const {
  const Packet& packet = at(sequence);
  return packet.place.sequence == sequence && packet.carries ? &packet : nullptr;
}

void PacketShelf::remember(std::int64_t sequence) {
  Packet& packet = at(sequence);
  if (!packet.carries && packet.place.sequence < sequence) packet.place.sequence = sequence;
}

bool PacketShelf::put(const Arrival& arrival, const Place& place) {
  const auto payload = store_.put(arrival.carries == Carries::event ? Bytes() : arrival.payload);
  if (!payload) return false;
  Packet& packet = at(place.sequence);
  release(packet);
  packet = {.carries = arrival.carries,
            .payload_type = arrival.header.payload_type,
            .duration = arrival.duration,
            .place = place,
            .payload = *payload};
  return true;
}

Bytes PacketShelf::take(std::int64_t sequence) {
  const Packet* packet = find(sequence);
  if (packet == nullptr) return {};
  const Bytes payload = look_at(*packet);
  release(at(sequence));
  return payload;
}

void PacketShelf::clear(std::int64_t before) {
  for (Packet& packet : packets_) {
    release(packet);
    packet.place.sequence = before;
  }
}

void PacketShelf::release(Packet& packet) {
  if (packet.carries) store_.drop(packet.payload);
  packet.carries.reset();
}

}  // namespace dering::jitter
