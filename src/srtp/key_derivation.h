// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "srtp/suite.h"

namespace dering::srtp {

/// RTP and RTCP have session keys of their own (RFC 3711 §4.3).
enum class Protocol : std::uint8_t { rtp, rtcp };

/// What packets of one protocol and one direction are encrypted with. Wiped at its end.
struct SessionKeys {
  SessionKeys() = default;
  SessionKeys(const SessionKeys&) = delete;
  SessionKeys& operator=(const SessionKeys&) = delete;
  ~SessionKeys();

  std::array<std::uint8_t, 32> encryption{};  ///< as long as the suite's key
  std::array<std::uint8_t, 20> authentication{};
  std::array<std::uint8_t, 14> salt{};  ///< as long as the suite's salt
};

/// RFC 3711 §4.3 with a key derivation rate of zero; for AES-256 with the function of RFC 6188 §3.
void derive(Suite suite, const MasterKey& master, Protocol protocol, SessionKeys& keys);

}  // namespace dering::srtp
