// SPDX-License-Identifier: Apache-2.0
#include "stun/integrity.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "base/check.h"

namespace dering::stun {
namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

std::unique_ptr<EVP_MAC_CTX, FreeMac> make_context() {
  // Fetching costs more than the HMAC of a whole message: done once per thread.
  const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  DERING_CHECK(mac != nullptr);
  std::unique_ptr<EVP_MAC_CTX, FreeMac> context(EVP_MAC_CTX_new(mac.get()));
  DERING_CHECK(context != nullptr);
  char digest[] = "SHA1";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_END};
  DERING_CHECK(EVP_MAC_CTX_set_params(context.get(), parameters) == 1);
  return context;
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? 0xEDB88320U ^ value >> 1 : value >> 1;
    }
    table[i] = value;
  }
  return table;
}

constexpr auto crc_table = make_crc_table();

}  // namespace

Sha1Digest hmac_sha1(std::string_view key, Bytes first, Bytes second) {
  DERING_CHECK(!key.empty());
  static thread_local const auto context = make_context();
  const Bytes key_bytes = as_bytes(key);
  Sha1Digest digest{};
  std::size_t size = 0;
  const bool done = EVP_MAC_init(context.get(), key_bytes.data(), key_bytes.size(), nullptr) == 1 &&
                    EVP_MAC_update(context.get(), first.data(), first.size()) == 1 &&
                    EVP_MAC_update(context.get(), second.data(), second.size()) == 1 &&
                    EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1;
  DERING_CHECK(done && size == digest.size());
  return digest;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint32_t fingerprint_of(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) crc = crc_table[(crc ^ byte) & 0xFFU] ^ crc >> 8;
  return ~crc ^ 0x5354554EU;
}

}  // namespace dering::stun
