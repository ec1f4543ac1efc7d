// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/file_descriptor.h"
#include "base/instant.h"

namespace dering::net {

/// Waits on file descriptors for one thread (epoll, level-triggered). It keeps no timers: the
/// owner says until when to wait. All but wake() on the owning thread.
class EventLoop {
 public:
  using Callback = std::function<void()>;

  /// Aborts if the kernel refuses an epoll descriptor; made once per thread, at start.
  EventLoop();

  /// `on_readable` also comes at end of file and errors: the read tells. `on_writable` comes only
  /// while want_writable() asks for it. `fd` is not owned and must be removed before it is closed.
  /// Callbacks may add and remove descriptors, their own too.
  void add(int fd, Callback on_readable, Callback on_writable = {});
  void want_writable(int fd, bool wanted);
  void remove(int fd);

  /// One iteration: waits for a descriptor, a wake() or the deadline, then runs what is ready.
  /// Without a deadline it waits for ever. May return a little early or up to 1 ms late.
  void run_once(std::optional<Instant> deadline);

  /// Any thread: ends the wait of run_once() now, or of the next one.
  void wake();

 private:
  struct Watch {
    Callback on_readable;
    Callback on_writable;
  };
  void dispatch(int fd, unsigned events);

  FileDescriptor epoll_;
  Wakeup wakeup_;
  std::unordered_map<int, std::unique_ptr<Watch>> watches_;
  std::vector<std::unique_ptr<Watch>> removed_;  ///< may be running: freed after the iteration
};

}  // namespace dering::net
