// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "app/dering/letters.h"
#include "app/dering/token_desk.h"
#include "net/event_loop.h"
#include "net/http_client.h"

namespace dering::app {

/// The thread on which tokens are judged, and nothing else: strangers can ask for as much of it as
/// they like and keep nobody waiting but each other. Good tokens go on to the worker, refused ones
/// of phones back to the signalling thread. Everything but mail() and run() belongs to it.
class TokenLane {
 public:
  struct Neighbours {
    SignallingMail& signalling;
    WorkerMail& worker;
    net::HttpClient& client;
  };

  /// `issuers` with the built-in ones.
  explicit TokenLane(std::vector<identity::Issuer> issuers);

  TokenMail& mail() { return mail_; }
  /// Until StopTokens.
  void run(Neighbours neighbours);

 private:
  enum class State : std::uint8_t { working, stopping };

  void read_mail();
  void take(TokenNews& news);
  void take(TokenQuestion question);
  void judge(TokenQuestion& question);
  void judge(const identity::VerifyToken& question);
  void judge(HttpArrived& request);
  void refuse(TokenQuestion& question);
  void tell_states();
  void post(const identity::Fetch& fetch);

  net::EventLoop loop_;
  TokenMail mail_;
  std::optional<Neighbours> neighbours_;  ///< while it runs
  TokenDesk desk_;
  State state_ = State::working;
};

}  // namespace dering::app
