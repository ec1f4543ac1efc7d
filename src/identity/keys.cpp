// SPDX-License-Identifier: Apache-2.0
#include "identity/keys.h"

#include <cjose/jws.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
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

bool is_on_p256(const cjose_jwk_t* jwk) {
  return cjose_jwk_get_kty(jwk, nullptr) == CJOSE_JWK_KTY_EC &&
         cjose_jwk_EC_get_curve(jwk, nullptr) == CJOSE_JWK_EC_P_256;
}

std::string json_of(const cjose_jwk_t* jwk, bool with_secret) {
  const std::unique_ptr<char, Free> json(cjose_jwk_to_json(jwk, with_secret, nullptr));
  DERING_CHECK(json);
  return json.get();
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

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
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
  if (!jwk || !is_on_p256(jwk.get())) {
    return std::unexpected("this is not a key on the curve P-256");
  }
  return SigningKey(std::move(jwk));
}

std::string SigningKey::private_jwk() const {
  return json_of(jwk_.get(), true);
}

/// The private key has 256 bits of entropy, so one block of HMAC-SHA-256 on either side is all.
std::array<std::uint8_t, 32> SigningKey::derived(std::string_view purpose) const {
  const auto members = json_object(private_jwk());
  const std::string secret(members ? string_in(*members, "d").value_or("") : "");
  DERING_CHECK(!secret.empty());
  const std::string info = std::string(purpose) + '\x01';
  const auto hmac = [](std::string_view key, std::string_view text) {
    std::array<std::uint8_t, 32> out{};
    unsigned int size = 0;
    DERING_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                      reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
                      &size) &&
                 size == out.size());
    return out;
  };
  const std::array<std::uint8_t, 32> extracted = hmac(std::string(32, '\0'), secret);
  return hmac({reinterpret_cast<const char*>(extracted.data()), extracted.size()}, info);
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
