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

TEST(SelfSigned, NamesEveryHostAndAddress) {
  const auto pair = make_self_signed(names, addresses, some_day);
  ASSERT_TRUE(pair) << pair.error();
  const std::unique_ptr<BIO, decltype(&BIO_free)> reader(
      BIO_new_mem_buf(pair->certificate.data(), static_cast<int>(pair->certificate.size())),
      BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr), X509_free);
  ASSERT_TRUE(certificate);
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

TEST(SelfSigned, RefusesWhatIsNoName) {
  for (const std::string name : {"", "a,IP:192.0.2.9", "a b", "a\n"}) {
    EXPECT_FALSE(make_self_signed({&name, 1}, {}, some_day)) << name;
  }
  EXPECT_FALSE(make_self_signed({}, {}, some_day));
}

TEST(LoadKeyPair, TakesWhatBelongsTogetherAndSaysWhatDoesNot) {
  std::string pattern = ::testing::TempDir() + "pairXXXXXX";
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  const std::string chain = directory / "chain.pem";
  const std::string key = directory / "key.pem";
  const auto one = make_self_signed(names, {}, some_day);
  const auto other = make_self_signed(names, {}, some_day);
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
