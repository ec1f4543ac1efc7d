// SPDX-License-Identifier: Apache-2.0
#include "net/certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

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
constexpr long authority_days = 20 * 365;

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

struct Extension {
  int nid;
  std::string value;
};

bool add_extension(X509* certificate, X509* issuer, const Extension& extension_wanted) {
  const auto& [nid, value] = extension_wanted;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
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

bool set_common_name(X509_NAME* name, const std::string& text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(text.size()),
                                    -1, 0) == 1;
}

/// Who signs it; a certificate may sign itself.
struct Signer {
  X509* certificate;
  EVP_PKEY* key;
};

/// What a certificate says.
struct Contents {
  const std::string& name;
  EVP_PKEY* key;
  UnixSeconds now;
  long days;
  std::vector<Extension> extensions;
};

bool fill(X509* certificate, const Contents& contents, const Signer& signer) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  const time_t now = contents.now.count();
  const bool is_filled =
      X509_set_version(certificate, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1 &&
      ASN1_TIME_set(X509_getm_notBefore(certificate), now - seconds_a_day) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(certificate), now + (contents.days - 1) * seconds_a_day) !=
          nullptr &&
      set_common_name(X509_get_subject_name(certificate), contents.name) &&
      X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate)) == 1 &&
      X509_set_pubkey(certificate, contents.key) == 1;
  return is_filled &&
         std::ranges::all_of(contents.extensions,
                             [&](const Extension& one) {
                               return add_extension(certificate, signer.certificate, one);
                             }) &&
         X509_sign(certificate, signer.key, EVP_sha256()) != 0;
}

std::expected<KeyPair, std::string> text_of(X509* certificate, EVP_PKEY* key) {
  const BioPointer certificate_text(BIO_new(BIO_s_mem()));
  const BioPointer key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return std::unexpected("OpenSSL could not write the certificate");
  }
  return KeyPair{text_of(certificate_text.get()), text_of(key_text.get())};
}

CertificatePointer first_certificate(const std::string& chain) {
  const BioPointer reader = reader_of(chain);
  return CertificatePointer(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
}

KeyPointer private_key(const std::string& text) {
  const BioPointer reader = reader_of(text);
  // The empty passphrase keeps OpenSSL from asking for one on the terminal.
  char no_passphrase[] = "";
  return KeyPointer(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, no_passphrase));
}

const std::unexpected<std::string> not_made{"OpenSSL could not make a certificate"};

}  // namespace

std::expected<KeyPair, std::string> load_key_pair(const std::string& chain_file,
                                                  const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain) return std::unexpected(fmt::format("cannot read the certificate {}", chain_file));
  auto key = read_file(key_file);
  if (!key) return std::unexpected(fmt::format("cannot read the private key {}", key_file));

  const CertificatePointer leaf = first_certificate(*chain);
  if (!leaf) return std::unexpected(fmt::format("{} holds no PEM certificate", chain_file));
  const KeyPointer own_key = private_key(*key);
  if (!own_key) {
    return std::unexpected(fmt::format("{} holds no unencrypted PEM private key", key_file));
  }
  if (X509_check_private_key(leaf.get(), own_key.get()) != 1) {
    return std::unexpected(
        fmt::format("the private key {} does not belong to {}", key_file, chain_file));
  }
  return KeyPair{std::move(*chain), std::move(*key)};
}

std::expected<KeyPair, std::string> make_authority(const std::string& name, UnixSeconds now) {
  const KeyPointer key(EVP_EC_gen("P-256"));
  const CertificatePointer certificate(X509_new());
  const std::vector<Extension> extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                             {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                             {NID_subject_key_identifier, "hash"}};
  if (!key || !certificate ||
      !fill(certificate.get(), {name, key.get(), now, authority_days, extensions},
            {certificate.get(), key.get()})) {
    return not_made;
  }
  return text_of(certificate.get(), key.get());
}

std::expected<KeyPair, std::string> issue_certificate(const KeyPair& authority,
                                                      const ServerNames& names, UnixSeconds now) {
  const auto alternatives = alternative_names(names.hosts, names.addresses);
  if (!alternatives) return std::unexpected("a certificate needs valid host names or IP addresses");
  const CertificatePointer issuer = first_certificate(authority.certificate);
  const KeyPointer issuer_key = private_key(authority.key);
  const KeyPointer key(EVP_EC_gen("P-256"));
  const CertificatePointer certificate(X509_new());
  if (!issuer || !issuer_key || !key || !certificate) return not_made;
  const std::string own_name = "Dering";
  const std::vector<Extension> extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                             {NID_key_usage, "critical,digitalSignature"},
                                             {NID_ext_key_usage, "serverAuth"},
                                             {NID_subject_key_identifier, "hash"},
                                             {NID_authority_key_identifier, "keyid:always"},
                                             {NID_subject_alt_name, *alternatives}};
  if (!fill(certificate.get(), {own_name, key.get(), now, days_valid, extensions},
            {issuer.get(), issuer_key.get()})) {
    return not_made;
  }
  auto pair = text_of(certificate.get(), key.get());
  if (pair) pair->certificate += authority.certificate;
  return pair;
}

std::optional<UnixSeconds> expiry_of(const std::string& chain) {
  const CertificatePointer leaf = first_certificate(chain);
  std::tm time{};
  if (!leaf || ASN1_TIME_to_tm(X509_get0_notAfter(leaf.get()), &time) != 1) return std::nullopt;
  return UnixSeconds(::timegm(&time));
}

}  // namespace dering::net
