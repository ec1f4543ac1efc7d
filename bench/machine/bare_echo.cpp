// SPDX-License-Identifier: Apache-2.0
#include "machine/bare_echo.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/check.h"
#include "base/file_descriptor.h"
#include "machine/machine.h"

namespace dering::bench {
namespace {

void sleep_until(std::chrono::nanoseconds at) {
  const timespec until{.tv_sec = at.count() / 1'000'000'000, .tv_nsec = at.count() % 1'000'000'000};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

std::chrono::nanoseconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

[[noreturn]] void echo_for_ever(int fd, std::chrono::nanoseconds nap) {
  constexpr std::size_t batch_size = 64;
  static std::array<mmsghdr, batch_size> messages;
  static std::array<iovec, batch_size> parts;
  static std::array<sockaddr_in, batch_size> addresses;
  static std::array<std::array<char, 2048>, batch_size> bytes;
  bool is_drained = true;
  for (std::chrono::nanoseconds woke_at = now();;) {
    if (nap.count() > 0 && is_drained) {
      sleep_until(woke_at + nap);
      woke_at = now();
    }
    for (std::size_t i = 0; i < batch_size; ++i) {
      parts[i] = {bytes[i].data(), bytes[i].size()};
      messages[i].msg_hdr = {&addresses[i], sizeof(sockaddr_in), &parts[i], 1, nullptr, 0, 0};
    }
    const int flags = nap.count() > 0 ? MSG_DONTWAIT : MSG_WAITFORONE;
    const int count = ::recvmmsg(fd, messages.data(), batch_size, flags, nullptr);
    is_drained = count < static_cast<int>(batch_size);
    if (count <= 0) continue;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      parts[i].iov_len = messages[i].msg_len;
    }
    ::sendmmsg(fd, messages.data(), static_cast<unsigned>(count), 0);
  }
}

}  // namespace

BareEcho::BareEcho(std::chrono::nanoseconds nap) {
  const FileDescriptor fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int size = 4 << 20;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  address_.sin_family = AF_INET;
  address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address_;
  DERING_CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address_), length) == 0);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address_), &length);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to_cpu(cpu_of_subject);
  echo_for_ever(fd.get(), nap);
}

BareEcho::~BareEcho() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace dering::bench
