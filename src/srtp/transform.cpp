// SPDX-License-Identifier: Apache-2.0
#include "srtp/transform.h"

#include "srtp/counter_mode.h"
#include "srtp/galois_counter_mode.h"

namespace dering::srtp {

std::unique_ptr<Transform> make_transform(Suite suite, const MasterKey& master, Protocol protocol,
                                          Direction direction) {
  SessionKeys keys;
  derive(suite, master, protocol, keys);
  switch (suite) {
    case Suite::aes128_cm_sha1_80:
      return std::make_unique<CounterMode>(keys);
    case Suite::aead_aes_128_gcm:
    case Suite::aead_aes_256_gcm:
      return std::make_unique<GaloisCounterMode>(suite, keys, protocol, direction);
  }
  return nullptr;
}

}  // namespace dering::srtp
