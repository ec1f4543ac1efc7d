// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "srtp/key_derivation.h"
#include "srtp/suite.h"

namespace dering::srtp {

/// One packet on its way through a transform.
struct Piece {
  Bytes header;       ///< stays clear
  MutableBytes body;  ///< encrypted in place
  /// Authenticated behind the body: the rollover counter of RTP, or E flag and index of RTCP.
  Bytes suffix;
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;  ///< 48 bits of RTP, 31 of RTCP
};

/// Encrypts and authenticates the packets of one protocol in one direction (RFC 3711 §4). Reuses
/// its OpenSSL contexts: a packet costs no look-up and no new key schedule. One thread.
class Transform {
 public:
  virtual ~Transform() = default;

  /// Encrypts the body and writes the tag.
  virtual void seal(const Piece& piece, MutableBytes tag) = 0;
  /// Decrypts the body if the tag is right, compared in constant time. If it is not, the body is of
  /// no use any more.
  virtual bool open(const Piece& piece, Bytes tag) = 0;
};

enum class Direction : std::uint8_t { seal, open };

std::unique_ptr<Transform> make_transform(Suite suite, const MasterKey& master, Protocol protocol,
                                          Direction direction);

}  // namespace dering::srtp
