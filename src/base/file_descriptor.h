// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace dering {

/// Owns a file descriptor and closes it. Move-only; -1 owns nothing.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// An eventfd: what one thread writes to wake another out of poll.
class Wakeup {
 public:
  /// Aborts if the kernel has none left; made once per thread, at start.
  Wakeup();

  int fd() const { return fd_.get(); }
  void signal() const;  ///< any thread
  void clear() const;   ///< the woken thread

 private:
  FileDescriptor fd_;
};

}  // namespace dering
