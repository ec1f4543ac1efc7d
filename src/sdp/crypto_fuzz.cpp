// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "sdp/crypto_attribute.h"

using namespace dering;
using namespace dering::sdp;

namespace {

void check_line(std::string_view text) {
  const auto crypto = parse_crypto(text);
  if (!crypto) {
    DERING_CHECK(!name_of(crypto.error()).empty());
    return;
  }
  const CryptoSizes sizes = sizes_of(crypto->suite);
  DERING_CHECK(crypto->key().size() == sizes.key && crypto->salt().size() == sizes.salt);
  DERING_CHECK(parse_crypto(text_of(*crypto)) == *crypto);
}

}  // namespace

/// Each line of the input is the value of one a=crypto line of a section.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  MediaSection section;
  while (!text.empty() && section.lines.size() < max_lines_per_section) {
    const std::string_view line = take_until(text, '\n');
    check_line(line);
    section.lines.push_back({'a', "crypto:" + std::string(line)});
  }
  const auto chosen = choose_crypto(section);
  const std::array ours = {CryptoAttribute{1, CryptoSuite::aes_cm_128_hmac_sha1_80, {}},
                           CryptoAttribute{2, CryptoSuite::aead_aes_256_gcm, {}}};
  const auto answered = answered_crypto(section, ours);
  if (answered) DERING_CHECK(chosen == answered && section.lines.size() == 1);
  return 0;
}
