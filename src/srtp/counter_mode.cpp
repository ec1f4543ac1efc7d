// SPDX-License-Identifier: Apache-2.0
#include "srtp/counter_mode.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/check.h"

namespace dering::srtp {
namespace {

MacContext keyed_hmac_sha1(Bytes key) {
  const std::unique_ptr<EVP_MAC, FreeCrypto> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  DERING_CHECK(mac != nullptr);
  MacContext context(EVP_MAC_CTX_new(mac.get()));
  DERING_CHECK(context != nullptr);
  char digest[] = "SHA1";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
  DERING_CHECK(EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1);
  return context;
}

}  // namespace

CounterMode::CounterMode(const SessionKeys& keys)
    : cipher_(keyed_cipher("AES-128-CTR", keys.encryption.data(), true)),
      mac_(keyed_hmac_sha1(keys.authentication)),
      salt_(keys.salt) {}

void CounterMode::seal(const Piece& piece, MutableBytes tag) {
  apply_key_stream(piece);
  const auto digest = authenticate(piece);
  std::ranges::copy(Bytes(digest).first(tag.size()), tag.begin());
}

bool CounterMode::open(const Piece& piece, Bytes tag) {
  const auto digest = authenticate(piece);
  if (CRYPTO_memcmp(digest.data(), tag.data(), tag.size()) != 0) return false;
  apply_key_stream(piece);
  return true;
}

/// RFC 3711 §4.1.1: IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16).
void CounterMode::apply_key_stream(const Piece& piece) {
  std::array<std::uint8_t, 16> iv{};
  std::ranges::copy(salt_, iv.begin());
  for (std::size_t i = 0; i < 4; ++i) {
    iv[4 + i] ^= static_cast<std::uint8_t>(piece.ssrc >> (24 - 8 * i));
  }
  for (std::size_t i = 0; i < 6; ++i) {
    iv[8 + i] ^= static_cast<std::uint8_t>(piece.index >> (40 - 8 * i));
  }
  int size = 0;
  const bool done =
      EVP_CipherInit_ex2(cipher_.get(), nullptr, nullptr, iv.data(), 1, nullptr) == 1 &&
      EVP_CipherUpdate(cipher_.get(), piece.body.data(), &size, piece.body.data(),
                       static_cast<int>(piece.body.size())) == 1;
  DERING_CHECK(done);
}

std::array<std::uint8_t, 20> CounterMode::authenticate(const Piece& piece) {
  std::array<std::uint8_t, 20> digest{};
  std::size_t size = 0;
  const bool done = EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(mac_.get(), piece.header.data(), piece.header.size()) == 1 &&
                    EVP_MAC_update(mac_.get(), piece.body.data(), piece.body.size()) == 1 &&
                    EVP_MAC_update(mac_.get(), piece.suffix.data(), piece.suffix.size()) == 1 &&
                    EVP_MAC_final(mac_.get(), digest.data(), &size, digest.size()) == 1;
  DERING_CHECK(done && size == digest.size());
  return digest;
}

}  // namespace dering::srtp
