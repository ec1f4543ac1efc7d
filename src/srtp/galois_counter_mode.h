// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "srtp/openssl.h"
#include "srtp/transform.h"

namespace dering::srtp {

/// AES in Galois counter mode (RFC 7714 §8 for RTP, §9 for RTCP).
class GaloisCounterMode final : public Transform {
 public:
  GaloisCounterMode(Suite suite, const SessionKeys& keys, Protocol protocol, Direction direction);

  void seal(const Piece& piece, MutableBytes tag) override;
  bool open(const Piece& piece, Bytes tag) override;

 private:
  void start(const Piece& piece);
  void apply(const Piece& piece);

  CipherContext cipher_;
  std::array<std::uint8_t, 12> salt_;
  Protocol protocol_;
};

}  // namespace dering::srtp
