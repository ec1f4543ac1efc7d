// SPDX-License-Identifier: Apache-2.0
#include "srtp/galois_counter_mode.h"

#include <algorithm>

#include "base/check.h"

namespace dering::srtp {

GaloisCounterMode::GaloisCounterMode(Suite suite, const SessionKeys& keys, Protocol protocol,
                                     Direction direction)
    : cipher_(keyed_cipher(suite == Suite::aead_aes_256_gcm ? "AES-256-GCM" : "AES-128-GCM",
                           keys.encryption.data(), direction == Direction::seal)),
      protocol_(protocol) {
  std::ranges::copy(Bytes(keys.salt).first(salt_.size()), salt_.begin());
}

void GaloisCounterMode::seal(const Piece& piece, MutableBytes tag) {
  start(piece);
  apply(piece);
  int size = 0;
  std::array<std::uint8_t, 16> nothing{};
  const bool done = EVP_CipherFinal_ex(cipher_.get(), nothing.data(), &size) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_GET_TAG,
                                        static_cast<int>(tag.size()), tag.data()) == 1;
  DERING_CHECK(done);
}

bool GaloisCounterMode::open(const Piece& piece, Bytes tag) {
  start(piece);
  apply(piece);
  // OpenSSL reads the tag only, though its type says otherwise.
  auto* expected = const_cast<std::uint8_t*>(tag.data());
  DERING_CHECK(EVP_CIPHER_CTX_ctrl(cipher_.get(), EVP_CTRL_AEAD_SET_TAG,
                                   static_cast<int>(tag.size()), expected) == 1);
  int size = 0;
  std::array<std::uint8_t, 16> nothing{};
  return EVP_CipherFinal_ex(cipher_.get(), nothing.data(), &size) == 1;
}

/// RFC 7714 §8.1 and §9.1: two zeros, SSRC and the index of 48 bits (of RTCP 31), XOR the salt. RTP
/// authenticates the header alone, since the rollover counter is in the nonce; RTCP authenticates E
/// flag and index as well (§9.2).
void GaloisCounterMode::start(const Piece& piece) {
  std::array<std::uint8_t, 12> iv = salt_;
  for (std::size_t i = 0; i < 4; ++i) {
    iv[2 + i] ^= static_cast<std::uint8_t>(piece.ssrc >> (24 - 8 * i));
  }
  for (std::size_t i = 0; i < 6; ++i) {
    iv[6 + i] ^= static_cast<std::uint8_t>(piece.index >> (40 - 8 * i));
  }
  EVP_CIPHER_CTX* cipher = cipher_.get();
  int size = 0;
  bool done = EVP_CipherInit_ex2(cipher, nullptr, nullptr, iv.data(), -1, nullptr) == 1 &&
              EVP_CipherUpdate(cipher, nullptr, &size, piece.header.data(),
                               static_cast<int>(piece.header.size())) == 1;
  if (protocol_ == Protocol::rtcp) {
    done = done && EVP_CipherUpdate(cipher, nullptr, &size, piece.suffix.data(),
                                    static_cast<int>(piece.suffix.size())) == 1;
  }
  DERING_CHECK(done);
}

void GaloisCounterMode::apply(const Piece& piece) {
  int size = 0;
  DERING_CHECK(EVP_CipherUpdate(cipher_.get(), piece.body.data(), &size, piece.body.data(),
                                static_cast<int>(piece.body.size())) == 1);
}

}  // namespace dering::srtp
