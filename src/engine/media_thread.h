// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/file_descriptor.h"
#include "base/instant.h"
#include "base/mailbox.h"
#include "base/pace.h"
#include "engine/media_socket.h"
#include "engine/patchbay.h"
#include "engine/rtp_sockets.h"

namespace dering::engine {

/// The loop of one media thread around its socket and its patchbay: receive a batch, carry it, send
/// a batch. Shares nothing with other threads but its mailbox. Whoever owns it starts a thread that
/// calls run().
class MediaThread {
 public:
  /// Called on the media thread with every event.
  using Report = std::function<void(media::v2::Event)>;

  /// The equipment gets the RTP ports that `rtp` is bound to.
  MediaThread(MediaSocket socket, RtpSockets rtp, Report report, Equipment equipment = {});

  std::uint16_t udp_port() const { return socket_.port(); }
  std::span<const RtpPorts> rtp_ports() const { return rtp_.ports(); }

  /// Any thread. False if the thread is so far behind that its mailbox is full.
  [[nodiscard]] bool post(media::v2::Command command);
  std::size_t commands_refused() const { return mailbox_.refused(); }  ///< any thread
  /// Any thread: makes run() return.
  void stop();

  void run();
  /// One round: waits at most `patience` for something to do, and does it. False once stopped.
  bool step(Duration patience);

 private:
  void take_commands(Instant now);
  void carry_packets(Instant now);
  void do_what_is_due(Instant now);
  void flush();
  void wait(Duration patience);
  void sleep_until_ready(Duration patience);

  MediaSocket socket_;
  RtpSockets rtp_;
  const Report report_;
  Patchbay patchbay_;
  Outbox out_;
  Wakeup wakeup_;
  Mailbox<media::v2::Command> mailbox_;
  std::vector<media::v2::Command> commands_;
  std::atomic<bool> stopped_{false};
  /// From four packets a millisecond on.
  Pace pace_{std::chrono::microseconds(500), 40};
  bool is_drained_ = true;
  Instant woke_at_{};
};

}  // namespace dering::engine
