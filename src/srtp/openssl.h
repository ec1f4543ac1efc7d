// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>

#include <memory>

namespace dering::srtp {

struct FreeCrypto {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCrypto>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeCrypto>;

/// A context keyed once: setting up the next packet then only takes its nonce. `name` as OpenSSL
/// knows the cipher. Aborts if OpenSSL lacks it.
CipherContext keyed_cipher(const char* name, const std::uint8_t* key, bool encrypts);

}  // namespace dering::srtp
