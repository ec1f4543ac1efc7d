// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "dtls/context.h"

namespace dering::dtls {

/// Who sends the ClientHello: our description said a=setup:active for client, passive for server.
enum class Role : std::uint8_t { server, client };

/// The values of RFC 5764 §4.1.2 and RFC 7714 §14.2.
enum class ProtectionProfile : std::uint16_t {
  aes128_cm_sha1_80 = 0x0001,
  aead_aes_128_gcm = 0x0007,
  aead_aes_256_gcm = 0x0008,
};

/// Key and salt of one direction.
struct DirectionKey {
  std::vector<std::uint8_t> key;
  std::vector<std::uint8_t> salt;
};

/// What RFC 5764 §4.2 exports from a handshake. Wiped at its end.
struct SrtpKeys {
  SrtpKeys() = default;
  SrtpKeys(SrtpKeys&&) = default;
  SrtpKeys& operator=(SrtpKeys&&) = default;
  ~SrtpKeys();

  ProtectionProfile profile{};
  std::string_view profile_name;  ///< as OpenSSL spells it: "SRTP_AEAD_AES_128_GCM"
  DirectionKey ours;              ///< for what we send
  DirectionKey theirs;
};

/// Datagrams to send, in order.
using Outbox = std::vector<std::vector<std::uint8_t>>;

/// One end of a DTLS-SRTP association (RFC 5763, RFC 5764) on OpenSSL: DTLS 1.2, certificates on
/// both sides. A peer whose certificate has not the expected fingerprint fails in the middle of the
/// handshake, before any key exists. Feed it only from an address that ICE has proved: it sends no
/// cookies. OpenSSL times retransmissions by the clock of the machine, as it offers no other; the
/// life of the whole handshake is measured by `now`. One thread.
class Endpoint {
 public:
  enum class State : std::uint8_t { waiting, shaking_hands, secured, failed, closed };

  /// For the whole handshake.
  static constexpr Duration most_handshake_time = std::chrono::seconds(30);
  /// RFC 6347 §4.1.1: record and handshake fragments fit into it, headers included.
  static constexpr std::size_t most_datagram_bytes = 1200;

  Endpoint(const Context& context, Role role, std::string expected_fingerprint);
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint();

  /// There is a path to the peer now. A client says hello.
  void start(Instant now, Outbox& out);
  void on_datagram(Bytes datagram, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return deadline_; }
  /// Says goodbye (close_notify), if there is anyone to say it to.
  void close(Outbox& out);

  State state() const { return state_; }
  /// One sentence, once failed.
  const std::string& failure() const { return failure_; }
  /// Once, after the state has become secured.
  std::optional<SrtpKeys> take_keys() { return std::exchange(keys_, std::nullopt); }

 private:
  struct Connection;

  void advance(Instant now, Outbox& out);
  void finish_handshake();
  void read_after_handshake();
  void fail(std::string sentence);
  void set_deadline(Instant now);

  std::unique_ptr<Connection> connection_;
  State state_ = State::waiting;
  Instant started_{};
  std::optional<Instant> deadline_;
  std::optional<SrtpKeys> keys_;
  std::string failure_;
};

}  // namespace dering::dtls
