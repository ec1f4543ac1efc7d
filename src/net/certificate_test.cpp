// SPDX-License-Identifier: Apache-2.0
#include "net/certificate.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

namespace dering::net {
namespace {

constexpr UnixSeconds some_day{1'800'000'000};
const std::vector<std::string> names = {"phone.example", "localhost"};
const std::vector<SocketAddress> addresses = {SocketAddress::from_ipv4(0xc0000201, 0),
                                              *SocketAddress::from_text("2001:db8::1", 0)};

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

/// All certificates of a chain, the server's first.
std::vector<Certificate> certificates_of(const std::string& chain) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> reader(
      BIO_new_mem_buf(chain.data(), static_cast<int>(chain.size())), BIO_free);
  std::vector<Certificate> all;
  while (X509* one = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(one, X509_free);
  }
  return all;
}

/// Whether somebody who trusts the authority alone believes the chain on that day.
bool is_believed(const std::string& chain, const std::string& authority, UnixSeconds day) {
  const auto sent = certificates_of(chain);
  const auto trusted = certificates_of(authority);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
  X509_STORE_add_cert(store.get(), trusted.front().get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> judged(X509_STORE_CTX_new(),
                                                                               X509_STORE_CTX_free);
  X509_STORE_CTX_init(judged.get(), store.get(), sent.front().get(), nullptr);
  X509_STORE_CTX_set_time(judged.get(), 0, day.count());
  X509_STORE_CTX_set_flags(judged.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_purpose(judged.get(), X509_PURPOSE_SSL_SERVER);
  return X509_verify_cert(judged.get()) == 1;
}

KeyPair authority() {
  return *make_authority("Dering of phone.example", some_day);
}

TEST(IssuedCertificate, IsBelievedByWhoeverTrustsTheAuthority) {
  const KeyPair ours = authority();
  const auto pair = issue_certificate(ours, {names, addresses}, some_day);
  ASSERT_TRUE(pair) << pair.error();
  EXPECT_EQ(certificates_of(pair->certificate).size(), 2U);
  EXPECT_TRUE(is_believed(pair->certificate, ours.certificate, some_day));
  EXPECT_FALSE(is_believed(pair->certificate, authority().certificate, some_day));
  EXPECT_FALSE(is_believed(pair->certificate, ours.certificate, some_day + std::chrono::days(900)));
  // Years later another one, and nobody has to be told.
  const UnixSeconds later = some_day + std::chrono::days(6'000);
  EXPECT_TRUE(is_believed(issue_certificate(ours, {names, {}}, later)->certificate,
                          ours.certificate, later));
}

TEST(IssuedCertificate, TellsWhenItExpires) {
  const auto pair = issue_certificate(authority(), {names, {}}, some_day);
  EXPECT_EQ(expiry_of(pair->certificate), some_day + std::chrono::days(824));
  EXPECT_EQ(expiry_of("nothing"), std::nullopt);
}

TEST(IssuedCertificate, IsNoAuthorityItself) {
  const auto pair = issue_certificate(authority(), {names, {}}, some_day);
  const auto below = issue_certificate(*pair, {names, {}}, some_day);
  EXPECT_FALSE(is_believed(below->certificate, authority().certificate, some_day));
  EXPECT_EQ(X509_check_ca(certificates_of(pair->certificate).front().get()), 0);
}

TEST(IssuedCertificate, NamesEveryHostAndAddress) {
  const auto pair = issue_certificate(authority(), {names, addresses}, some_day);
  ASSERT_TRUE(pair) << pair.error();
  const auto chain = certificates_of(pair->certificate);
  const Certificate& certificate = chain.front();
  EXPECT_EQ(X509_check_host(certificate.get(), "phone.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0), 1);

  int days = 0;
  int seconds = 0;
  ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()),
                           X509_get0_notAfter(certificate.get())),
            1);
  EXPECT_EQ(days, 825);
  time_t then = some_day.count();
  EXPECT_EQ(X509_cmp_time(X509_get0_notBefore(certificate.get()), &then), -1);
  EXPECT_EQ(X509_cmp_time(X509_get0_notAfter(certificate.get()), &then), 1);
}

TEST(IssuedCertificate, RefusesWhatIsNoName) {
  for (const std::string name : {"", "a,IP:192.0.2.9", "a b", "a\n"}) {
    EXPECT_FALSE(issue_certificate(authority(), {{&name, 1}, {}}, some_day)) << name;
  }
  EXPECT_FALSE(issue_certificate(authority(), {}, some_day));
  EXPECT_FALSE(issue_certificate({"nothing", "nothing"}, {names, {}}, some_day));
}

TEST(LoadKeyPair, TakesWhatBelongsTogetherAndSaysWhatDoesNot) {
  std::string pattern = ::testing::TempDir() + "pairXXXXXX";
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  const std::string chain = directory / "chain.pem";
  const std::string key = directory / "key.pem";
  const auto one = issue_certificate(authority(), {names, {}}, some_day);
  const auto other = issue_certificate(authority(), {names, {}}, some_day);
  ASSERT_TRUE(one && other);

  std::ofstream(chain) << one->certificate;
  EXPECT_EQ(load_key_pair(chain, key).error(), "cannot read the private key " + key);
  std::ofstream(key) << one->key;
  EXPECT_TRUE(load_key_pair(chain, key));
  std::ofstream(key) << other->key;
  EXPECT_EQ(load_key_pair(chain, key).error(),
            "the private key " + key + " does not belong to " + chain);
  std::ofstream(key) << "nothing";
  EXPECT_EQ(load_key_pair(chain, key).error(), key + " holds no unencrypted PEM private key");
  std::ofstream(chain) << "nothing";
  EXPECT_EQ(load_key_pair(chain, key).error(), chain + " holds no PEM certificate");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace dering::net
