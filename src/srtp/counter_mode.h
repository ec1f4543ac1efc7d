// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "srtp/openssl.h"
#include "srtp/transform.h"

namespace dering::srtp {

/// AES-128 in counter mode with HMAC-SHA1, cut to the length of the tag (RFC 3711 §4.1.1, §4.2.1).
class CounterMode final : public Transform {
 public:
  explicit CounterMode(const SessionKeys& keys);

  void seal(const Piece& piece, MutableBytes tag) override;
  bool open(const Piece& piece, Bytes tag) override;

 private:
  void apply_key_stream(const Piece& piece);
  std::array<std::uint8_t, 20> authenticate(const Piece& piece);

  CipherContext cipher_;
  MacContext mac_;
  std::array<std::uint8_t, 14> salt_;
};

}  // namespace dering::srtp
