// SPDX-License-Identifier: Apache-2.0
#include "srtp/key_derivation.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/check.h"
#include "srtp/openssl.h"

namespace dering::srtp {
namespace {

enum class Label : std::uint8_t { encryption = 0, authentication = 1, salt = 2 };

/// RFC 3711 §4.3.3: the key stream of AES in counter mode from the salt with the label. RFC 7714
/// §11 lets a salt of 96 bits stand as one of 112 bits that ends with zeros.
void fill(EVP_CIPHER_CTX* cipher, Bytes salt, std::uint8_t label, MutableBytes out) {
  std::array<std::uint8_t, 16> counter{};
  std::ranges::copy(salt, counter.begin());
  counter[7] ^= label;
  DERING_CHECK(EVP_CipherInit_ex2(cipher, nullptr, nullptr, counter.data(), 1, nullptr) == 1);
  std::ranges::fill(out, std::uint8_t{0});
  int size = 0;
  DERING_CHECK(
      EVP_CipherUpdate(cipher, out.data(), &size, out.data(), static_cast<int>(out.size())) == 1);
}

}  // namespace

SessionKeys::~SessionKeys() {
  OPENSSL_cleanse(encryption.data(), encryption.size());
  OPENSSL_cleanse(authentication.data(), authentication.size());
  OPENSSL_cleanse(salt.data(), salt.size());
}

void derive(Suite suite, const MasterKey& master, Protocol protocol, SessionKeys& keys) {
  const Sizes sizes = sizes_of(suite);
  DERING_CHECK(master.key.size() == sizes.key && master.salt.size() == sizes.salt);
  const char* name = sizes.key == 32 ? "AES-256-CTR" : "AES-128-CTR";
  const CipherContext cipher = keyed_cipher(name, master.key.data(), true);
  const auto label = [&](Label of) {
    return static_cast<std::uint8_t>(static_cast<int>(of) + (protocol == Protocol::rtcp ? 3 : 0));
  };
  fill(cipher.get(), master.salt, label(Label::encryption),
       MutableBytes(keys.encryption).first(sizes.key));
  fill(cipher.get(), master.salt, label(Label::authentication), keys.authentication);
  fill(cipher.get(), master.salt, label(Label::salt), MutableBytes(keys.salt).first(sizes.salt));
}

}  // namespace dering::srtp
