// SPDX-License-Identifier: Apache-2.0
#include "subject/engine.h"

#include <arpa/inet.h>
#include <media.pb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/check.h"
#include "contract/seqpacket.h"
#include "contract/version.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

}  // namespace

EngineUnderTest::EngineUnderTest(const std::filesystem::path& program, std::size_t rtp_phones)
    : socket_path_(std::filesystem::temp_directory_path() /
                   ("engine_bench." + std::to_string(::getpid()))) {
  const std::size_t last = std::max<std::size_t>(2 * rtp_phones, 2) - 1;
  subject_.emplace(std::vector<std::string>{program.string(), "--address", "127.0.0.1", "--port",
                                            "0", "--rtp-ports", "0-" + std::to_string(last),
                                            "--socket", socket_path_.string()});
  for (int attempt = 0; attempt < 100 && !greet(); ++attempt) std::this_thread::sleep_for(20ms);
  DERING_CHECK(socket_);
}

bool EngineUnderTest::greet() {
  FileDescriptor fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  socket_path_.native().copy(path.sun_path, sizeof path.sun_path - 1);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&path), sizeof path) != 0) return false;
  media::v2::Command hello;
  hello.mutable_hello()->set_version(contract::version);
  contract::send(fd.get(), hello);
  pollfd readable{fd.get(), POLLIN, 0};
  ::poll(&readable, 1, 2000);
  media::v2::Event event;
  if (contract::receive(fd.get(), event) != contract::Received::message) return false;
  address_.sin_family = AF_INET;
  address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address_.sin_port = htons(static_cast<std::uint16_t>(event.ready().udp_ports(0)));
  for (const auto& ports : event.ready().rtp_ports()) {
    for (std::uint32_t pair = 0; pair < ports.pairs(); ++pair) {
      rtp_ports_.push_back(static_cast<std::uint16_t>(ports.first() + 2 * pair));
    }
  }
  socket_ = std::move(fd);
  return true;
}

void EngineUnderTest::command(const media::v2::Command& command) {
  while (!contract::send(socket_.get(), command)) std::this_thread::sleep_for(1ms);
}

std::vector<std::string> EngineUnderTest::open_calls(std::size_t count) {
  std::vector<std::string> ufrags;
  media::v2::Command command;
  const auto send = [&] {
    this->command(command);
    command.Clear();
  };
  for (std::uint64_t bridge = 1; bridge <= count; ++bridge) {
    command.mutable_open_bridge()->set_bridge(bridge);
    send();
    for (const std::uint64_t port : {bridge * 2, bridge * 2 + 1}) {
      ufrags.push_back("phone" + std::to_string(port));
      command.mutable_open_port()->set_bridge(bridge);
      command.mutable_open_port()->set_port(port);
      command.mutable_open_port()->mutable_ice()->mutable_local()->set_ufrag(ufrags.back());
      command.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd(pwd_);
      send();
    }
  }
  return ufrags;
}

}  // namespace dering::bench
