// SPDX-License-Identifier: Apache-2.0
#include "identity/keys.h"

#include <cjose/jws.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "base/check.h"
#include "base/text.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

struct Free {
  void operator()(char* text) const { std::free(text); }
};
struct ReleaseJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
struct ReleaseHeader {
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
};
using JwsPtr = std::unique_ptr<cjose_jws_t, ReleaseJws>;
using HeaderPtr = std::unique_ptr<cjose_header_t, ReleaseHeader>;

constexpr std::size_t least_rsa_bits = 2048;

/// RFC 8725 §3.1: a key is used with one algorithm only, and one that fits its kind.
bool suits(const cjose_jwk_t* jwk, Algorithm algorithm) {
  const cjose_jwk_kty_t kind = cjose_jwk_get_kty(jwk, nullptr);
  switch (algorithm) {
    case Algorithm::es256:
      return kind == CJOSE_JWK_KTY_EC && cjose_jwk_EC_get_curve(jwk, nullptr) == CJOSE_JWK_EC_P_256;
    case Algorithm::rs256:
    case Algorithm::ps256:
      return kind == CJOSE_JWK_KTY_RSA && cjose_jwk_get_keysize(jwk, nullptr) >= least_rsa_bits;
  }
  return false;
}

std::string json_of(const cjose_jwk_t* jwk, bool with_secret) {
  const std::unique_ptr<char, Free> json(cjose_jwk_to_json(jwk, with_secret, nullptr));
  DERING_CHECK(json);
  return json.get();
}

/// RFC 7518 §3.4: two numbers of 32 bytes. libcjose takes trailing bytes as well.
bool has_es256_length(std::string_view token) {
  const auto signature = from_base64url(token.substr(token.rfind('.') + 1));
  return signature && signature->size() == 64;
}

/// RFC 7638 §3.2: the required members of an EC key in alphabetical order, without white space.
std::string thumbprint(const boost::json::object& key) {
  const std::string members = R"({"crv":")" + std::string(*string_in(key, "crv")) +
                              R"(","kty":"EC","x":")" + std::string(*string_in(key, "x")) +
                              R"(","y":")" + std::string(*string_in(key, "y")) + R"("})";
  return to_base64url(sha256(members));
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return {digest.begin(), digest.end()};
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
  if (name == "ES256") return Algorithm::es256;
  if (name == "RS256") return Algorithm::rs256;
  if (name == "PS256") return Algorithm::ps256;
  return std::nullopt;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool KeySet::add(std::string_view jwk, Algorithm algorithm) {
  JwkPtr key(cjose_jwk_import(jwk.data(), jwk.size(), nullptr));
  if (!key || !suits(key.get(), algorithm)) return false;
  const char* kid = cjose_jwk_get_kid(key.get(), nullptr);
  if (!kid || has(kid, algorithm)) return false;
  keys_.push_back({kid, algorithm, std::move(key)});
  return true;
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
  if (!key) return std::nullopt;
  if (algorithm == Algorithm::es256 && !has_es256_length(token)) return std::nullopt;
  const JwsPtr jws(cjose_jws_import(token.data(), token.size(), nullptr));
  if (!jws || !cjose_jws_verify(jws.get(), key->jwk.get(), nullptr)) return std::nullopt;
  std::uint8_t* payload = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &payload, &size, nullptr)) return std::nullopt;
  return std::string(payload, payload + size);
}

SigningKey::SigningKey(JwkPtr jwk) : jwk_(std::move(jwk)) {
  auto members = json_object(json_of(jwk_.get(), false));
  DERING_CHECK(members);
  kid_ = thumbprint(*members);
  (*members)["kid"] = kid_;
  (*members)["use"] = "sig";
  (*members)["alg"] = "ES256";
  public_jwk_ = boost::json::serialize(*members);
}

SigningKey SigningKey::generate() {
  JwkPtr jwk(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
  DERING_CHECK(jwk);
  return SigningKey(std::move(jwk));
}

std::expected<SigningKey, std::string> SigningKey::from_private_jwk(std::string_view json) {
  const auto members = json_object(json);
  if (!members || !string_in(*members, "d")) {
    return std::unexpected("this is no private key in JWK form (RFC 7517)");
  }
  JwkPtr jwk(cjose_jwk_import(json.data(), json.size(), nullptr));
  if (!jwk || !suits(jwk.get(), Algorithm::es256)) {
    return std::unexpected("this is not a key on the curve P-256");
  }
  return SigningKey(std::move(jwk));
}

std::string SigningKey::private_jwk() const {
  return json_of(jwk_.get(), true);
}

KeySet SigningKey::public_keys() const {
  KeySet keys;
  DERING_CHECK(keys.add(public_jwk_, Algorithm::es256));
  return keys;
}

std::string SigningKey::sign(std::string_view claims, std::string_view type) const {
  const HeaderPtr header(cjose_header_new(nullptr));
  DERING_CHECK(header);
  const std::string typ(type);
  DERING_CHECK(cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, nullptr) &&
               cjose_header_set(header.get(), CJOSE_HDR_KID, kid_.c_str(), nullptr) &&
               cjose_header_set(header.get(), "typ", typ.c_str(), nullptr));
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(claims.data());
  const JwsPtr jws(cjose_jws_sign(jwk_.get(), header.get(), bytes, claims.size(), nullptr));
  DERING_CHECK(jws);
  const char* compact = nullptr;
  DERING_CHECK(cjose_jws_export(jws.get(), &compact, nullptr));
  return compact;
}

}  // namespace dering::identity
