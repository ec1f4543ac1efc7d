// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

// Keys and signatures made with OpenSSL alone, for tokens that no honest issuer would make.
namespace dering::identity::testing {

struct Release {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// A number as that many bytes, most significant first.
inline std::string number_bytes(const BIGNUM* number, int size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  EXPECT_EQ(BN_bn2binpad(number, bytes_of(bytes), size), size);
  return bytes;
}
inline Owned<BIGNUM> number_of(std::string_view bytes) {
  return Owned<BIGNUM>(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// A private key of any kind. `sign()` gives the signature as JWS wants it (RFC 7518 §3).
class MintKey {
 public:
  static MintKey rsa(unsigned bits = 2048, unsigned long exponent = 65537) {
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    const Owned<BIGNUM> e(BN_new());
    EXPECT_EQ(BN_set_word(e.get(), exponent), 1);
    EXPECT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
    EXPECT_GT(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(bits)), 0);
    EXPECT_GT(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), e.get()), 0);
    EVP_PKEY* key = nullptr;
    EXPECT_EQ(EVP_PKEY_generate(context.get(), &key), 1);
    return MintKey(key);
  }
  static MintKey ec(const char* curve = "P-256") { return MintKey(EVP_EC_gen(curve)); }
  static MintKey ed25519() { return MintKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  boost::json::object jwk(std::string_view kid) const {
    boost::json::object members{{"kid", kid}};
    const std::string_view type = EVP_PKEY_get0_type_name(key_.get());
    if (type == "RSA") {
      members["kty"] = "RSA";
      members["n"] = to_base64url(number(OSSL_PKEY_PARAM_RSA_N));
      members["e"] = to_base64url(number(OSSL_PKEY_PARAM_RSA_E));
    } else if (type == "EC") {
      const int size = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
      members["kty"] = "EC";
      members["crv"] = "P-" + std::to_string(EVP_PKEY_get_bits(key_.get()));
      members["x"] = to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_X, size));
      members["y"] = to_base64url(number(OSSL_PKEY_PARAM_EC_PUB_Y, size));
    } else {
      std::string point(32, '\0');
      std::size_t size = point.size();
      EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), bytes_of(point), &size), 1);
      members["kty"] = "OKP";
      members["crv"] = "Ed25519";
      members["x"] = to_base64url(point);
    }
    return members;
  }

  /// RS256 or, with a salt of that length, PS256 (32 is the right one, RFC 7518 §3.5).
  std::string rs256(std::string_view text, const EVP_MD* digest = EVP_sha256()) const {
    return sign(text, digest, [](EVP_PKEY_CTX*) {});
  }
  std::string ps256(std::string_view text, int salt = 32) const {
    return sign(text, EVP_sha256(), [&](EVP_PKEY_CTX* context) {
      EXPECT_GT(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), 0);
      EXPECT_GT(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt), 0);
    });
  }
  std::string eddsa(std::string_view text) const {
    return sign(text, nullptr, [](EVP_PKEY_CTX*) {});
  }
  /// ASN.1, as TLS uses it and JWS does not.
  std::string ecdsa_der(std::string_view text) const {
    return sign(text, EVP_sha256(), [](EVP_PKEY_CTX*) {});
  }
  /// Two numbers of 32 bytes, r and s.
  std::string es256(std::string_view text) const {
    const std::string der = ecdsa_der(text);
    const unsigned char* at = bytes_of(der);
    const Owned<ECDSA_SIG> pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    const int size = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
    return number_bytes(ECDSA_SIG_get0_r(pair.get()), size) +
           number_bytes(ECDSA_SIG_get0_s(pair.get()), size);
  }
  /// By the `alg` of a header.
  std::string by_name(std::string_view algorithm, std::string_view text) const {
    if (algorithm == "RS256") return rs256(text);
    if (algorithm == "PS256") return ps256(text);
    if (algorithm == "ES256") return es256(text);
    return eddsa(text);
  }

 private:
  explicit MintKey(EVP_PKEY* key) : key_(key) { EXPECT_TRUE(key_); }

  std::string number(const char* name, int size = 0) const {
    BIGNUM* found = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &found), 1);
    const Owned<BIGNUM> owned(found);
    return number_bytes(found, size ? size : BN_num_bytes(found));
  }
  template <class Prepare>
  std::string sign(std::string_view text, const EVP_MD* digest, Prepare prepare) const {
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* details = nullptr;
    EXPECT_EQ(EVP_DigestSignInit(context.get(), &details, digest, nullptr, key_.get()), 1);
    prepare(details);
    std::size_t size = 0;
    EXPECT_EQ(EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()), 1);
    std::string signature(size, '\0');
    EXPECT_EQ(
        EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(text), text.size()), 1);
    signature.resize(size);
    return signature;
  }

  Owned<EVP_PKEY> key_;
};

inline std::string signing_input(std::string_view header, std::string_view payload) {
  return to_base64url(header) + '.' + to_base64url(payload);
}

/// A JWK Set of those keys, in that order.
inline std::string jwks_of(const std::vector<boost::json::object>& keys) {
  boost::json::array list;
  for (const boost::json::object& key : keys) list.push_back(key);
  return serialize(boost::json::object{{"keys", list}});
}

}  // namespace dering::identity::testing
