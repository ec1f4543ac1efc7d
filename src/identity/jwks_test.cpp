// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "identity/keys.h"
#include "identity/testing/mint.h"

namespace dering::identity {
namespace {

using boost::json::array;
using boost::json::object;
using testing::jwks_of;
using testing::MintKey;

constexpr std::array all_algorithms{Algorithm::es256, Algorithm::rs256, Algorithm::ps256,
                                    Algorithm::eddsa};

class JwksTest : public ::testing::Test {
 protected:
  static const MintKey& rsa() {
    static const MintKey key = MintKey::rsa();
    return key;
  }
  static const MintKey& ec() {
    static const MintKey key = MintKey::ec();
    return key;
  }
  static const MintKey& ed() {
    static const MintKey key = MintKey::ed25519();
    return key;
  }
  static object changed(object key, const std::function<void(object&)>& change) {
    change(key);
    return key;
  }
  static KeySet read(const std::vector<object>& keys) {
    auto set = KeySet::from_jwks(jwks_of(keys));
    EXPECT_TRUE(set) << set.error();
    return set ? *std::move(set) : KeySet();
  }
  /// Which algorithms the key of that id serves, as letters.
  static std::string served(const KeySet& set, std::string_view kid) {
    std::string letters;
    const std::string names = "erpd";
    for (std::size_t i = 0; i < all_algorithms.size(); ++i) {
      if (set.has(kid, all_algorithms[i])) letters += names[i];
    }
    return letters;
  }
};

TEST_F(JwksTest, AKeyServesTheAlgorithmItNamesOrAllOfItsKind) {
  const auto with_algorithm = [](const object& key, std::string_view name) {
    return changed(key, [&](object& k) { k["alg"] = name; });
  };
  const KeySet keys = read({
      rsa().jwk("rsa"),
      with_algorithm(rsa().jwk("rs256"), "RS256"),
      with_algorithm(rsa().jwk("ps256"), "PS256"),
      with_algorithm(rsa().jwk("rs512"), "RS512"),
      with_algorithm(rsa().jwk("rs-es"), "ES256"),
      with_algorithm(rsa().jwk("hs"), "HS256"),
      with_algorithm(rsa().jwk("none"), "none"),
      ec().jwk("ec"),
      with_algorithm(ec().jwk("es256"), "ES256"),
      with_algorithm(ec().jwk("ec-rs"), "RS256"),
      ed().jwk("ed"),
      with_algorithm(ed().jwk("eddsa"), "EdDSA"),
      with_algorithm(ed().jwk("ed25519"), "Ed25519"),
  });
  EXPECT_EQ(served(keys, "rsa"), "rp");
  EXPECT_EQ(served(keys, "rs256"), "r");
  EXPECT_EQ(served(keys, "ps256"), "p");
  EXPECT_EQ(served(keys, "ec"), "e");
  EXPECT_EQ(served(keys, "es256"), "e");
  EXPECT_EQ(served(keys, "ed"), "d");
  EXPECT_EQ(served(keys, "eddsa"), "d");
  EXPECT_EQ(served(keys, "ed25519"), "d");
  for (const auto* kid : {"rs512", "rs-es", "hs", "none", "ec-rs"}) {
    EXPECT_EQ(served(keys, kid), "") << kid;
  }
  EXPECT_EQ(keys.size(), 9U);
}

TEST_F(JwksTest, KeysForOtherUsesArePassedOver) {
  struct Row {
    std::string_view what;
    bool is_taken;
    std::function<void(object&)> change;
  };
  const std::vector<Row> rows{
      {"use sig", true, [](object& k) { k["use"] = "sig"; }},
      {"use enc", false, [](object& k) { k["use"] = "enc"; }},
      {"use in another case", false, [](object& k) { k["use"] = "SIG"; }},
      {"use null", false, [](object& k) { k["use"] = nullptr; }},
      {"Keycloak's RSA-OAEP key", false,
       [](object& k) {
         k["use"] = "enc";
         k["alg"] = "RSA-OAEP";
       }},
      {"RSA-OAEP without use", false, [](object& k) { k["alg"] = "RSA-OAEP"; }},
      {"alg 1", false, [](object& k) { k["alg"] = 1; }},
      {"key_ops verify", true, [](object& k) { k["key_ops"] = array{"verify"}; }},
      {"key_ops encrypt", false, [](object& k) { k["key_ops"] = array{"encrypt", "wrapKey"}; }},
      {"key_ops empty", false, [](object& k) { k["key_ops"] = array{}; }},
      {"key_ops a string", false, [](object& k) { k["key_ops"] = "verify"; }},
      {"private", false, [](object& k) { k["d"] = "AQAB"; }},
      {"no kid", false, [](object& k) { k.erase("kid"); }},
      {"empty kid", false, [](object& k) { k["kid"] = ""; }},
      {"kid 7", false, [](object& k) { k["kid"] = 7; }},
      {"64 KiB of kid", false, [](object& k) { k["kid"] = std::string(65'536, 'k'); }},
      {"no kty", false, [](object& k) { k.erase("kty"); }},
      {"kty rsa", false, [](object& k) { k["kty"] = "rsa"; }},
      {"kty oct", false, [](object& k) { k["kty"] = "oct"; }},
      {"certificates and others", true,
       [](object& k) {
         k["x5c"] = array{"junk"};
         k["x5t"] = "junk";
         k["x5u"] = "http://127.0.0.1/";
         k["nbf"] = 1;
       }},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(read({changed(rsa().jwk("k"), row.change)}).size() != 0, row.is_taken) << row.what;
  }
}

TEST_F(JwksTest, WeakOrMalformedKeysArePassedOver) {
  const MintKey small = MintKey::rsa(1024);
  const MintKey cubic = MintKey::rsa(2048, 3);
  const object good = rsa().jwk("k");
  const std::string modulus = *from_base64url(std::string(good.at("n").as_string()));
  std::string even = modulus;
  even.back() = static_cast<char>(even.back() & ~1);
  const auto rsa_with = [&](std::string_view name, const std::string& bytes) {
    return changed(good, [&](object& k) { k[name] = to_base64url(bytes); });
  };
  const auto ec_with = [&](std::string_view name, const auto& value) {
    return changed(ec().jwk("k"), [&](object& k) { k[name] = value; });
  };
  const std::string x = *from_base64url(std::string(ec().jwk("k").at("x").as_string()));
  // The prime of P-256: a coordinate must be below it.
  const std::string prime = "\xff\xff\xff\xff" + std::string("\0\0\0\1", 4) +
                            std::string(12, '\0') + std::string(12, '\xff');
  struct Row {
    std::string_view what;
    object key;
  };
  const std::vector<Row> rows{
      {"1024 bits", small.jwk("k")},
      {"e = 3", cubic.jwk("k")},
      {"e = 1", rsa_with("e", "\x01")},
      {"e = 0", rsa_with("e", std::string(1, '\0'))},
      {"e even", rsa_with("e", std::string("\1\0\2", 3))},
      {"e of 5 bytes", rsa_with("e", std::string("\1\0\0\0\1", 5))},
      {"e empty", rsa_with("e", "")},
      {"n empty", rsa_with("n", "")},
      {"n even", rsa_with("n", even)},
      {"n zero", rsa_with("n", std::string(256, '\0'))},
      {"n mostly zeros", rsa_with("n", std::string(200, '\0') + modulus.substr(0, 56))},
      {"n of 2047 bits", rsa_with("n", '\x7f' + modulus.substr(1))},
      {"n of 8200 bits", rsa_with("n", std::string(769, '\xff') + modulus)},
      {"n with padding", changed(good, [](object& k) { k["n"] = "AQAB=="; })},
      {"n a number", changed(good, [](object& k) { k["n"] = 65537; })},
      {"no e", changed(good, [](object& k) { k.erase("e"); })},
      {"P-384", MintKey::ec("P-384").jwk("k")},
      {"P-521", MintKey::ec("P-521").jwk("k")},
      {"P-384 that says P-256",
       changed(MintKey::ec("P-384").jwk("k"), [](object& k) { k["crv"] = "P-256"; })},
      {"P-256 that says P-384", ec_with("crv", "P-384")},
      {"secp256k1", ec_with("crv", "secp256k1")},
      {"curve in another case", ec_with("crv", "p-256")},
      {"no curve", changed(ec().jwk("k"), [](object& k) { k.erase("crv"); })},
      {"off the curve", ec_with("x", to_base64url(x.substr(1) + 'x'))},
      {"infinity", changed(ec_with("x", to_base64url(std::string(32, '\0'))),
                           [](object& k) { k["y"] = k["x"]; })},
      {"x not below the prime", ec_with("x", to_base64url(prime))},
      {"x of 31 bytes", ec_with("x", to_base64url(x.substr(1)))},
      {"x of 33 bytes", ec_with("x", to_base64url('\0' + x))},
      {"compressed point",
       changed(ec_with("x", to_base64url('\2' + x)), [](object& k) { k.erase("y"); })},
      {"no y", changed(ec().jwk("k"), [](object& k) { k.erase("y"); })},
      {"X25519", changed(ed().jwk("k"), [](object& k) { k["crv"] = "X25519"; })},
      {"Ed448", changed(ed().jwk("k"), [](object& k) { k["crv"] = "Ed448"; })},
      {"Ed25519 of 31 bytes",
       changed(ed().jwk("k"), [](object& k) { k["x"] = to_base64url(std::string(31, 'a')); })},
      {"oct", {{"kty", "oct"}, {"kid", "k"}, {"k", to_base64url(std::string(64, 'k'))}}},
      {"oct with alg", {{"kty", "oct"}, {"kid", "k"}, {"k", "AAAA"}, {"alg", "HS256"}}},
  };
  for (const Row& row : rows) EXPECT_EQ(read({row.key}).size(), 0U) << row.what;
  EXPECT_EQ(read({rsa_with("n", std::string(1, '\0') + modulus)}).size(), 2U)
      << "one zero byte before the modulus is what some issuers write";
}

TEST_F(JwksTest, AMixedSetGivesItsGoodKeys) {
  const KeySet keys = read({
      {{"kty", "oct"}, {"kid", "secret"}, {"k", "AAAA"}},
      changed(rsa().jwk("enc"), [](object& k) { k["use"] = "enc"; }),
      {},
      MintKey::rsa(1024).jwk("weak"),
      rsa().jwk("good"),
      {{"kty", "AKP"}, {"kid", "new"}, {"alg", "ML-DSA-65"}, {"pub", "AAAA"}},
      ec().jwk("other"),
  });
  EXPECT_EQ(served(keys, "good"), "rp");
  EXPECT_EQ(served(keys, "other"), "e");
  EXPECT_EQ(keys.size(), 3U);
}

TEST_F(JwksTest, OfTwoKeysWithOneIdTheFirstCountsForEachAlgorithm) {
  const MintKey other = MintKey::rsa();
  const std::string text = testing::signing_input(R"({"alg":"RS256"})", "{}");
  const auto token_of = [&](const MintKey& key) {
    return text + '.' + to_base64url(key.rs256(text));
  };
  const KeySet keys = read({
      // Neither may shadow the good one.
      changed(other.jwk("k"), [](object& k) { k["use"] = "enc"; }),
      changed(other.jwk("k"), [](object& k) { k["e"] = "AQ"; }),
      rsa().jwk("k"),
      other.jwk("k"),
      ec().jwk("k"),
  });
  EXPECT_EQ(served(keys, "k"), "erp");
  EXPECT_TRUE(keys.signed_by("k", Algorithm::rs256, token_of(rsa())));
  EXPECT_FALSE(keys.signed_by("k", Algorithm::rs256, token_of(other)));
}

TEST_F(JwksTest, ASetIsBoundedAndWellFormed) {
  std::vector<object> many;
  for (std::size_t i = 0; i < KeySet::most_keys; ++i) many.push_back(ec().jwk(std::to_string(i)));
  EXPECT_EQ(read(many).size(), KeySet::most_keys);
  many.push_back(ec().jwk("one more"));
  EXPECT_FALSE(KeySet::from_jwks(jwks_of(many)));

  const std::string good = jwks_of({ec().jwk("k")});
  ASSERT_TRUE(KeySet::from_jwks(good + std::string(KeySet::most_bytes - good.size(), ' ')));
  EXPECT_FALSE(KeySet::from_jwks(good + std::string(KeySet::most_bytes - good.size() + 1, ' ')));
  const std::string key = serialize(ec().jwk("k"));
  for (const std::string& text : {
           std::string(),
           std::string("{}"),
           std::string("[]"),
           '[' + key + ']',
           key,
           std::string(R"({"keys":null})"),
           std::string(R"({"keys":{}})"),
           std::string(R"({"keys":"x"})"),
           std::string(R"({"Keys":[]})"),
           R"({"keys":[)" + key,
           good + good,
           good + 'x',
           R"({"keys":[],"keys":[)" + key + "]}",
           R"({"keys":[{"kid":"a",)" + key.substr(1) + "]}",
           R"({"keys":[)" + std::string(1'000, '[') + std::string(1'000, ']') + "]}",
           std::string("{\"keys\":[],\"a\":\"\xff\"}"),
       }) {
    EXPECT_FALSE(KeySet::from_jwks(text)) << text.substr(0, 80);
  }
  EXPECT_EQ(KeySet::from_jwks(R"({"keys":[1,null,"x",[],{}]})")->size(), 0U);
}

TEST_F(JwksTest, SetsAreEqualWhenTheirKeysAre) {
  const object a = rsa().jwk("a");
  const object b = ec().jwk("b");
  EXPECT_EQ(read({a, b}), read({b, a}));
  EXPECT_EQ(read({a}), read({changed(a, [](object& k) { k["x5t"] = "x"; })}));
  EXPECT_NE(read({a}), read({a, b}));
  EXPECT_NE(read({a}), read({changed(a, [](object& k) { k["kid"] = "c"; })}));
  EXPECT_NE(read({a}), read({changed(a, [](object& k) { k["alg"] = "RS256"; })}));
  EXPECT_NE(read({b}), read({MintKey::ec().jwk("b")})) << "another key under the same id";
}

}  // namespace
}  // namespace dering::identity
