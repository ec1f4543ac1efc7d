// SPDX-License-Identifier: Apache-2.0
#include "identity/roca.h"

#include <gtest/gtest.h>

#include "identity/keys.h"
#include "identity/testing/mint.h"

namespace dering::identity {
namespace {

using testing::jwks_of;
using testing::MintKey;
using testing::number_bytes;
using testing::Owned;

using Context = std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)>;

Owned<BIGNUM> number(unsigned long word) {
  Owned<BIGNUM> made(BN_new());
  EXPECT_EQ(BN_set_word(made.get(), word), 1);
  return made;
}

bool is_prime(unsigned candidate) {
  for (unsigned divisor = 2; divisor * divisor <= candidate; ++divisor) {
    if (candidate % divisor == 0) return false;
  }
  return true;
}

/// Primes as that library made them: k·M + 65537^a mod M, M the product of the first `count`
/// primes.
class WeakPrimes {
 public:
  explicit WeakPrimes(int count) : context_(BN_CTX_new(), BN_CTX_free), m_(number(1)) {
    for (unsigned candidate = 2; count > 0; ++candidate) {
      if (!is_prime(candidate)) continue;
      EXPECT_EQ(BN_mul_word(m_.get(), candidate), 1);
      --count;
    }
  }

  /// The first from k·2^shift on.
  Owned<BIGNUM> prime(unsigned long k, int bits, unsigned long a) {
    Owned<BIGNUM> found(BN_new());
    Owned<BIGNUM> rest(BN_new());
    EXPECT_EQ(
        BN_mod_exp(rest.get(), number(65537).get(), number(a).get(), m_.get(), context_.get()), 1);
    Owned<BIGNUM> multiple(BN_new());
    EXPECT_EQ(BN_set_word(multiple.get(), k), 1);
    EXPECT_EQ(BN_lshift(multiple.get(), multiple.get(), bits - BN_num_bits(m_.get()) - 8), 1);
    do {
      EXPECT_EQ(BN_add_word(multiple.get(), 1), 1);
      EXPECT_EQ(BN_mul(found.get(), multiple.get(), m_.get(), context_.get()), 1);
      EXPECT_EQ(BN_add(found.get(), found.get(), rest.get()), 1);
    } while (BN_check_prime(found.get(), context_.get(), nullptr) != 1);
    return found;
  }

  std::string modulus(int bits) {
    const auto p = prime(0xc5, bits / 2, 1'234'567);
    const auto q = prime(0xe3, bits / 2, 7'654'321);
    Owned<BIGNUM> n(BN_new());
    EXPECT_EQ(BN_mul(n.get(), p.get(), q.get(), context_.get()), 1);
    return number_bytes(n.get(), BN_num_bytes(n.get()));
  }

 private:
  Context context_;
  Owned<BIGNUM> m_;
};

boost::json::object jwk_of(std::string_view modulus) {
  return {{"kid", "card"}, {"kty", "RSA"}, {"e", "AQAB"}, {"n", to_base64url(modulus)}};
}

/// How many primes the library took for keys of that length.
struct Length {
  int bits;
  int primes;
};

TEST(RocaFingerprint, AT13_IsFoundInKeysOfEveryLengthThatWeTake) {
  for (const auto& [bits, primes] : {Length{2048, 126}, Length{3072, 126}, Length{4096, 225}}) {
    const std::string modulus = WeakPrimes(primes).modulus(bits);
    ASSERT_GE(modulus.size() * 8, static_cast<std::size_t>(bits) - 8);
    EXPECT_TRUE(has_roca_fingerprint(modulus)) << bits;
    EXPECT_TRUE(has_roca_fingerprint(std::string(3, '\0') + modulus)) << bits;
  }
}

TEST(RocaFingerprint, AT13_AKeyThatHasItIsNotBelieved) {
  const std::string modulus = WeakPrimes(126).modulus(2048);
  const auto keys = KeySet::from_jwks(jwks_of({jwk_of(modulus), MintKey::rsa().jwk("honest")}));
  ASSERT_TRUE(keys);
  EXPECT_FALSE(keys->has("card", Algorithm::rs256));
  EXPECT_FALSE(keys->has("card", Algorithm::ps256));
  EXPECT_TRUE(keys->has("honest", Algorithm::rs256));
}

TEST(RocaFingerprint, IsNotFoundInHonestKeys) {
  for (int i = 0; i < 8; ++i) {
    const auto jwk = MintKey::rsa().jwk("k");
    const auto modulus = from_base64url(jwk.at("n").as_string());
    ASSERT_TRUE(modulus);
    EXPECT_FALSE(has_roca_fingerprint(*modulus));
  }
  EXPECT_FALSE(has_roca_fingerprint(""));
}

}  // namespace
}  // namespace dering::identity
