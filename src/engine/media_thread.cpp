// SPDX-License-Identifier: Apache-2.0
#include "engine/media_thread.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "engine/clock.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mailbox_capacity = 65'536;
constexpr Duration longest_wait = 1s;

timespec to_timespec(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

Equipment with_ports(Equipment equipment, std::span<const RtpPorts> ports) {
  equipment.rtp_ports.assign(ports.begin(), ports.end());
  return equipment;
}

}  // namespace

MediaThread::MediaThread(MediaSocket socket, RtpSockets rtp, Report report, Equipment equipment)
    : socket_(std::move(socket)),
      rtp_(std::move(rtp)),
      report_(std::move(report)),
      patchbay_({}, with_ports(std::move(equipment), rtp_.ports())),
      mailbox_(mailbox_capacity, [this] { wakeup_.signal(); }) {}

bool MediaThread::post(media::v2::Command command) {
  return mailbox_.post(std::move(command));
}

void MediaThread::stop() {
  stopped_ = true;
  wakeup_.signal();
}

void MediaThread::run() {
  while (step(longest_wait)) {
  }
}

bool MediaThread::step(Duration patience) {
  // A full batch means that more is waiting: no need to ask the kernel whether.
  if (is_drained_) wait(patience);
  const Instant now = monotonic_now();
  if (is_drained_) woke_at_ = now;
  // Read before the mailbox: what was posted before stop() is still carried out.
  const bool goes_on = !stopped_;
  take_commands(now);
  carry_packets(now);
  do_what_is_due(now);
  flush();
  return goes_on;
}

void MediaThread::carry_packets(Instant now) {
  const auto batch = socket_.receive();
  patchbay_.prefetch(batch);
  for (const IncomingPacket& packet : batch) {
    patchbay_.on_datagram(packet.bytes, packet.path, now, out_);
  }
  const auto rtp_batch = rtp_.receive();
  for (const IncomingPacket& packet : rtp_batch) {
    if (!out_.has_room()) flush();
    patchbay_.on_datagram(packet.bytes, packet.path, now, out_);
  }
  is_drained_ = batch.size() < MediaSocket::batch_size && !rtp_.may_have_more();
  pace_.on_batch(batch.size() + rtp_batch.size(), now);
}

void MediaThread::do_what_is_due(Instant now) {
  patchbay_.on_time(now, out_);
  while (!out_.has_room()) {
    flush();
    patchbay_.on_time(now, out_);
  }
}

void MediaThread::wait(Duration patience) {
  if (pace_.is_busy()) {
    // Counted from the last waking, so that the work does not add to the delay.
    const timespec until = to_timespec((woke_at_ + pace_.nap()).time_since_epoch());
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  } else {
    sleep_until_ready(patience);
  }
}

/// Until a packet, a command, a deadline or the end of the patience.
void MediaThread::sleep_until_ready(Duration patience) {
  if (const auto deadline = patchbay_.next_deadline()) {
    patience = std::clamp<Duration>(*deadline - monotonic_now(), 0ns, patience);
  }
  std::array<pollfd, 3> watched{pollfd{socket_.fd(), POLLIN, 0}, pollfd{wakeup_.fd(), POLLIN, 0},
                                pollfd{rtp_.fd(), POLLIN, 0}};
  const timespec timeout = to_timespec(patience);
  if (::ppoll(watched.data(), watched.size(), &timeout, nullptr) <= 0) return;
  if (watched[1].revents != 0) wakeup_.clear();
}

void MediaThread::take_commands(Instant now) {
  mailbox_.take(commands_);
  for (const media::v2::Command& command : commands_) patchbay_.on_command(command, now, out_);
}

void MediaThread::flush() {
  socket_.send(out_.packets());
  rtp_.send(out_.packets());
  out_.clear_packets();
  for (media::v2::Event& event : out_.events) report_(std::move(event));
  out_.events.clear();
}

}  // namespace dering::engine
