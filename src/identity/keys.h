// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cjose/jwk.h>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace dering::identity {

/// SHA-256 (FIPS 180-4): 32 bytes.
std::string sha256(std::string_view bytes);
/// Compares without telling by its time where the texts differ. Their length is no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

struct ReleaseJwk {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
using JwkPtr = std::unique_ptr<cjose_jwk_t, ReleaseJwk>;
struct ReleasePkey {
  void operator()(evp_pkey_st* key) const;
};
using PkeyPtr = std::unique_ptr<evp_pkey_st, ReleasePkey>;

/// What may sign a token (RFC 7518 §3.1, RFC 8037 §3.1): public-key signatures only, never `none`
/// and never a shared secret. Ed25519 is the one curve of EdDSA that we take.
enum class Algorithm : std::uint8_t { es256, rs256, ps256, eddsa };
/// By the `alg` of a header, which is matched byte for byte.
std::optional<Algorithm> algorithm_named(std::string_view name);

/// The public keys of one issuer, found by key id. Immutable once it is in use; one thread.
class KeySet {
 public:
  static constexpr std::size_t most_bytes = 256 * 1024;  ///< of a JWK Set
  static constexpr std::size_t most_keys = 64;           ///< in a JWK Set, of whatever kind

  /// What an issuer publishes (RFC 7517 §5). Keys that can't sign tokens for us are passed over:
  /// for encryption, shared secrets, weak ones, ones without an id. Of two with the same id and
  /// algorithm the first counts. A sentence if it is no JWK Set or is beyond these bounds.
  static std::expected<KeySet, std::string> from_jwks(std::string_view json);

  /// One JSON Web Key (RFC 7517). False if it is not a public key that `algorithm` can use, or if
  /// there is one of that id and algorithm already.
  bool add(std::string_view jwk, Algorithm algorithm);

  /// What a compact JWS (RFC 7515 §7.1) signs, if the key of that id and algorithm made its
  /// signature. Its parts must be strict base64url already.
  std::optional<std::string> signed_by(std::string_view kid, Algorithm algorithm,
                                       std::string_view token) const;
  bool has(std::string_view kid, Algorithm algorithm) const {
    return find(kid, algorithm) != nullptr;
  }
  /// A key that serves two algorithms counts twice.
  std::size_t size() const { return keys_.size(); }
  /// Whether both hold the same keys under the same ids, in whatever order.
  bool operator==(const KeySet& other) const;

 private:
  friend struct KeyReader;
  struct Key {
    std::string kid;
    Algorithm algorithm;
    std::string material;  ///< what makes it this key and no other
    JwkPtr jwk;            ///< of all algorithms but EdDSA, which libcjose does not know
    PkeyPtr ed25519;
  };
  const Key* find(std::string_view kid, Algorithm algorithm) const;

  std::vector<Key> keys_;
};

/// The P-256 key with which the built-in provider signs (ES256, RFC 7518 §3.4). Its id is its
/// thumbprint (RFC 7638). One thread.
class SigningKey {
 public:
  static SigningKey generate();
  /// From what private_jwk() gave; a sentence if it is anything else.
  static std::expected<SigningKey, std::string> from_private_jwk(std::string_view json);

  /// A secret: for the key file only.
  std::string private_jwk() const;
  /// With kid, use and alg, as a JWKS lists it.
  const std::string& public_jwk() const { return public_jwk_; }
  const std::string& kid() const { return kid_; }
  /// The same key as its verifier sees it.
  KeySet public_keys() const;

  /// A secret for another purpose, the same each time (HKDF, RFC 5869). Who learns it learns
  /// nothing about the key, nor about what is derived for other purposes.
  std::array<std::uint8_t, 32> derived(std::string_view purpose) const;

  /// A compact JWS of `claims`, which is a JSON object, with that `typ` in its header.
  std::string sign(std::string_view claims, std::string_view type) const;

 private:
  explicit SigningKey(JwkPtr jwk);

  JwkPtr jwk_;
  std::string kid_;
  std::string public_jwk_;
};

}  // namespace dering::identity
