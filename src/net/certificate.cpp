// SPDX-License-Identifier: Apache-2.0
#include "net/certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

namespace dering::net {
namespace {

template <auto free>
struct Freed {
  void operator()(auto* thing) const { free(thing); }
};
using BioPointer = std::unique_ptr<BIO, Freed<BIO_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, Freed<X509_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr long seconds_a_day = 86'400;
constexpr long days_valid = 825;

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

BioPointer reader_of(const std::string& text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio) {
  const char* begin = nullptr;
  const long size = BIO_get_mem_data(bio, &begin);
  return {begin, static_cast<std::size_t>(size)};
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// Only what a name may hold: a comma would start another entry of the extension's little language.
bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*_") ==
             std::string_view::npos;
}

std::optional<std::string> alternative_names(std::span<const std::string> host_names,
                                             std::span<const SocketAddress> addresses) {
  std::string list;
  for (const std::string& name : host_names) {
    if (!is_host_name(name)) return std::nullopt;
    list += fmt::format("{}DNS:{}", list.empty() ? "" : ",", name);
  }
  for (const SocketAddress& address : addresses) {
    list += fmt::format("{}IP:{}", list.empty() ? "" : ",", address.ip_text());
  }
  if (list.empty()) return std::nullopt;
  return list;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& names, UnixSeconds now) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* common_name = reinterpret_cast<const unsigned char*>("Dering");
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), now.count() - seconds_a_day) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate),
                       now.count() + (days_valid - 1) * seconds_a_day) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 &&
         X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

std::expected<KeyPair, std::string> load_key_pair(const std::string& chain_file,
                                                  const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain) return std::unexpected(fmt::format("cannot read the certificate {}", chain_file));
  auto key = read_file(key_file);
  if (!key) return std::unexpected(fmt::format("cannot read the private key {}", key_file));

  const BioPointer chain_reader = reader_of(*chain);
  const CertificatePointer leaf(PEM_read_bio_X509(chain_reader.get(), nullptr, nullptr, nullptr));
  if (!leaf) return std::unexpected(fmt::format("{} holds no PEM certificate", chain_file));
  const BioPointer key_reader = reader_of(*key);
  // The empty passphrase keeps OpenSSL from asking for one on the terminal.
  char no_passphrase[] = "";
  const KeyPointer private_key(
      PEM_read_bio_PrivateKey(key_reader.get(), nullptr, nullptr, no_passphrase));
  if (!private_key) {
    return std::unexpected(fmt::format("{} holds no unencrypted PEM private key", key_file));
  }
  if (X509_check_private_key(leaf.get(), private_key.get()) != 1) {
    return std::unexpected(
        fmt::format("the private key {} does not belong to {}", key_file, chain_file));
  }
  return KeyPair{std::move(*chain), std::move(*key)};
}

std::expected<KeyPair, std::string> make_self_signed(std::span<const std::string> host_names,
                                                     std::span<const SocketAddress> addresses,
                                                     UnixSeconds now) {
  const auto names = alternative_names(host_names, addresses);
  if (!names) return std::unexpected("a certificate needs valid host names or IP addresses");
  const KeyPointer key(EVP_EC_gen("P-256"));
  const CertificatePointer certificate(X509_new());
  if (!key || !certificate || !fill(certificate.get(), key.get(), *names, now)) {
    return std::unexpected("OpenSSL could not make a certificate");
  }
  const BioPointer certificate_text(BIO_new(BIO_s_mem()));
  const BioPointer key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return std::unexpected("OpenSSL could not write the certificate");
  }
  return KeyPair{text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace dering::net
