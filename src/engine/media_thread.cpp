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

}  // namespace

MediaThread::MediaThread(MediaSocket socket, Report report, Limits limits,
                         TerminalFactory make_terminal)
    : socket_(std::move(socket)),
      report_(std::move(report)),
      patchbay_(limits, std::move(make_terminal)),
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
  const bool drained = last_batch_ < MediaSocket::batch_size;
  if (drained) wait(patience);
  const Instant now = monotonic_now();
  if (drained) woke_at_ = now;
  // Read before the mailbox: what was posted before stop() is still carried out.
  const bool goes_on = !stopped_;
  take_commands(now);
  const auto batch = socket_.receive();
  last_batch_ = batch.size();
  pace_.on_batch(batch.size(), now);
  patchbay_.prefetch(batch);
  for (const IncomingPacket& packet : batch) {
    patchbay_.on_datagram(packet.bytes, packet.path, now, out_);
  }
  patchbay_.on_time(now, out_);
  flush();
  return goes_on;
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
  std::array<pollfd, 2> watched{pollfd{socket_.fd(), POLLIN, 0}, pollfd{wakeup_.fd(), POLLIN, 0}};
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
  out_.clear_packets();
  for (media::v2::Event& event : out_.events) report_(std::move(event));
  out_.events.clear();
}

}  // namespace dering::engine
