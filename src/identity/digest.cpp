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

constexpr std::size_t nonce_head_size = 4 + 6;
constexpr std::size_t mac_size = 12;

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

/// RFC 7616 §3.4 has eight digits; some phones leave the zeros out. What was sent is hashed.
std::optional<std::uint32_t> parse_count(std::string_view nc) {
  if (nc.empty() || nc.size() > 8) return std::nullopt;
  return to_number<std::uint32_t>(nc, 16);
}

/// A nonce and who uses it, as one number.
std::size_t use_of(const DigestCredentials& credentials) {
  return std::hash<std::string>()(fmt::format("{}:{}", credentials.nonce, credentials.username));
}

struct NamedAlgorithm {
  DigestAlgorithm algorithm;
  bool is_session = false;
};

std::optional<NamedAlgorithm> read_algorithm(std::string_view name) {
  constexpr std::string_view session = "-sess";
  if (name.empty()) return NamedAlgorithm{DigestAlgorithm::md5};  // RFC 7616 §3.3
  const std::size_t base_size = name.size() - std::min(name.size(), session.size());
  const bool is_session = equals_ignoring_case(name.substr(base_size), session);
  const std::string_view base = is_session ? name.substr(0, base_size) : name;
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::md5}) {
    if (equals_ignoring_case(base, name_of(algorithm)))
      return NamedAlgorithm{algorithm, is_session};
  }
  return std::nullopt;
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
  std::string session;
  const auto named = read_algorithm(credentials.algorithm);
  if (named && named->is_session) {
    session = hash_in_hex(algorithm, between_colons({ha1, credentials.nonce, credentials.cnonce}));
    ha1 = session;
  }
  return hash_in_hex(algorithm, between_colons({ha1, credentials.nonce, credentials.nc,
                                                credentials.cnonce, credentials.qop, ha2}));
}

std::string digest_response_without_qop(std::string_view ha1, std::string_view method,
                                        const DigestCredentials& credentials) {
  constexpr auto md5 = DigestAlgorithm::md5;
  const std::string ha2 = hash_in_hex(md5, between_colons({method, credentials.uri}));
  return hash_in_hex(md5, between_colons({ha1, credentials.nonce, ha2}));
}

std::string_view phrase_of(DigestFault fault) {
  switch (fault) {
    case DigestFault::no_qop:
      return "Digest Without qop";
    case DigestFault::other_qop:
      return "Digest qop Is Not auth";
    case DigestFault::no_cnonce:
      return "Digest Without cnonce";
    case DigestFault::no_count:
      return "Digest Without a Valid nc";
    case DigestFault::unknown_algorithm:
      return "Digest Algorithm Not Offered";
    case DigestFault::md5_refused:
      return "Digest MD5 Not Accepted";
  }
  return "";
}

std::string_view name_of(DigestFault fault) {
  switch (fault) {
    case DigestFault::no_qop:
      return "no_qop";
    case DigestFault::other_qop:
      return "other_qop";
    case DigestFault::no_cnonce:
      return "no_cnonce";
    case DigestFault::no_count:
      return "no_count";
    case DigestFault::unknown_algorithm:
      return "unknown_algorithm";
    case DigestFault::md5_refused:
      return "md5_refused";
  }
  return "";
}

// ---- DigestGate ---------------------------------------------------------------------------------

DigestGate::DigestGate(Settings settings, Random& random)
    : settings_(std::move(settings)), hmac_(new_hmac(random)) {
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::md5}) {
    ha1_of_nobody_[std::to_underlying(algorithm)] =
        digest_ha1(algorithm, random.token(20), settings_.realm, random.token(20));
  }
}

DigestGate::~DigestGate() = default;

void DigestGate::FreeMac::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

std::vector<std::string> DigestGate::challenges(const DigestOccasion& occasion, Instant now) {
  const auto current = static_cast<std::uint32_t>(now.time_since_epoch() / slot);
  const std::string nonce = write({current, occasion.request}, occasion.source);
  const bool is_sha256_left_out = occasion.is_md5_alone && settings_.md5;
  std::vector<std::string> values;
  for (const auto algorithm : {DigestAlgorithm::sha256, DigestAlgorithm::md5}) {
    if (algorithm == DigestAlgorithm::md5 && !settings_.md5) continue;
    if (algorithm == DigestAlgorithm::sha256 && is_sha256_left_out) continue;
    values.push_back(fmt::format(R"(Digest realm="{}", nonce="{}", algorithm={}, qop="auth"{})",
                                 settings_.realm, nonce, name_of(algorithm),
                                 occasion.is_stale ? ", stale=true" : ""));
  }
  return values;
}

std::optional<DigestFault> DigestGate::fault_of(const DigestCredentials& credentials) const {
  const auto named = read_algorithm(credentials.algorithm);
  if (!named) return DigestFault::unknown_algorithm;
  if (named->algorithm == DigestAlgorithm::md5 && !settings_.md5) return DigestFault::md5_refused;
  if (credentials.qop.empty()) return DigestFault::no_qop;
  if (!equals_ignoring_case(credentials.qop, "auth")) return DigestFault::other_qop;
  if (credentials.cnonce.empty()) return DigestFault::no_cnonce;
  if (!parse_count(credentials.nc)) return DigestFault::no_count;
  return std::nullopt;
}

DigestVerdict DigestGate::judge(const DigestCredentials& credentials, const DigestSecret& secret,
                                std::string_view method, const SocketAddress& source, Instant now) {
  const auto made = made_at(credentials.nonce, source);
  if (!made) return DigestVerdict::unproven;
  if (fault_of(credentials)) return DigestVerdict::unusable;
  const DigestAlgorithm algorithm = read_algorithm(credentials.algorithm)->algorithm;
  const std::string_view known =
      algorithm == DigestAlgorithm::sha256 ? secret.ha1_sha256 : secret.ha1_md5;
  const std::string_view ha1 =
      known.empty() ? ha1_of_nobody_[std::to_underlying(algorithm)] : known;
  const bool is_response = equal_in_constant_time(
      digest_response(algorithm, ha1, method, credentials), credentials.response);
  if (!is_response || known.empty()) return DigestVerdict::wrong;
  if (now - *made > nonce_lifetime) return DigestVerdict::stale;
  return use(credentials, now);
}

bool DigestGate::is_ours(const DigestCredentials& credentials, const SocketAddress& source) {
  return made_at(credentials.nonce, source).has_value();
}

bool DigestGate::has_used(const DigestCredentials& credentials) const {
  const std::size_t key = use_of(credentials);
  return used_.contains(key) || used_before_.contains(key);
}

std::string DigestGate::mac(Nonce nonce, const SocketAddress& source) {
  std::array<std::uint8_t, nonce_head_size + 16> head;
  ByteWriter writer(head);
  writer.u32(nonce.slot);
  writer.u16(static_cast<std::uint16_t>(nonce.request >> 32U));
  writer.u32(static_cast<std::uint32_t>(nonce.request));
  writer.bytes(source.ipv6());
  std::array<std::uint8_t, 32> hash;
  std::size_t size = 0;
  // Without a key the context starts again with the one it has.
  const bool is_made =
      EVP_MAC_init(hmac_.get(), nullptr, 0, nullptr) == 1 &&
      EVP_MAC_update(hmac_.get(), head.data(), head.size()) == 1 &&
      EVP_MAC_update(hmac_.get(), as_bytes(settings_.realm).data(), settings_.realm.size()) == 1 &&
      EVP_MAC_final(hmac_.get(), hash.data(), &size, hash.size()) == 1;
  DERING_CHECK(is_made && size == hash.size());
  return std::string(as_text(hash).substr(0, mac_size));
}

std::string DigestGate::write(Nonce nonce, const SocketAddress& source) {
  std::array<std::uint8_t, nonce_head_size> head;
  ByteWriter writer(head);
  writer.u32(nonce.slot);
  writer.u16(static_cast<std::uint16_t>(nonce.request >> 32U));
  writer.u32(static_cast<std::uint32_t>(nonce.request));
  return to_base64url(std::string(as_text(head)) + mac(nonce, source));
}

std::optional<Instant> DigestGate::made_at(std::string_view nonce, const SocketAddress& source) {
  constexpr std::size_t text_size = ((nonce_head_size + mac_size) * 8 + 5) / 6;
  if (nonce.size() != text_size) return std::nullopt;
  const auto bytes = from_base64url(nonce);
  if (!bytes) return std::nullopt;
  ByteReader reader(as_bytes(*bytes));
  Nonce read;
  read.slot = reader.u32();
  read.request = std::uint64_t{reader.u16()} << 32U;
  read.request |= reader.u32();
  if (!equal_in_constant_time(mac(read, source), as_text(reader.rest()))) return std::nullopt;
  return Instant(read.slot * slot);
}

DigestVerdict DigestGate::use(const DigestCredentials& credentials, Instant now) {
  forget_old(now);
  const std::uint32_t count = *parse_count(credentials.nc);
  const std::size_t device = std::hash<std::string_view>()(credentials.username);
  const std::size_t key = use_of(credentials);
  const auto before = used_before_.find(key);
  if (before != used_before_.end() && count <= before->second) return DigestVerdict::stale;
  const auto found = used_.find(key);
  if (found != used_.end()) {
    if (count <= found->second) return DigestVerdict::stale;
    found->second = count;
    return DigestVerdict::right;
  }
  const auto own = used_by_.find(device);
  const std::size_t own_count = own == used_by_.end() ? 0 : own->second;
  const std::size_t free = settings_.used_nonces - used_.size();
  if (own_count >= free) return DigestVerdict::crowded;
  used_.emplace(key, count);
  ++used_by_[device];
  return DigestVerdict::right;
}

void DigestGate::forget_old(Instant now) {
  const auto age = now - used_since_;
  if (age < nonce_lifetime) return;
  used_before_ = age <= 2 * nonce_lifetime ? std::exchange(used_, {}) : Used{};
  used_ = {};  // with its memory
  used_by_ = {};
  used_since_ = now;
}

}  // namespace dering::identity
