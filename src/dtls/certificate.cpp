// SPDX-License-Identifier: Apache-2.0
#include "dtls/certificate.h"

#include <fmt/ranges.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <chrono>

#include "base/check.h"
#include "base/text.h"
#include "dtls/openssl.h"

namespace dering::dtls {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds lifetime = 30 * 24h;
constexpr std::chrono::seconds clock_error = 24h;
constexpr std::size_t fingerprint_length = 32 * 3 - 1;

void set_serial(X509& certificate, Random& random) {
  // RFC 5280 §4.1.2.2: positive, at most 20 octets.
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  octets[0] = (octets[0] & 0x7F) | 0x40;
  const std::unique_ptr<BIGNUM, FreeOpenssl> number(
      BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  DERING_CHECK(number &&
               BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr);
}

void set_validity(X509& certificate, UnixSeconds now) {
  const auto from = static_cast<time_t>((now - clock_error).count());
  const auto until = static_cast<time_t>((now + lifetime).count());
  DERING_CHECK(ASN1_TIME_set(X509_getm_notBefore(&certificate), from) != nullptr);
  DERING_CHECK(ASN1_TIME_set(X509_getm_notAfter(&certificate), until) != nullptr);
}

void set_names(X509& certificate, Random& random) {
  const std::unique_ptr<X509_NAME, FreeOpenssl> name(X509_NAME_new());
  const std::string text = random.token(16);
  const Bytes bytes = as_bytes(text);
  const bool done = name && X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_ASC, bytes.data(),
                                                       static_cast<int>(bytes.size()), -1, 0) == 1;
  DERING_CHECK(done && X509_set_subject_name(&certificate, name.get()) == 1 &&
               X509_set_issuer_name(&certificate, name.get()) == 1);
}

}  // namespace

Certificate Certificate::generate(Random& random, UnixSeconds now) {
  Certificate made;
  made.key_.reset(EVP_EC_gen("P-256"), EVP_PKEY_free);
  made.x509_.reset(X509_new(), X509_free);
  DERING_CHECK(made.key_ && made.x509_);
  X509& x509 = *made.x509_;
  DERING_CHECK(X509_set_version(&x509, X509_VERSION_3) == 1);
  set_serial(x509, random);
  set_validity(x509, now);
  set_names(x509, random);
  DERING_CHECK(X509_set_pubkey(&x509, made.key_.get()) == 1);
  DERING_CHECK(X509_sign(&x509, made.key_.get(), EVP_sha256()) > 0);
  made.fingerprint_ = fingerprint_of(x509);
  return made;
}

std::string fingerprint_of(const X509& certificate) {
  std::array<std::uint8_t, 32> digest{};
  unsigned int size = 0;
  DERING_CHECK(X509_digest(&certificate, EVP_sha256(), digest.data(), &size) == 1);
  DERING_CHECK(size == digest.size());
  return fmt::format("{:02X}", fmt::join(digest, ":"));
}

bool same_fingerprint(std::string_view a, std::string_view b) {
  if (a.size() != fingerprint_length || b.size() != fingerprint_length) return false;
  std::array<char, fingerprint_length> first{};
  std::array<char, fingerprint_length> second{};
  for (std::size_t i = 0; i < fingerprint_length; ++i) {
    first[i] = to_lower(a[i]);
    second[i] = to_lower(b[i]);
  }
  return CRYPTO_memcmp(first.data(), second.data(), fingerprint_length) == 0;
}

}  // namespace dering::dtls
