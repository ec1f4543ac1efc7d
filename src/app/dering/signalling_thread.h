// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/dering/engine_link.h"
#include "app/dering/errand_batch.h"
#include "app/dering/letters.h"
#include "app/dering/live_desk.h"
#include "app/dering/recording_desk.h"
#include "base/pace.h"
#include "base/random.h"
#include "net/edge.h"
#include "net/event_loop.h"
#include "net/resolver.h"
#include "net/udp_socket.h"
#include "refusal/meter.h"
#include "switchboard/switchboard.h"

namespace dering::app {

/// The one thread that owns all call state: feeds the switchboard from the UDP socket, the engine
/// and its mail, and carries its outbox away. Everything but mail() and run() belongs to it.
class SignallingThread {
 public:
  struct Neighbours {
    net::Edge& edge;
    WorkerMail& worker;
    TokenMail& tokens;
    MainMailbox& main;
    std::vector<SocketAddress> name_servers;  ///< empty: the system's
    SipLogMailbox& sip_log;
  };

  SignallingThread(switchboard::Settings settings, net::UdpSocket socket, EngineLink engine,
                   Neighbours neighbours);

  SignallingMail& mail() { return mail_; }
  /// Before run(): what the store kept.
  struct Kept {
    directory::DirectorySnapshot directory;
    std::vector<directory::StoredBinding> bindings{};
    std::vector<directory::TextMessage> messages{};
    directory::ForwardingsKept forwardings{};
    routing::PlanSnapshot plan = std::make_shared<const routing::Plan>();
  };
  void restore(Kept kept);
  /// Before run(): how much is kept of the messages that go by.
  void keep_trace(std::size_t bytes) { live_.keep_trace(bytes); }
  /// Until StopSignalling.
  void run();

 private:
  enum class State : std::uint8_t { serving, stopping };

  void find_local(directory::StoredBinding& binding) const;
  /// The address of ours that leads there; unspecified: none does.
  SocketAddress local_towards(const SocketAddress& remote) const;
  void ask(dns::Question question);
  void wait();
  void read_datagrams();
  void read(const net::UdpSocket::Received& datagram);
  void refuse_unreadable(const net::UdpSocket::Received& datagram, refusal::Reason reason);
  void read_mail();
  void feed(switchboard::Input&& input);
  void feed_messages(std::vector<sip::Received>& messages);
  template <class Letter>
  void feed_all(std::vector<Letter>& letters);
  void carry_out(const api::RecordingOrder& order);
  void carry_out(const api::LiveOrder& order);
  void tell(switchboard::Input& news);
  void tell(refusal::Refusal refused);
  void watch_engine();
  void on_second();
  void report(bool is_asked_for);
  void carry_out();
  void carry(switchboard::Output& output);
  void send(sip::Send& message);

  net::EventLoop loop_;
  SignallingMail mail_;
  net::UdpSocket socket_;
  EngineLink engine_;
  std::unique_ptr<net::Resolver> resolver_;  ///< once a trunk has asked
  Neighbours neighbours_;
  SystemRandom random_;
  switchboard::Switchboard switchboard_;
  RecordingDesk recording_;
  LiveDesk live_;
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
  refusal::Meter refusals_told_;
  std::uint64_t refusals_unseen_ = 0;
  std::uint64_t datagrams_read_ = 0;
  std::uint64_t datagrams_unreadable_ = 0;

  // Kept between rounds so that they need not be allocated anew.
  switchboard::Outbox outbox_;
  std::vector<sip::Received> from_strangers_;
  std::vector<sip::Received> from_signed_in_;
  std::vector<sip::FlowClosed> flow_ends_;
  std::vector<switchboard::Input> input_news_;
  std::vector<identity::TokenJudged> refusals_;
  std::vector<AskReport> questions_;
  std::vector<StopSignalling> stop_;
  std::vector<api::RecordingOrder> recording_orders_;
  std::vector<api::LiveOrder> live_orders_;
  std::vector<switchboard::Input> news_;
  std::vector<sip::Send> datagrams_;
};

}  // namespace dering::app
