// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

namespace dering::switchboard::testing {

/// What a media engine says first.
inline media::v2::Event engine_ready() {
  media::v2::Event event;
  media::v2::Ready& ready = *event.mutable_ready();
  ready.add_addresses("198.51.100.7");
  ready.add_udp_ports(10'000);
  ready.set_ports_per_bridge(64);
  ready.add_rtp_ports()->set_first(20'000);
  ready.mutable_rtp_ports(0)->set_pairs(500);
  return event;
}

}  // namespace dering::switchboard::testing
