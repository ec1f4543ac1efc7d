// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "sdp/description.h"

namespace dering::sdp {

/// How media is encrypted and authenticated when its key stands in the description: RFC 4568 §6.2,
/// RFC 7714 §14.2.
enum class CryptoSuite : std::uint8_t {
  aes_cm_128_hmac_sha1_80,
  aead_aes_128_gcm,
  aead_aes_256_gcm,
};
std::string_view name_of(CryptoSuite suite);

/// Bytes of master key and master salt.
struct CryptoSizes {
  std::size_t key;
  std::size_t salt;
};
CryptoSizes sizes_of(CryptoSuite suite);

/// One a=crypto line (RFC 4568) that says all that is needed, and nothing that we cannot do. Its
/// key is the one of packets that whoever wrote the line sends.
struct CryptoAttribute {
  std::uint32_t tag = 1;  ///< 0–999,999,999; an answer repeats that of the line it takes
  CryptoSuite suite{};
  std::string key_and_salt;  ///< as many bytes as the suite's key and salt have together

  Bytes key() const { return as_bytes(key_and_salt).first(sizes_of(suite).key); }
  Bytes salt() const { return as_bytes(key_and_salt).subspan(sizes_of(suite).key); }

  bool operator==(const CryptoAttribute&) const = default;
};

/// Why a line, or a whole section, gives us no key.
enum class NoCrypto : std::uint8_t {
  absent,             ///< no a=crypto line at all
  malformed,          ///< not the grammar of RFC 4568 §9
  unknown_suite,      ///< none of ours; AES_CM_128_HMAC_SHA1_32 and its tag of 4 bytes among them
  bad_key,            ///< not base64 (RFC 4648 §4), or not as long as the suite wants it
  bad_lifetime,       ///< zero, or beyond 2⁴⁸ packets
  key_identifier,     ///< an MKI, or several keys that need one
  unknown_parameter,  ///< one that must not be ignored: KDR, FEC_*, UNENCRYPTED_*, …
  repeated_tag,       ///< another line of the section has the same tag
  not_as_offered,     ///< an answer with another tag or suite, or with several lines
};
/// A sentence for the one who wrote the line; it holds nothing of the key.
std::string_view name_of(NoCrypto reason);

/// What stands behind "a=crypto:".
std::expected<CryptoAttribute, NoCrypto> parse_crypto(std::string_view value);
/// What goes behind "a=crypto:"; without a lifetime, which means the longest (RFC 4568 §6.1).
std::string text_of(const CryptoAttribute& crypto);

/// A line of ours, with a key that nobody had before.
CryptoAttribute fresh_crypto(std::uint32_t tag, CryptoSuite suite, Random& random);

/// The line of an offer to take (RFC 4568 §5.1.2, §7.1.2): the first that we can speak, since the
/// offerer puts what it likes best first. With none the reason of the first line.
std::expected<CryptoAttribute, NoCrypto> choose_crypto(const MediaSection& offer);
/// The line that answers what we offered (RFC 4568 §5.1.3): the only one, with the tag and the
/// suite of one of ours.
std::expected<CryptoAttribute, NoCrypto> answered_crypto(const MediaSection& answer,
                                                         std::span<const CryptoAttribute> offered);

/// Puts these lines where lines of others were.
void set_crypto(MediaSection& section, std::span<const CryptoAttribute> ours);

}  // namespace dering::sdp
