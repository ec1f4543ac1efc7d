// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "identity/testing/campus.h"

// Signatures and encodings at their edges, in the manner of Project Wycheproof; all vectors are
// made here. A token here is good in everything but what the row says.
namespace dering::identity {
namespace {

using namespace testing;

/// The order of P-256 (FIPS 186-4 §D.1.2.3).
constexpr std::string_view p256_order =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The order of Ed25519's group (RFC 8032 §5.1), least significant byte first.
constexpr std::string_view ed25519_order =
    "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(*to_number<std::uint8_t>(hex.substr(i, 2), 16)));
  }
  return bytes;
}

/// Header and payload as they are signed; `number` makes texts that differ.
std::string input(std::string_view algorithm, std::string_view kid, int number = 0) {
  object header = access_header();
  header["alg"] = algorithm;
  header["kid"] = kid;
  object payload = access_payload();
  payload["jti"] = std::to_string(number);
  return signing_input(serialize(header), serialize(payload));
}

class JwsVectors : public ::testing::Test {
 protected:
  bool accepts(const std::string& token) { return verifier.verify(token, now).has_value(); }
  bool accepts(const std::string& text, const std::string& signature) {
    return accepts(text + '.' + to_base64url(signature));
  }
  TokenFault fault_of(const std::string& token) {
    const auto verdict = verifier.verify(token, now);
    EXPECT_FALSE(verdict) << token;
    return verdict ? TokenFault{} : verdict.error();
  }
  /// What every algorithm refuses, made from a good signature.
  void refuses_changes_of(const std::string& text, const std::string& good) {
    ASSERT_TRUE(accepts(text, good));
    for (std::size_t i = 0; i < good.size() * 8; i += 7) {
      std::string flipped = good;
      flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << i % 8));
      EXPECT_FALSE(accepts(text, flipped)) << "bit " << i;
    }
    const std::string zero(1, '\0');
    EXPECT_FALSE(accepts(text, good.substr(1))) << "first byte gone";
    EXPECT_FALSE(accepts(text, good.substr(0, good.size() - 1))) << "last byte gone";
    EXPECT_FALSE(accepts(text, good.substr(0, good.size() / 2))) << "half";
    EXPECT_FALSE(accepts(text, good.substr(0, 1))) << "one byte";
    EXPECT_FALSE(accepts(text, "")) << "nothing";
    EXPECT_FALSE(accepts(text, good + zero)) << "zero behind";
    EXPECT_FALSE(accepts(text, zero + good)) << "zero before";
    EXPECT_FALSE(accepts(text, good + good)) << "twice";
    EXPECT_FALSE(accepts(text, good + std::string(5'000 - good.size(), 'x'))) << "very long";
    EXPECT_FALSE(accepts(text, std::string(good.size(), '\0'))) << "all zero";
    EXPECT_FALSE(accepts(text, std::string(good.size() - 1, '\0') + '\1')) << "one";
    EXPECT_FALSE(accepts(text, std::string(good.size(), '\xff'))) << "all ones";
  }

  const RealmKeys& keys = RealmKeys::get();
  TokenVerifier verifier{issuers(), {.cached_verdicts = 0}};
};

// ---- ES256 --------------------------------------------------------------------------------------

TEST_F(JwsVectors, Es256ChangedSignatures) {
  const std::string text = input("ES256", "ec");
  refuses_changes_of(text, keys.ec.es256(text));
}

TEST_F(JwsVectors, Es256NumbersOutOfRange) {
  const std::string text = input("ES256", "ec");
  const std::string good = keys.ec.es256(text);
  const std::string r = good.substr(0, 32);
  const std::string s = good.substr(32);
  const std::string order = from_hex(p256_order);
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\1';
  const std::string most(32, '\xff');
  for (const std::string& first : {r, zero, one, order, most, s}) {
    for (const std::string& second : {s, zero, one, order, most, r}) {
      if (first == r && second == s) continue;
      EXPECT_FALSE(accepts(text, first + second)) << to_hex(first) << ' ' << to_hex(second);
    }
  }
  // The order less s is the other s that fits (RFC 7518 §3.4 asks for neither).
  const auto n = number_of(order);
  const auto other = number_of(s);
  ASSERT_EQ(BN_sub(other.get(), n.get(), other.get()), 1);
  EXPECT_TRUE(accepts(text, r + number_bytes(other.get(), 32))) << "high or low s";
  // r and s plus the order are the same numbers to careless arithmetic, where they fit.
  const auto bigger = number_of(s);
  ASSERT_EQ(BN_add(bigger.get(), n.get(), bigger.get()), 1);
  if (BN_num_bytes(bigger.get()) <= 32) {
    EXPECT_FALSE(accepts(text, r + number_bytes(bigger.get(), 32)));
  }
}

TEST_F(JwsVectors, Es256InOtherEncodings) {
  const std::string text = input("ES256", "ec");
  EXPECT_FALSE(accepts(text, keys.ec.ecdsa_der(text))) << "ASN.1";
  const std::string good = keys.ec.es256(text);
  const std::string zero(1, '\0');
  EXPECT_FALSE(accepts(text, zero + good.substr(0, 32) + zero + good.substr(32)))
      << "33 bytes each";
  EXPECT_FALSE(accepts(
      text, std::string(16, '\0') + good.substr(0, 32) + std::string(16, '\0') + good.substr(32)))
      << "as long as ES384";
  EXPECT_FALSE(accepts(text, '\4' + good)) << "as a point is written";
  EXPECT_FALSE(accepts(text, to_hex(good))) << "hexadecimal";
}

TEST_F(JwsVectors, Es256LeadingZerosBelongToTheNumbers) {
  for (const std::size_t half : {std::size_t{0}, std::size_t{32}}) {
    std::string text;
    std::string good;
    for (int i = 0; i < 20'000 && (good.empty() || good[half] != '\0'); ++i) {
      text = input("ES256", "ec", i);
      good = keys.ec.es256(text);
    }
    ASSERT_EQ(good[half], '\0');
    EXPECT_TRUE(accepts(text, good));
    std::string shorter = good;
    shorter.erase(half, 1);
    EXPECT_FALSE(accepts(text, shorter));
  }
}

TEST_F(JwsVectors, Es256OfAnotherKeyOrCurve) {
  const std::string text = input("ES256", "ec");
  EXPECT_FALSE(accepts(text, MintKey::ec().es256(text)));
  EXPECT_FALSE(accepts(text, MintKey::ec("P-384").es256(text)));
  EXPECT_FALSE(accepts(text, keys.ed.eddsa(text)));
}

// ---- RS256 and PS256 ----------------------------------------------------------------------------

TEST_F(JwsVectors, RsaChangedSignatures) {
  const std::string pkcs = input("RS256", "rsa");
  refuses_changes_of(pkcs, keys.rsa.rs256(pkcs));
  const std::string pss = input("PS256", "rsa");
  refuses_changes_of(pss, keys.rsa.ps256(pss));
}

TEST_F(JwsVectors, RsaLeadingZerosBelongToTheSignature) {
  for (const std::string_view name : {"RS256", "PS256"}) {
    std::string text;
    std::string good;
    for (int i = 0; i < 20'000 && (good.empty() || good[0] != '\0'); ++i) {
      text = input(name, "rsa", i);
      good = keys.rsa.by_name(name, text);
    }
    ASSERT_EQ(good[0], '\0');
    EXPECT_TRUE(accepts(text, good)) << name;
    EXPECT_FALSE(accepts(text, good.substr(1))) << name << " without it";
    EXPECT_FALSE(accepts(text, '\0' + good)) << name << " with one more";
  }
}

TEST_F(JwsVectors, RsaSignatureIsBelowTheModulus) {
  const std::string n = *from_base64url(std::string(keys.rsa.jwk("rsa").at("n").as_string()));
  for (const std::string_view name : {"RS256", "PS256"}) {
    const std::string text = input(name, "rsa");
    EXPECT_FALSE(accepts(text, n)) << name;
    const auto sum = number_of(keys.rsa.by_name(name, text));
    ASSERT_EQ(BN_add(sum.get(), sum.get(), number_of(n).get()), 1);
    const int size = BN_num_bytes(sum.get());
    EXPECT_FALSE(accepts(text, number_bytes(sum.get(), size))) << name << " plus the modulus";
  }
}

TEST_F(JwsVectors, Rs256WithOtherDigests) {
  const std::string text = input("RS256", "rsa");
  for (const EVP_MD* digest :
       {EVP_sha1(), EVP_sha224(), EVP_sha384(), EVP_sha512(), EVP_md5(), EVP_sha512_256()}) {
    EXPECT_FALSE(accepts(text, keys.rsa.rs256(text, digest)));
  }
}

TEST_F(JwsVectors, Ps256WithOtherSaltLengths) {
  const std::string text = input("PS256", "rsa");
  EXPECT_TRUE(accepts(text, keys.rsa.ps256(text, 32)));
  // 222 is the most that fits 2048 bits.
  for (const int salt : {0, 1, 20, 31, 33, 64, 222}) {
    EXPECT_FALSE(accepts(text, keys.rsa.ps256(text, salt))) << salt;
  }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) of a text: with e = 1 it is its own signature.
std::string padded_digest(const std::string& text, std::size_t size) {
  const std::string algorithm = from_hex("3031300d060960864801650304020105000420");
  const std::string end = std::string(1, '\0') + algorithm + sha256(text);
  return std::string("\0\1", 2) + std::string(size - 2 - end.size(), '\xff') + end;
}

TEST_F(JwsVectors, KeysThatAnyoneCouldSignForAreNotTaken) {
  object exponent_one = keys.rsa.jwk("one");
  exponent_one["e"] = "AQ";
  const MintKey small = MintKey::rsa(1024);
  const MintKey cubic = MintKey::rsa(2048, 3);
  const MintKey other_curve = MintKey::ec("P-384");
  object off_curve = keys.ec.jwk("off");
  off_curve["x"] = to_base64url(std::string(31, '\0') + '\5');
  Issuer issuer = realm_issuer();
  issuer.keys = key_set(
      {exponent_one, small.jwk("small"), cubic.jwk("cubic"), other_curve.jwk("p384"), off_curve});
  TokenVerifier careless({issuer});
  const auto fault = [&](const std::string& text, const std::string& signature) {
    const auto verdict = careless.verify(text + '.' + to_base64url(signature), now);
    EXPECT_FALSE(verdict);
    return verdict ? TokenFault{} : verdict.error();
  };
  const std::string one = input("RS256", "one");
  EXPECT_EQ(fault(one, padded_digest(one, 256)), TokenFault::unknown_key);
  for (const auto& [kid, key] : {std::pair("small", &small), std::pair("cubic", &cubic)}) {
    const std::string text = input("RS256", kid);
    EXPECT_EQ(fault(text, key->rs256(text)), TokenFault::unknown_key) << kid;
  }
  const std::string p384 = input("ES256", "p384");
  EXPECT_EQ(fault(p384, other_curve.es256(p384)), TokenFault::unknown_key);
  const std::string off = input("ES256", "off");
  EXPECT_EQ(fault(off, std::string(64, '\1')), TokenFault::unknown_key);
  EXPECT_EQ(issuer.keys->size(), 0U);
}

TEST_F(JwsVectors, Rs256PaddingIsCheckedWhole) {
  // The padded digest itself is not its signature, for e is not 1.
  const std::string text = input("RS256", "rsa");
  EXPECT_FALSE(accepts(text, padded_digest(text, 256)));
}

// ---- EdDSA --------------------------------------------------------------------------------------

TEST_F(JwsVectors, EddsaChangedSignatures) {
  const std::string text = input("EdDSA", "ed");
  refuses_changes_of(text, keys.ed.eddsa(text));
}

TEST_F(JwsVectors, EddsaScalarIsBelowTheOrder) {
  const std::string text = input("EdDSA", "ed");
  const std::string good = keys.ed.eddsa(text);
  const std::string order = from_hex(ed25519_order);
  std::string sum = good;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(good[32 + i]);
    carry += static_cast<unsigned char>(order[i]);
    sum[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  EXPECT_FALSE(accepts(text, sum));
  EXPECT_FALSE(accepts(text, good.substr(0, 32) + order));
  EXPECT_FALSE(accepts(text, MintKey::ed25519().eddsa(text)));
}

// ---- encoding -----------------------------------------------------------------------------------

TEST_F(JwsVectors, PartsAreStrictBase64url) {
  const std::string token = access_token();
  ASSERT_TRUE(accepts(token));
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  for (const std::size_t at : {std::size_t{0}, std::size_t{3}, first, first + 1, second - 1, second,
                               second + 1, token.size() - 1, token.size()}) {
    for (const std::string_view extra :
         {"=", "==", " ", "\n", "\r\n", "\t", "+", "/", "%2e", ".", "..", "~", "*", "\xc3\xa9"}) {
      std::string changed = token;
      changed.insert(at, extra);
      EXPECT_EQ(fault_of(changed), TokenFault::not_a_jws) << extra << " at " << at;
    }
    std::string changed = token;
    changed.insert(at, 1, '\0');
    EXPECT_EQ(fault_of(changed), TokenFault::not_a_jws) << "NUL at " << at;
  }
  std::string standard = token;
  for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
  ASSERT_NE(standard, token);
  EXPECT_EQ(fault_of(standard), TokenFault::not_a_jws) << "the other alphabet";
}

TEST_F(JwsVectors, LeftoverBitsAreZero) {
  // A signature of 256 bytes leaves four bits in its last character, one of 64 bytes two... of
  // which each other value would be one more spelling of the same token.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const auto& [algorithm, kid] : {std::pair("RS256", "rsa"), std::pair("ES256", "ec")}) {
    const std::string text = input(algorithm, kid);
    const std::string token = text + '.' + to_base64url(keys.named(kid).by_name(algorithm, text));
    ASSERT_TRUE(accepts(token));
    std::string other = token;
    other.back() = alphabet[alphabet.find(other.back()) + 1];
    EXPECT_EQ(fault_of(other), TokenFault::not_a_jws) << algorithm;
  }
}

TEST_F(JwsVectors, OtherSerializations) {
  const std::string token = access_token();
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  const std::string head = token.substr(0, first);
  const std::string payload = token.substr(first + 1, second - first - 1);
  const std::string signature = token.substr(second + 1);
  for (const std::string& text :
       {R"({"protected":")" + head + R"(","payload":")" + payload + R"(","signature":")" +
            signature + R"("})",
        head + ".." + signature, head + '.' + payload, token + '.' + signature,
        head + '.' + payload + ".." + signature, '.' + payload + '.' + signature, "Bearer " + token,
        '"' + token + '"', token + ',' + token}) {
    EXPECT_EQ(fault_of(text), TokenFault::not_a_jws) << text.substr(0, 40);
  }
  EXPECT_EQ(fault_of(payload + '.' + head + '.' + signature), TokenFault::algorithm_not_allowed);
}

TEST_F(JwsVectors, OneTokensSignatureFitsNoOther) {
  const std::string one = input("RS256", "rsa", 1);
  const std::string two = input("RS256", "rsa", 2);
  EXPECT_FALSE(accepts(one, keys.rsa.rs256(two)));
  EXPECT_FALSE(accepts(one, keys.others.rs256(one))) << "another realm's key";
  EXPECT_FALSE(
      accepts(one, keys.rsa.rs256(one.substr(0, one.find('.')) + one.substr(one.find('.') + 1))))
      << "the text without its dot";
}

}  // namespace
}  // namespace dering::identity
