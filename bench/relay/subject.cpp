// SPDX-License-Identifier: Apache-2.0
#include "relay/subject.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <media.pb.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

#include "base/check.h"
#include "contract/seqpacket.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

constexpr unsigned cpu_under_test = 0;

void become_child() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to_cpu(cpu_under_test);
}

void end(pid_t pid) {
  if (pid <= 0) return;
  ::kill(pid, SIGTERM);
  ::waitpid(pid, nullptr, 0);
}

[[noreturn]] void echo_for_ever(int fd) {
  constexpr std::size_t batch_size = 64;
  static std::array<mmsghdr, batch_size> messages;
  static std::array<iovec, batch_size> parts;
  static std::array<sockaddr_in, batch_size> addresses;
  static std::array<std::array<char, 2048>, batch_size> bytes;
  for (;;) {
    for (std::size_t i = 0; i < batch_size; ++i) {
      parts[i] = {bytes[i].data(), bytes[i].size()};
      messages[i].msg_hdr = {&addresses[i], sizeof(sockaddr_in), &parts[i], 1, nullptr, 0, 0};
    }
    const int count = ::recvmmsg(fd, messages.data(), batch_size, MSG_WAITFORONE, nullptr);
    if (count <= 0) continue;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      parts[i].iov_len = messages[i].msg_len;
    }
    ::sendmmsg(fd, messages.data(), static_cast<unsigned>(count), 0);
  }
}

}  // namespace

void pin_to_cpu(unsigned cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  ::sched_setaffinity(0, sizeof cpus, &cpus);
}

std::chrono::nanoseconds cpu_time_of(pid_t pid) {
  std::chrono::nanoseconds total{};
  const auto tasks = std::filesystem::path("/proc") / std::to_string(pid) / "task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::int64_t on_cpu = 0;
    std::ifstream(task.path() / "schedstat") >> on_cpu;
    total += std::chrono::nanoseconds(on_cpu);
  }
  return total;
}

EngineUnderTest::EngineUnderTest(const std::filesystem::path& program)
    : socket_path_(std::filesystem::temp_directory_path() /
                   ("relay_bench." + std::to_string(::getpid()))) {
  pid_ = ::fork();
  if (pid_ == 0) {
    become_child();
    const int quiet = ::open("/dev/null", O_WRONLY);
    ::dup2(quiet, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), "--address", "127.0.0.1", "--socket",
            socket_path_.c_str(), nullptr);
    ::_exit(127);
  }
  for (int attempt = 0; attempt < 100 && !greet(); ++attempt) std::this_thread::sleep_for(20ms);
  DERING_CHECK(socket_);
}

EngineUnderTest::~EngineUnderTest() {
  end(pid_);
}

bool EngineUnderTest::greet() {
  FileDescriptor fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  socket_path_.native().copy(path.sun_path, sizeof path.sun_path - 1);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&path), sizeof path) != 0) return false;
  media::v1::Command hello;
  hello.mutable_hello()->set_version(1);
  contract::send(fd.get(), hello);
  pollfd readable{fd.get(), POLLIN, 0};
  ::poll(&readable, 1, 2000);
  media::v1::Event event;
  if (contract::receive(fd.get(), event) != contract::Received::message) return false;
  address_.sin_family = AF_INET;
  address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address_.sin_port = htons(static_cast<std::uint16_t>(event.ready().udp_ports(0)));
  socket_ = std::move(fd);
  return true;
}

std::vector<std::string> EngineUnderTest::open_calls(std::size_t count) {
  std::vector<std::string> ufrags;
  media::v1::Command command;
  const auto send = [&] {
    while (!contract::send(socket_.get(), command)) std::this_thread::sleep_for(1ms);
    command.Clear();
  };
  for (std::uint64_t bridge = 1; bridge <= count; ++bridge) {
    command.mutable_open_bridge()->set_bridge(bridge);
    command.mutable_open_bridge()->set_kind(media::v1::OpenBridge::KIND_SEALED);
    send();
    for (const std::uint64_t port : {bridge * 2, bridge * 2 + 1}) {
      ufrags.push_back("phone" + std::to_string(port));
      command.mutable_open_port()->set_bridge(bridge);
      command.mutable_open_port()->set_port(port);
      command.mutable_open_port()->mutable_local()->set_ufrag(ufrags.back());
      command.mutable_open_port()->mutable_local()->set_pwd(pwd_);
      send();
    }
  }
  return ufrags;
}

BareEcho::BareEcho() {
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
  become_child();
  echo_for_ever(fd.get());
}

BareEcho::~BareEcho() {
  end(pid_);
}

}  // namespace dering::bench
