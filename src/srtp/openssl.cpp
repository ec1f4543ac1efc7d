// SPDX-License-Identifier: Apache-2.0
#include "srtp/openssl.h"

#include "base/check.h"

namespace dering::srtp {

CipherContext keyed_cipher(const char* name, const std::uint8_t* key, bool encrypts) {
  const std::unique_ptr<EVP_CIPHER, FreeCrypto> cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  DERING_CHECK(cipher && context);
  DERING_CHECK(EVP_CipherInit_ex2(context.get(), cipher.get(), key, nullptr, encrypts ? 1 : 0,
                                  nullptr) == 1);
  return context;
}

}  // namespace dering::srtp
