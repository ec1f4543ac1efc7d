// SPDX-License-Identifier: Apache-2.0
#include <cjose/jws.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "identity/json.h"
#include "identity/keys.h"
#include "identity/roca.h"

namespace dering::identity {
namespace {

using boost::json::object;

struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct ReleaseDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

constexpr std::size_t longest_kid = 255;
constexpr std::size_t coordinate_bytes = 32;       // of P-256 and of Ed25519
constexpr std::size_t es256_signature_bytes = 64;  // RFC 7518 §3.4: two numbers of 32 bytes
constexpr std::size_t ed25519_signature_bytes = 64;
constexpr std::size_t least_rsa_bits = 2048;     // RFC 7518 §3.3
constexpr std::size_t most_rsa_bits = 8192;      // a check takes cubic time
constexpr std::uint64_t least_exponent = 65537;  // FIPS 186-5 §5.4

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string member_bytes(const object& key, std::string_view name) {
  return from_base64url(string_in(key, name).value_or("")).value_or("");
}

std::string_view without_leading_zeros(std::string_view bytes) {
  while (bytes.starts_with('\0')) bytes.remove_prefix(1);
  return bytes;
}

std::size_t bit_count(std::string_view number) {
  if (number.empty()) return 0;
  const auto first = static_cast<unsigned char>(number.front());
  return (number.size() - 1) * 8 + static_cast<std::size_t>(std::bit_width(first));
}

std::uint64_t small_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

bool is_odd(std::string_view number) {
  return !number.empty() && (static_cast<unsigned char>(number.back()) & 1) != 0;
}

/// The members that make an RSA key, if it is one that we trust; else empty.
object rsa_material(const object& key) {
  const std::string modulus = member_bytes(key, "n");
  const std::string exponent = member_bytes(key, "e");
  const std::string_view n = without_leading_zeros(modulus);
  const std::string_view e = without_leading_zeros(exponent);
  const bool is_strong = bit_count(n) >= least_rsa_bits && bit_count(n) <= most_rsa_bits &&
                         is_odd(n) && is_odd(e) && e.size() <= 4 &&
                         small_number(e) >= least_exponent && !has_roca_fingerprint(n);
  if (!is_strong) return {};
  return {{"kty", "RSA"}, {"n", to_base64url(n)}, {"e", to_base64url(e)}};
}

/// The members that make a key on one curve, whose coordinates have their full length (RFC 7518
/// §6.2.1.2, RFC 8037 §2); else empty.
object curve_material(const object& key, std::string_view curve,
                      std::initializer_list<std::string_view> coordinates) {
  if (string_in(key, "crv") != curve) return {};
  object material{{"kty", *string_in(key, "kty")}, {"crv", curve}};
  for (const std::string_view name : coordinates) {
    if (member_bytes(key, name).size() != coordinate_bytes) return {};
    material[name] = *string_in(key, name);
  }
  return material;
}

/// RFC 8725 §3.1: a key is used with an algorithm that fits its kind, and only with that.
object material_for(const object& key, Algorithm algorithm) {
  const std::string_view kind = string_in(key, "kty").value_or("");
  switch (algorithm) {
    case Algorithm::es256:
      return kind == "EC" ? curve_material(key, "P-256", {"x", "y"}) : object{};
    case Algorithm::rs256:
    case Algorithm::ps256:
      return kind == "RSA" ? rsa_material(key) : object{};
    case Algorithm::eddsa:
      return kind == "OKP" ? curve_material(key, "Ed25519", {"x"}) : object{};
  }
  return {};
}

/// What the key may do, if it says so (RFC 7517 §4.2 and §4.3).
bool is_for_signatures(const object& key) {
  if (key.contains("use") && string_in(key, "use") != "sig") return false;
  const boost::json::value* operations = key.if_contains("key_ops");
  if (!operations) return true;
  if (!operations->is_array()) return false;
  return std::ranges::any_of(operations->get_array(), [](const boost::json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == "verify";
  });
}

/// An RSA key that does not say its algorithm serves both; each other kind has one.
std::vector<Algorithm> algorithms_of(const object& key) {
  if (key.contains("alg")) {
    const auto named = algorithm_named(string_in(key, "alg").value_or(""));
    return named ? std::vector{*named} : std::vector<Algorithm>{};
  }
  return {Algorithm::es256, Algorithm::rs256, Algorithm::ps256, Algorithm::eddsa};
}

bool verifies_ed25519(EVP_PKEY* key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, ReleaseDigest> context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

bool verifies_with_cjose(const cjose_jwk_t* key, std::string_view token) {
  const std::unique_ptr<cjose_jws_t, ReleaseJws> jws(
      cjose_jws_import(token.data(), token.size(), nullptr));
  return jws && cjose_jws_verify(jws.get(), key, nullptr);
}

/// Signatures of another length are refused here: libcjose takes some that are too long or short.
std::size_t signature_bytes(Algorithm algorithm, const cjose_jwk_t* key) {
  switch (algorithm) {
    case Algorithm::es256:
      return es256_signature_bytes;
    case Algorithm::rs256:
    case Algorithm::ps256:
      return (cjose_jwk_get_keysize(key, nullptr) + 7) / 8;
    case Algorithm::eddsa:
      return ed25519_signature_bytes;
  }
  return 0;
}

}  // namespace

/// Makes keys from JSON, out of sight of the header.
struct KeyReader {
  static bool add(KeySet& keys, const object& jwk, Algorithm algorithm);
};

bool KeyReader::add(KeySet& keys, const object& jwk, Algorithm algorithm) {
  const std::string kid(string_in(jwk, "kid").value_or(""));
  if (kid.empty() || kid.size() > longest_kid || keys.has(kid, algorithm)) return false;
  // Whoever publishes the secret half has told the world how to sign.
  if (jwk.contains("d") || !is_for_signatures(jwk)) return false;
  const object members = material_for(jwk, algorithm);
  if (members.empty()) return false;
  KeySet::Key key{kid, algorithm, serialize(members), nullptr, nullptr};
  if (algorithm == Algorithm::eddsa) {
    const std::string point = member_bytes(members, "x");
    key.ed25519.reset(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(point), point.size()));
  } else {
    key.jwk.reset(cjose_jwk_import(key.material.data(), key.material.size(), nullptr));
  }
  if (!key.jwk && !key.ed25519) return false;
  keys.keys_.push_back(std::move(key));
  return true;
}

void ReleasePkey::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "ES256") return Algorithm::es256;
  if (name == "RS256") return Algorithm::rs256;
  if (name == "PS256") return Algorithm::ps256;
  // RFC 8037 §3.1, and RFC 9864 §2.2 for the same with the curve in its name.
  if (name == "EdDSA" || name == "Ed25519") return Algorithm::eddsa;
  return std::nullopt;
}

std::expected<KeySet, std::string> KeySet::from_jwks(std::string_view json) {
  if (json.size() > most_bytes) return std::unexpected("the key set is too long");
  const auto document = json_object(json);
  const boost::json::value* list = document ? document->if_contains("keys") : nullptr;
  if (!list || !list->is_array()) return std::unexpected("this is no JWK Set (RFC 7517)");
  if (list->get_array().size() > most_keys) return std::unexpected("the key set has too many keys");
  KeySet keys;
  for (const boost::json::value& entry : list->get_array()) {
    if (!entry.is_object()) continue;
    for (const Algorithm algorithm : algorithms_of(entry.get_object())) {
      KeyReader::add(keys, entry.get_object(), algorithm);
    }
  }
  return keys;
}

bool KeySet::add(std::string_view jwk, Algorithm algorithm) {
  const auto key = json_object(jwk);
  return key && KeyReader::add(*this, *key, algorithm);
}

const KeySet::Key* KeySet::find(std::string_view kid, Algorithm algorithm) const {
  for (const Key& key : keys_) {
    if (key.kid == kid && key.algorithm == algorithm) return &key;
  }
  return nullptr;
}

std::optional<std::string> KeySet::signed_by(std::string_view kid, Algorithm algorithm,
                                             std::string_view token) const {
  const Key* key = find(kid, algorithm);
  const std::size_t dot = token.rfind('.');
  if (!key || dot == std::string_view::npos) return std::nullopt;
  const std::string_view text = token.substr(0, dot);
  const auto signature = from_base64url(token.substr(dot + 1));
  if (!signature || signature->size() != signature_bytes(algorithm, key->jwk.get())) {
    return std::nullopt;
  }
  const bool is_good = key->ed25519 ? verifies_ed25519(key->ed25519.get(), text, *signature)
                                    : verifies_with_cjose(key->jwk.get(), token);
  if (!is_good) return std::nullopt;
  return from_base64url(text.substr(text.find('.') + 1));
}

bool KeySet::operator==(const KeySet& other) const {
  if (keys_.size() != other.keys_.size()) return false;
  return std::ranges::all_of(keys_, [&](const Key& key) {
    const Key* same = other.find(key.kid, key.algorithm);
    return same && same->material == key.material;
  });
}

}  // namespace dering::identity
