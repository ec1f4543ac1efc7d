// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/dering/engine_link.h"
#include "app/dering/errand_batch.h"
#include "app/dering/letters.h"
#include "base/pace.h"
#include "base/random.h"
#include "net/edge.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"
#include "switchboard/switchboard.h"

namespace dering::app {

/// The one thread that owns all call state: feeds the switchboard from the UDP socket, the engine
/// and the mailbox, and carries its outbox away. Everything but mailbox() and run() belongs to it.
class SignallingThread {
 public:
  struct Neighbours {
    net::Edge& edge;
    WorkerMailbox& worker;
    MainMailbox& main;
  };

  SignallingThread(switchboard::Settings settings, net::UdpSocket socket, EngineLink engine,
                   Neighbours neighbours);

  SignallingMailbox& mailbox() { return mailbox_; }
  /// Before run(): what the store kept.
  void restore(directory::DirectorySnapshot directory,
               std::vector<directory::StoredBinding> bindings);
  /// Until StopSignalling.
  void run();

 private:
  enum class State : std::uint8_t { serving, stopping };

  void wait();
  void read_datagrams();
  void read_mailbox();
  void take(SignallingLetter& letter);
  void feed(switchboard::Input&& input);
  void tell(EngineNews& news);
  void watch_engine();
  void on_second();
  void carry_out();
  void carry(switchboard::Output& output);
  void send(sip::Send& message);

  net::EventLoop loop_;
  SignallingMailbox mailbox_;
  net::UdpSocket socket_;
  EngineLink engine_;
  Neighbours neighbours_;
  SystemRandom random_;
  switchboard::Switchboard switchboard_;
  State state_ = State::serving;
  bool engine_is_ready_ = false;
  std::uint32_t media_port_ = 0;
  bool is_watching_engine_ = false;
  Instant now_;
  Instant next_second_;

  /// From one message a millisecond on: no phone notices two milliseconds.
  Pace pace_{std::chrono::milliseconds(2), 10};
  std::size_t messages_ = 0;    ///< of this round
  std::size_t last_batch_ = 0;  ///< datagrams
  Instant woke_at_;
  ErrandBatch errands_;

  // Kept between rounds so that they need not be allocated anew.
  switchboard::Outbox outbox_;
  std::vector<SignallingLetter> letters_;
  std::vector<EngineNews> news_;
  std::vector<sip::Send> datagrams_;
};

}  // namespace dering::app
