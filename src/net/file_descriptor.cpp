// SPDX-License-Identifier: Apache-2.0
#include "net/file_descriptor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace dering::net {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Wakeup::Wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  DERING_CHECK(fd_);
}

void Wakeup::signal() const {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the wake-up is on its way already.
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
}

void Wakeup::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(fd_.get(), &count, sizeof count);
}

}  // namespace dering::net
