// SPDX-License-Identifier: Apache-2.0
#include "dtls/context.h"

#include "base/check.h"
#include "dtls/openssl.h"
#include "dtls/peer_certificate.h"

namespace dering::dtls {
namespace {

constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
/// The cheapest first. The server's order decides.
constexpr const char* profiles =
    "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM";
constexpr long most_certificate_bytes = 16 * 1024;

}  // namespace

Context::Context(const Certificate& certificate)
    : context_(SSL_CTX_new(DTLS_method()), FreeOpenssl()) {
  SSL_CTX* context = context_.get();
  DERING_CHECK(context != nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, most_certificate_bytes);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_peer_certificate, nullptr);
  const bool done = SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1 &&
                    SSL_CTX_set_cipher_list(context, ciphers) == 1 &&
                    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1 &&
                    SSL_CTX_use_certificate(context, certificate.x509()) == 1 &&
                    SSL_CTX_use_PrivateKey(context, certificate.key()) == 1 &&
                    SSL_CTX_set_tlsext_use_srtp(context, profiles) == 0;  // 0 is success here
  DERING_CHECK(done);
}

}  // namespace dering::dtls
