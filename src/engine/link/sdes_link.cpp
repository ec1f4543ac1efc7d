// SPDX-License-Identifier: Apache-2.0
#include "engine/link/sdes_link.h"

#include <string_view>

namespace dering::engine {
namespace {

using media::v2::Sdes;

srtp::Suite suite_of(Sdes::Suite suite) {
  return suite == Sdes::SUITE_AEAD_AES_128_GCM   ? srtp::Suite::aead_aes_128_gcm
         : suite == Sdes::SUITE_AEAD_AES_256_GCM ? srtp::Suite::aead_aes_256_gcm
                                                 : srtp::Suite::aes128_cm_sha1_80;
}

srtp::MasterKey master_key(srtp::Suite suite, std::string_view keying) {
  const std::size_t key_size = srtp::sizes_of(suite).key;
  return {.key = as_bytes(keying.substr(0, key_size)), .salt = as_bytes(keying.substr(key_size))};
}

srtp::Unprotector theirs_of(const Sdes& sdes) {
  const srtp::Suite suite = suite_of(sdes.suite());
  return {suite, master_key(suite, sdes.theirs())};
}

srtp::Protector ours_of(const Sdes& sdes) {
  const srtp::Suite suite = suite_of(sdes.suite());
  return {suite, master_key(suite, sdes.ours())};
}

}  // namespace

std::size_t keying_size(Sdes::Suite suite) {
  if (suite == Sdes::SUITE_UNSPECIFIED || !Sdes::Suite_IsValid(suite)) return 0;
  const srtp::Sizes sizes = srtp::sizes_of(suite_of(suite));
  return sizes.key + sizes.salt;
}

SdesLink::SdesLink(const Sdes& sdes)
    : sdes_(sdes), keys_{.theirs = theirs_of(sdes), .ours = ours_of(sdes)} {}

bool SdesLink::on_update(const media::v2::Keys& keys, Instant, PortOutbox&) {
  if (!keys.has_sdes()) return false;
  const Sdes& next = keys.sdes();
  const bool same_suite = next.suite() == sdes_.suite();
  if (!same_suite || next.theirs() != sdes_.theirs()) keys_.theirs = theirs_of(next);
  if (!same_suite || next.ours() != sdes_.ours()) keys_.ours = ours_of(next);
  sdes_ = next;
  return true;
}

}  // namespace dering::engine
