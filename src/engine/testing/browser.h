// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "dtls/endpoint.h"
#include "engine/testing/checks.h"
#include "rtp/packet.h"
#include "srtp/protector.h"
#include "srtp/unprotector.h"

namespace dering::engine::testing {

inline dtls::Certificate make_certificate() {
  constexpr UnixSeconds today = std::chrono::days(20'000);
  SystemRandom random;
  return dtls::Certificate::generate(random, today);
}

/// The media side of a browser: it shakes hands, seals and opens.
class Browser {
 public:
  Browser(dtls::Role role, std::string engine_fingerprint)
      : endpoint(context_, role, std::move(engine_fingerprint)) {}

  const std::string& fingerprint() const { return certificate_.fingerprint(); }

  void take_keys() {
    const auto keys = endpoint.take_keys();
    ASSERT_TRUE(keys);
    profile = keys->profile_name;
    const auto suite = keys->profile == dtls::ProtectionProfile::aes128_cm_sha1_80
                           ? srtp::Suite::aes128_cm_sha1_80
                           : srtp::Suite::aead_aes_128_gcm;
    ours.emplace(suite, srtp::MasterKey{keys->ours.key, keys->ours.salt});
    theirs.emplace(suite, srtp::MasterKey{keys->theirs.key, keys->theirs.salt});
  }

  Datagram seal(Datagram packet) {
    const std::size_t size = packet.size();
    packet.resize(size + srtp::most_overhead);
    packet.resize(rtp::is_rtcp(packet) ? ours->protect_rtcp(packet, size).value()
                                       : ours->protect_rtp(packet, size).value());
    return packet;
  }
  /// Empty if it is not authentic.
  Datagram open(Datagram packet) {
    const auto plain =
        rtp::is_rtcp(packet) ? theirs->unprotect_rtcp(packet) : theirs->unprotect_rtp(packet);
    packet.resize(plain ? plain->size() : 0);
    return packet;
  }

 private:
  dtls::Certificate certificate_ = make_certificate();
  dtls::Context context_{certificate_};

 public:
  dtls::Endpoint endpoint;
  std::string_view profile;
  std::optional<srtp::Protector> ours;
  std::optional<srtp::Unprotector> theirs;
};

}  // namespace dering::engine::testing
