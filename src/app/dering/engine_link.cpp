// SPDX-License-Identifier: Apache-2.0
#include "app/dering/engine_link.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>
#include <cstring>

#include "base/log.h"
#include "contract/seqpacket.h"
#include "contract/version.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration look_interval = 100ms;
constexpr Duration greeting_time = 2s;

}  // namespace

EngineLink::EngineLink(std::filesystem::path socket, std::optional<EngineProcess> process)
    : socket_(std::move(socket)), process_(std::move(process)) {}

void EngineLink::on_time(Instant now) {
  if (!next_look_ || now < *next_look_) return;
  switch (state_) {
    case State::searching:
      look_for_engine(now);
      return;
    case State::greeting:
      log::warning("the media engine did not answer");
      next_look_ = now + greeting_time;
      ::shutdown(fd_.get(), SHUT_RDWR);  // on_readable() then sees the end
      return;
    case State::ready:
      next_look_.reset();
      return;
  }
}

void EngineLink::look_for_engine(Instant now) {
  next_look_ = now + look_interval;
  if (connect_to_socket()) {
    state_ = State::greeting;
    next_look_ = now + greeting_time;
    media::v2::Command hello;
    hello.mutable_hello()->set_version(contract::version);
    contract::send(fd_.get(), hello);
    return;
  }
  if (!process_ || process_->is_running()) return;
  if (const auto fault = process_->start()) {
    log::error("{}", *fault);
    next_look_ = now + 5s;
  }
}

bool EngineLink::connect_to_socket() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_.string();
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  FileDescriptor fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  contract::size_buffers(fd.get());
  fd_ = std::move(fd);
  return true;
}

void EngineLink::on_readable(Instant now, std::vector<switchboard::Input>& news) {
  media::v2::Event event;
  for (;;) {
    switch (contract::receive(fd_.get(), event)) {
      case contract::Received::nothing:
        return;
      case contract::Received::closed:
        disconnect(now, news);
        return;
      case contract::Received::message:
        break;
    }
    if (event.has_ready()) {
      state_ = State::ready;
      next_look_.reset();
      log::info("media engine ready: {} on UDP {}, {} old bridges", event.ready().addresses_size(),
                event.ready().udp_ports_size() > 0 ? event.ready().udp_ports(0) : 0,
                event.ready().bridges_size());
    }
    news.emplace_back(event);
  }
}

void EngineLink::disconnect(Instant now, std::vector<switchboard::Input>& news) {
  fd_ = FileDescriptor();
  if (state_ == State::ready) {
    log::error("the media engine is gone; looking for it");
    news.emplace_back(contract::EngineLost{});
  }
  state_ = State::searching;
  next_look_ = now + look_interval;
}

void EngineLink::send(const media::v2::Command& command) {
  if (state_ != State::ready || contract::send(fd_.get(), command)) return;
  // A command that is lost would leave the engine in a state nobody knows: begin anew. Those that
  // come before the end is noticed are lost as well.
  ++commands_lost_;
  ::shutdown(fd_.get(), SHUT_RDWR);
}

void EngineLink::stop_engine() {
  if (!process_) return;
  // One that was started a moment ago listens to no socket yet.
  if (!fd_) return process_->stop();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 0) {
    ::kill(peer.pid, SIGTERM);
  }
}

}  // namespace dering::app
