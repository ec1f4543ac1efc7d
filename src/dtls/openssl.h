// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace dering::dtls {

struct FreeOpenssl {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
};

/// OpenSSL's oldest complaint of this thread, in its own words; the rest is forgotten, so that it
/// is not taken for a complaint of the next call.
std::string take_openssl_error();

}  // namespace dering::dtls
