// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "engine/patchbay.h"

namespace dering::engine::testing {

/// A patchbay with all that came out of it.
class DrivenPatchbay {
 public:
  struct Sent {
    Datagram bytes;
    ice::Path path;
  };

  DrivenPatchbay(const Limits& limits, Equipment equipment)
      : patchbay(limits, std::move(equipment)) {}

  void command(const media::v2::Command& command, Instant now) {
    patchbay.on_command(command, now, out);
    collect();
  }
  void datagram(Datagram bytes, const ice::Path& path, Instant now) {
    patchbay.on_datagram(bytes, path, now, out);
    collect();
  }
  void time(Instant now) {
    patchbay.on_time(now, out);
    collect();
  }

  Patchbay patchbay;
  Outbox out;
  std::vector<Sent> sent;
  std::vector<media::v2::Event> events;

 private:
  void collect() {
    for (const OutgoingPacket& packet : out.packets()) {
      sent.push_back({{packet.bytes.begin(), packet.bytes.end()}, packet.path});
    }
    out.clear_packets();
    events.insert(events.end(), out.events.begin(), out.events.end());
    out.events.clear();
  }
};

}  // namespace dering::engine::testing
