// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/socket_address.h"
#include "dns/records.h"
#include "sip/flow.h"

namespace dering::trunk {

/// A server to send a request to.
struct Way {
  sip::Transport transport{};
  SocketAddress address;

  bool operator==(const Way&) const = default;
};

/// What a trunk's settings say of its server.
struct Server {
  std::string host;  ///< a name, an IPv4 address, or an IPv6 address with or without "[…]"
  std::optional<std::uint16_t> port{};
  std::optional<sip::Transport> transport{};  ///< udp, tcp or tls; nothing: NAPTR or SRV say it
};

/// Finds the servers of a trunk in the order in which they are to be tried (RFC 3263 §4, RFC 2782):
/// asks, takes answers, and is done. With a port in the settings there is no SRV, with a transport
/// no NAPTR. The certificate of each is to name Server::host, wherever SRV leads (RFC 5922 §4).
/// Sans-I/O; a value, any thread.
class Location {
 public:
  // Past these a provider's answer is cut, so that a bad one costs no more than a good one.
  static constexpr std::size_t most_names = 16;
  static constexpr std::size_t most_ways = 32;
  // A TTL of 0 is not asked for at each call, and a long one does not outlive a failover.
  static constexpr std::chrono::seconds shortest{30};
  static constexpr std::chrono::seconds longest{3'600};

  explicit Location(Server server);

  /// What is to be asked now; again what is still open after an answer.
  const std::vector<dns::Question>& questions() const { return open_; }
  bool is_done() const { return open_.empty(); }
  /// Answers one of questions(); others are passed over. `random` chooses among equals by weight.
  void on_answer(const dns::Question& question, const dns::Answer& answer, Random& random);

  /// Once done: best first. Empty: there is no server, or no DNS (has_failed()).
  std::vector<Way> ways() const;
  bool has_failed() const { return has_failed_; }
  /// How long the answer is good for; `longest` for an address in the settings.
  std::chrono::seconds lifetime() const;

 private:
  /// A host that an SRV record, or its absence, named.
  struct Host {
    sip::Transport transport{};
    std::string name;
    std::uint16_t port = 0;
  };
  void on_naptr(const dns::Answer& answer);
  void on_srv(const dns::Question& question, const dns::Answer& answer, Random& random);
  void ask_srv();
  void ask_hosts();
  void ask(dns::Question::Kind kind, std::string name);

  Server server_;
  std::vector<dns::Question> open_;
  /// Transports to be asked for by SRV, best first, with the name that NAPTR gave each.
  std::vector<std::pair<sip::Transport, std::string>> services_;
  std::map<std::string, std::vector<dns::SrvRecord>, std::less<>>
      found_;  ///< by name of the question
  std::vector<Host> hosts_;
  std::map<std::string, std::vector<SocketAddress>, std::less<>> addresses_;
  std::optional<std::chrono::seconds> lifetime_;
  bool has_failed_ = false;
};

}  // namespace dering::trunk
