// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/instant.h"
#include "base/random.h"
#include "base/socket_address.h"

namespace dering::identity {

/// RFC 8760 brings SHA-256 to SIP; many desk phones know MD5 only.
enum class DigestAlgorithm : std::uint8_t { md5, sha256 };

std::string_view name_of(DigestAlgorithm algorithm);  ///< "MD5", "SHA-256"
std::optional<DigestAlgorithm> digest_algorithm_from(std::string_view name);

/// H(username:realm:password) in lower-case hexadecimal: what the store keeps of a password
/// (RFC 7616 §3.4.2).
std::string digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                       std::string_view password);

/// The fields of a Digest Authorization header, unquoted. Views over the message.
struct DigestFields {
  std::string_view username;
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;
  std::string_view algorithm;  ///< empty means MD5
  std::string_view qop;
  std::string_view nc;
  std::string_view cnonce;
};

/// The `response` that proves knowledge of `ha1` with qop=auth (RFC 7616 §3.4.1).
std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1,
                            const DigestFields& fields, std::string_view method);

/// Makes and judges nonces without keeping any: time ‖ HMAC-SHA256(key, time, source IP, realm),
/// so that a flood of challenges costs no memory (RFC 7616 §5.4). Signalling thread.
class NonceMint {
 public:
  explicit NonceMint(Random& random);

  std::string make(Instant now, const SocketAddress& source, std::string_view realm) const;

  enum class Verdict : std::uint8_t {
    fresh,
    stale,    ///< ours, but older than a minute: challenge again with stale=true
    foreign,  ///< not ours, or for another address or realm
  };
  Verdict judge(std::string_view nonce, Instant now, const SocketAddress& source,
                std::string_view realm) const;

 private:
  std::string seal(std::string_view time, const SocketAddress& source,
                   std::string_view realm) const;

  std::array<std::uint8_t, 32> key_;
};

/// Remembers the highest nonce count of each nonce that was used with success, so that a captured
/// answer can't be sent again (RFC 7616 §5.5). Holds as many as `capacity`; when full, those of
/// nonces that have gone stale are forgotten, and if there are none the newcomer is refused.
class NonceCounts {
 public:
  explicit NonceCounts(std::size_t capacity = 100'000) : capacity_(capacity) {}

  /// True if `nc` is higher than any before it for this nonce; then it is kept.
  bool advance(std::string_view nonce, std::uint32_t nc, Instant now);
  std::size_t size() const { return counts_.size(); }

 private:
  struct Count {
    std::uint32_t highest = 0;
    Instant forget_at;
  };
  std::size_t capacity_;
  std::unordered_map<std::string, Count> counts_;  ///< nonces are ours: no peer chooses the keys
};

}  // namespace dering::identity
