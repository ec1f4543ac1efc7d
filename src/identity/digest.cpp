// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "identity/keys.h"

namespace dering::identity {
namespace {

constexpr std::size_t nonce_head_size = 8 + 4;
constexpr std::size_t mac_size = 16;

/// Looking an algorithm up takes OpenSSL longer than hashing with it: once is enough.
const EVP_MD* hash_function(DigestAlgorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  const EVP_MD* function = algorithm == DigestAlgorithm::sha256 ? sha256 : md5;
  DERING_CHECK(function);
  return function;
}

std::string hash_in_hex(DigestAlgorithm algorithm, std::string_view text) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  DERING_CHECK(
      EVP_Digest(text.data(), text.size(), hash, &size, hash_function(algorithm), nullptr) == 1);
  return to_hex(as_text({hash, size}));
}

std::string between_colons(std::initializer_list<std::string_view> parts) {
  std::string text;
  text.reserve(256);
  for (const std::string_view part : parts) text.append(part).append(1, ':');
  text.pop_back();
  return text;
}

EVP_MAC_CTX* new_hmac(Random& random) {
  std::array<std::uint8_t, 32> key;
  random.fill(key);
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(hmac);
  EVP_MAC_free(hmac);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                   OSSL_PARAM_construct_end()};
  DERING_CHECK(context && EVP_MAC_init(context, key.data(), key.size(), parameters) == 1);
  return context;
}

std::optional<std::uint32_t> parse_count(std::string_view nc) {
  if (nc.size() != 8) return std::nullopt;
  return to_number<std::uint32_t>(nc, 16);
}

}  // namespace

std::string_view name_of(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha256:
      return "SHA-256";
    case DigestAlgorithm::md5:
      return "MD5";
  }
  return "";
}

std::string digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                       std::string_view password) {
  return hash_in_hex(algorithm, between_colons({username, realm, password}));
}

std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1,
                            std::string_view method, const DigestCredentials& credentials) {
  const std::string ha2 = hash_in_hex(algorithm, between_colons({method, credentials.uri}));
  return hash_in_hex(algorithm, between_colons({ha1, credentials.nonce, credentials.nc,
                                                credentials.cnonce, credentials.qop, ha2}));
}

// ---- DigestGate ---------------------------------------------------------------------------------

DigestGate::DigestGate(std::string realm, Random& random, std::size_t max_used_nonces)
    : realm_(std::move(realm)), max_used_nonces_(max_used_nonces), hmac_(new_hmac(random)) {
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::md5}) {
    ha1_of_nobody_[std::to_underlying(algorithm)] =
        digest_ha1(algorithm, random.token(20), realm_, random.token(20));
  }
}

DigestGate::~DigestGate() = default;

void DigestGate::FreeMac::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

std::string DigestGate::challenge(DigestAlgorithm algorithm, const SocketAddress& source,
                                  bool stale, Instant now) {
  const auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
  return fmt::format(R"(Digest realm="{}", nonce="{}", algorithm={}, qop="auth"{})", realm_,
                     write({time, challenge_count_++}, source), name_of(algorithm),
                     stale ? ", stale=true" : "");
}

bool DigestGate::is_complete(const DigestCredentials& credentials) const {
  return credentials.realm == realm_ && equals_ignoring_case(credentials.qop, "auth") &&
         !credentials.username.empty() && !credentials.nonce.empty() && !credentials.uri.empty() &&
         !credentials.response.empty() && !credentials.cnonce.empty() &&
         parse_count(credentials.nc);
}

DigestVerdict DigestGate::judge(const DigestCredentials& credentials, const DigestSecret& secret,
                                std::string_view method, const SocketAddress& source, Instant now) {
  const auto made = made_at(credentials.nonce, source);
  if (!made) return DigestVerdict::unproven;
  const bool is_known = !secret.ha1.empty();
  const std::string_view ha1 =
      is_known ? secret.ha1 : ha1_of_nobody_[std::to_underlying(secret.algorithm)];
  // An absent algorithm means MD5 (RFC 7616 §3.3).
  const std::string_view named = credentials.algorithm.empty() ? "MD5" : credentials.algorithm;
  const bool is_algorithm = equals_ignoring_case(named, name_of(secret.algorithm));
  const bool is_response = equal_in_constant_time(
      digest_response(secret.algorithm, ha1, method, credentials), credentials.response);
  if (!is_response || !is_known || !is_algorithm) return DigestVerdict::wrong;
  if (now - *made > nonce_lifetime || !use(credentials, now)) return DigestVerdict::stale;
  return DigestVerdict::right;
}

std::string DigestGate::mac(Nonce nonce, const SocketAddress& source) {
  std::array<std::uint8_t, nonce_head_size + 16> head;
  ByteWriter writer(head);
  writer.u64(nonce.time);
  writer.u32(nonce.count);
  writer.bytes(source.ipv6());
  std::array<std::uint8_t, 32> hash;
  std::size_t size = 0;
  // Without a key the context starts again with the one it has.
  const bool is_made = EVP_MAC_init(hmac_.get(), nullptr, 0, nullptr) == 1 &&
                       EVP_MAC_update(hmac_.get(), head.data(), head.size()) == 1 &&
                       EVP_MAC_update(hmac_.get(), as_bytes(realm_).data(), realm_.size()) == 1 &&
                       EVP_MAC_final(hmac_.get(), hash.data(), &size, hash.size()) == 1;
  DERING_CHECK(is_made && size == hash.size());
  return std::string(as_text(hash).substr(0, mac_size));
}

std::string DigestGate::write(Nonce nonce, const SocketAddress& source) {
  std::array<std::uint8_t, nonce_head_size> head;
  ByteWriter writer(head);
  writer.u64(nonce.time);
  writer.u32(nonce.count);
  return to_base64url(std::string(as_text(head)) + mac(nonce, source));
}

std::optional<Instant> DigestGate::made_at(std::string_view nonce, const SocketAddress& source) {
  constexpr std::size_t text_size = ((nonce_head_size + mac_size) * 8 + 5) / 6;
  if (nonce.size() != text_size) return std::nullopt;
  const auto bytes = from_base64url(nonce);
  if (!bytes) return std::nullopt;
  ByteReader reader(as_bytes(*bytes));
  Nonce read;
  read.time = reader.u64();
  read.count = reader.u32();
  if (!equal_in_constant_time(mac(read, source), as_text(reader.rest()))) return std::nullopt;
  return Instant(Duration(static_cast<Duration::rep>(read.time)));
}

bool DigestGate::use(const DigestCredentials& credentials, Instant now) {
  forget_old(now);
  const std::uint32_t count = *parse_count(credentials.nc);
  const std::size_t key =
      std::hash<std::string>()(fmt::format("{}:{}", credentials.nonce, credentials.username));
  const auto before = used_before_.find(key);
  if (before != used_before_.end() && count <= before->second) return false;
  const auto found = used_.find(key);
  if (found == used_.end()) {
    if (used_.size() == max_used_nonces_) return false;
    used_.emplace(key, count);
    return true;
  }
  if (count <= found->second) return false;
  found->second = count;
  return true;
}

void DigestGate::forget_old(Instant now) {
  const auto age = now - used_since_;
  if (age <= nonce_lifetime) return;
  used_before_ = age <= 2 * nonce_lifetime ? std::exchange(used_, {}) : Used{};
  used_.clear();
  used_since_ = now;
}

}  // namespace dering::identity
