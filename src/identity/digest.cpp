// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "identity/keys.h"

namespace dering::identity {
namespace {

using namespace std::chrono_literals;

constexpr Duration nonce_life = 60s;
constexpr std::size_t time_characters = 11;  ///< 8 bytes in base64url
constexpr std::size_t seal_bytes = 15;       ///< 120 bits: 20 characters

const EVP_MD* md_of(DigestAlgorithm algorithm) {
  // Fetched once: an implicit fetch at each use is what makes OpenSSL 3 slow.
  static EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm == DigestAlgorithm::md5 ? md5 : sha256;
}

/// H(a:b:c…) in hexadecimal.
template <class... Parts>
std::string hash(DigestAlgorithm algorithm, std::string_view first, Parts... parts) {
  std::string text(first);
  ((text.push_back(':'), text.append(std::string_view(parts))), ...);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  DERING_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), &size, md_of(algorithm), nullptr) == 1);
  return to_hex(as_text({digest.data(), size}));
}

std::string bytes_of(std::int64_t number) {
  std::array<std::uint8_t, 8> bytes;
  ByteWriter writer(bytes);
  writer.u64(static_cast<std::uint64_t>(number));
  return std::string(as_text(bytes));
}

}  // namespace

std::string_view name_of(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return "MD5";
    case DigestAlgorithm::sha256:
      return "SHA-256";
  }
  return "MD5";
}

std::optional<DigestAlgorithm> digest_algorithm_from(std::string_view name) {
  if (name.empty() || equals_ignoring_case(name, "MD5")) return DigestAlgorithm::md5;
  if (equals_ignoring_case(name, "SHA-256")) return DigestAlgorithm::sha256;
  return std::nullopt;
}

std::string digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                       std::string_view password) {
  return hash(algorithm, username, realm, password);
}

std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1,
                            const DigestFields& fields, std::string_view method) {
  const std::string ha2 = hash(algorithm, method, fields.uri);
  return hash(algorithm, ha1, fields.nonce, fields.nc, fields.cnonce, fields.qop, ha2);
}

NonceMint::NonceMint(Random& random) {
  random.fill(key_);
}

std::string NonceMint::make(Instant now, const SocketAddress& source,
                            std::string_view realm) const {
  const std::string time = to_base64url(bytes_of(now.time_since_epoch().count()));
  return time + seal(time, source, realm);
}

std::string NonceMint::seal(std::string_view time, const SocketAddress& source,
                            std::string_view realm) const {
  std::string text(time);
  text.append(as_text(source.ipv6()));
  text.append(realm);
  std::array<unsigned char, 32> mac;
  unsigned size = 0;
  DERING_CHECK(HMAC(md_of(DigestAlgorithm::sha256), key_.data(), static_cast<int>(key_.size()),
                    as_bytes(text).data(), text.size(), mac.data(), &size) != nullptr);
  return to_base64url(as_text({mac.data(), seal_bytes}));
}

NonceMint::Verdict NonceMint::judge(std::string_view nonce, Instant now,
                                    const SocketAddress& source, std::string_view realm) const {
  if (nonce.size() <= time_characters) return Verdict::foreign;
  const std::string_view time = nonce.substr(0, time_characters);
  if (!equal_in_constant_time(nonce.substr(time_characters), seal(time, source, realm))) {
    return Verdict::foreign;
  }
  const auto bytes = from_base64url(time);
  if (!bytes || bytes->size() != 8) return Verdict::foreign;
  const Instant made{Duration(static_cast<std::int64_t>(ByteReader(as_bytes(*bytes)).u64()))};
  return now - made < nonce_life ? Verdict::fresh : Verdict::stale;
}

bool NonceCounts::advance(std::string_view nonce, std::uint32_t nc, Instant now) {
  auto found = counts_.find(std::string(nonce));
  if (found != counts_.end()) {
    if (nc <= found->second.highest) return false;
    found->second.highest = nc;
    return true;
  }
  if (counts_.size() >= capacity_) {
    std::erase_if(counts_, [&](const auto& entry) { return entry.second.forget_at <= now; });
    if (counts_.size() >= capacity_) return false;
  }
  counts_.emplace(std::string(nonce), Count{nc, now + nonce_life});
  return true;
}

}  // namespace dering::identity
