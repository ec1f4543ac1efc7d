// SPDX-License-Identifier: Apache-2.0
#include "identity/sealed_box.h"

#include <openssl/evp.h>

#include <memory>

#include "base/check.h"
#include "base/text.h"

namespace dering::identity {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t largest_sealed = 64 * 1024;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::uint8_t* bytes_of(std::string& text) {
  return reinterpret_cast<std::uint8_t*>(text.data());
}

}  // namespace

SealedBox::SealedBox(Random& random) : random_(random) {
  random_.fill(key_);
}

std::string SealedBox::seal(std::string_view value, std::string_view bound_to) const {
  // nonce, then what is sealed, then the tag
  std::string sealed(nonce_size + value.size() + tag_size, '\0');
  std::uint8_t* const nonce = bytes_of(sealed);
  random_.fill({nonce, nonce_size});
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  std::uint8_t* const out = nonce + nonce_size;
  const bool is_done =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(bound_to), int(bound_to.size())) ==
          1 &&
      EVP_EncryptUpdate(cipher.get(), out, &size, bytes_of(value), int(value.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), out + value.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, out + value.size()) == 1;
  DERING_CHECK(is_done);
  return to_base64url(sealed);
}

std::optional<std::string> SealedBox::open(std::string_view sealed,
                                           std::string_view bound_to) const {
  if (sealed.size() > largest_sealed) return std::nullopt;
  auto bytes = from_base64url(sealed);
  if (!bytes || bytes->size() < nonce_size + tag_size) return std::nullopt;
  std::string value(bytes->size() - nonce_size - tag_size, '\0');
  std::uint8_t* const nonce = bytes_of(*bytes);
  const std::uint8_t* const in = nonce + nonce_size;
  std::uint8_t* const tag = nonce + nonce_size + value.size();
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool is_ours =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(bound_to), int(bound_to.size())) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), bytes_of(value), &size, in, int(value.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes_of(value) + value.size(), &size) == 1;
  if (!is_ours) return std::nullopt;
  return value;
}

}  // namespace dering::identity
