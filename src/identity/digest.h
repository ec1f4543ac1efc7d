// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "base/socket_address.h"

typedef struct evp_mac_ctx_st EVP_MAC_CTX;

namespace dering::identity {

/// Digest access authentication (RFC 7616, for SIP RFC 8760), always with qop="auth". Answers in
/// the session variants ("MD5-sess") are taken, though not asked for.
enum class DigestAlgorithm : std::uint8_t { sha256, md5 };
std::string_view name_of(DigestAlgorithm algorithm);  ///< "SHA-256", "MD5"

/// H(username:realm:password) in hexadecimal: what is kept of a device's password.
std::string digest_ha1(DigestAlgorithm algorithm, std::string_view username, std::string_view realm,
                       std::string_view password);

/// The parameters of an Authorization header field, quotes removed. Absent ones are empty.
struct DigestCredentials {
  std::string_view username;
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;
  std::string_view algorithm;
  std::string_view qop;
  std::string_view cnonce;
  std::string_view nc;
};

/// What the response must be (RFC 7616 §3.4.1), in hexadecimal. Of a session variant the HA1 is
/// the one of this very nonce and cnonce.
std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1,
                            std::string_view method, const DigestCredentials& credentials);
/// The same where a challenge names no qop, by MD5 (RFC 2069 §2.4): what a server of others asks
/// for. We ask nobody for it, and take it from nobody.
std::string digest_response_without_qop(std::string_view ha1, std::string_view method,
                                        const DigestCredentials& credentials);

/// What is kept of a device's password, one value for each algorithm; an empty one is not known.
/// Both are empty: there is no such device, which costs and answers the same as a wrong password.
struct DigestSecret {
  std::string_view ha1_sha256;
  std::string_view ha1_md5;
};

enum class DigestVerdict : std::uint8_t {
  right,
  stale,     ///< the password is right, but the nonce too old or used before
  crowded,   ///< the password is right, but too many such answers came lately
  wrong,     ///< proven to come from its source address, and wrong
  unusable,  ///< the same, and nothing that we can judge: see DigestGate::fault_of()
  unproven,  ///< not a nonce of ours for this source: says nothing about anybody
};

/// What makes an answer to our challenge unusable. No better one will follow of itself.
enum class DigestFault : std::uint8_t {
  no_qop,  ///< RFC 2069 has none: what it proves could be used by others
  other_qop,
  no_cnonce,
  no_count,
  unknown_algorithm,
  md5_refused,  ///< by our settings
};
std::string_view phrase_of(DigestFault fault);  ///< for a response: "Digest Without qop"
std::string_view name_of(DigestFault fault);    ///< "no_qop"

/// Who is challenged.
struct DigestOccasion {
  SocketAddress source;
  std::uint64_t request = 0;  ///< tells apart what is asked at one time from one place
  bool is_stale = false;      ///< the password was right, the nonce was not
  bool is_md5_alone = false;  ///< the phone stops where it sees SHA-256; not if MD5 is refused
};

/// Makes challenges and judges their answers. A nonce is slot ‖ request ‖ HMAC(key, slot, request,
/// realm, source IP), where a slot is ten seconds: a challenge leaves no state, and a repeated
/// request gets the same one. It is good for every algorithm offered. Only answers that were right
/// are remembered, by nonce and device, until the nonce is too old. One thread.
class DigestGate {
 public:
  static constexpr Duration slot = std::chrono::seconds(10);
  static constexpr Duration nonce_lifetime = std::chrono::seconds(60);  ///< from its slot's begin

  struct Settings {
    std::string realm;
    bool md5 = true;  ///< offered after SHA-256, and taken
    /// Right answers that are remembered for one nonce_lifetime. One device may use as many as it
    /// leaves free, so that none makes the answers of others worthless.
    std::size_t used_nonces = 262'144;
  };
  DigestGate(Settings settings, Random& random);
  ~DigestGate();

  const std::string& realm() const { return settings_.realm; }

  /// The values of WWW-Authenticate, the preferred one first (RFC 8760 §2.4): the same for all
  /// names.
  std::vector<std::string> challenges(const DigestOccasion& occasion, Instant now);
  /// Judges credentials of our realm.
  DigestVerdict judge(const DigestCredentials& credentials, const DigestSecret& secret,
                      std::string_view method, const SocketAddress& source, Instant now);
  std::optional<DigestFault> fault_of(const DigestCredentials& credentials) const;
  /// Whether the nonce is ours, for this source: else the answer says nothing about anybody.
  bool is_ours(const DigestCredentials& credentials, const SocketAddress& source);
  /// Whether this device has answered right with this nonce: it goes on with it, or repeats itself.
  bool has_used(const DigestCredentials& credentials) const;

  /// What is too old is forgotten also when nobody signs in.
  void on_time(Instant now) {
    if (used_nonce_count() > 0) forget_old(now);
  }
  std::optional<Instant> next_deadline() const {
    if (used_nonce_count() == 0) return std::nullopt;
    return used_since_ + nonce_lifetime;
  }
  std::size_t used_nonce_count() const { return used_.size() + used_before_.size(); }
  std::size_t device_count() const { return used_by_.size(); }

 private:
  struct Nonce {
    std::uint32_t slot = 0;
    std::uint64_t request = 0;  ///< 48 bits
  };
  std::string mac(Nonce nonce, const SocketAddress& source);
  std::string write(Nonce nonce, const SocketAddress& source);
  /// When the nonce was made; nothing if it is not ours for this source.
  std::optional<Instant> made_at(std::string_view nonce, const SocketAddress& source);
  /// `stale` if this nonce was used with such a count before (RFC 7616 §3.4, nc).
  DigestVerdict use(const DigestCredentials& credentials, Instant now);
  void forget_old(Instant now);

  struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const;
  };
  /// Highest nc by hash of nonce and device. Nonces are not the peer's choice, so the hash needs no
  /// key of its own.
  using Used = std::unordered_map<std::size_t, std::uint32_t>;

  Settings settings_;
  std::unique_ptr<EVP_MAC_CTX, FreeMac> hmac_;
  std::array<std::string, 2> ha1_of_nobody_;
  Used used_;         ///< since used_since_
  Used used_before_;  ///< in the nonce_lifetime before it
  Used used_by_;      ///< entries of used_ by hash of the device
  Instant used_since_{};
};

}  // namespace dering::identity
