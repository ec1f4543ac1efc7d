// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "net/clock.h"

namespace dering::net {
namespace {

constexpr std::size_t events_per_wait = 64;

void control(int epoll, int operation, int fd, unsigned events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  DERING_CHECK(::epoll_ctl(epoll, operation, fd, &event) == 0);
}

int milliseconds_until(std::optional<Instant> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  DERING_CHECK(epoll_);
  add(wakeup_.fd(), [this] { wakeup_.clear(); });
}

void EventLoop::add(int fd, Callback on_readable, Callback on_writable) {
  auto watch = std::make_unique<Watch>(std::move(on_readable), std::move(on_writable));
  const bool is_new = watches_.emplace(fd, std::move(watch)).second;
  DERING_CHECK(is_new);
  control(epoll_.get(), EPOLL_CTL_ADD, fd, EPOLLIN);
}

void EventLoop::want_writable(int fd, bool wanted) {
  DERING_CHECK(watches_.contains(fd));
  control(epoll_.get(), EPOLL_CTL_MOD, fd, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void EventLoop::remove(int fd) {
  auto watch = watches_.extract(fd);
  if (!watch) return;
  removed_.push_back(std::move(watch.mapped()));
  control(epoll_.get(), EPOLL_CTL_DEL, fd, 0);
}

void EventLoop::run_once(std::optional<Instant> deadline) {
  std::array<epoll_event, events_per_wait> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 milliseconds_until(deadline));
  DERING_CHECK(count >= 0 || errno == EINTR);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    dispatch(event.data.fd, event.events);
  }
  removed_.clear();
}

void EventLoop::dispatch(int fd, unsigned events) {
  const auto run = [&](Callback Watch::* callback) {
    // Looked up each time: the callback before may have removed it.
    const auto found = watches_.find(fd);
    if (found != watches_.end() && (*found->second).*callback) ((*found->second).*callback)();
  };
  if (events & EPOLLOUT) run(&Watch::on_writable);
  if (events & ~static_cast<unsigned>(EPOLLOUT)) run(&Watch::on_readable);
}

void EventLoop::wake() {
  wakeup_.signal();
}

}  // namespace dering::net
