// SPDX-License-Identifier: Apache-2.0
#include "dtls/peer_certificate.h"

#include <openssl/x509_vfy.h>

#include "base/check.h"
#include "dtls/certificate.h"

namespace dering::dtls {

void expect_peer(SSL& connection, Peer& peer) {
  DERING_CHECK(SSL_set_app_data(&connection, &peer) == 1);
}

int verify_peer_certificate(X509_STORE_CTX* store, void* /*unused*/) {
  auto* connection =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  DERING_CHECK(connection != nullptr);
  Peer& peer = *static_cast<Peer*>(SSL_get_app_data(connection));
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  const bool is_expected = certificate != nullptr && same_fingerprint(fingerprint_of(*certificate),
                                                                      peer.expected_fingerprint);
  peer.verdict = is_expected ? Peer::Verdict::expected : Peer::Verdict::stranger;
  // What decides which alert goes out.
  X509_STORE_CTX_set_error(store, is_expected ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return is_expected ? 1 : 0;
}

}  // namespace dering::dtls
