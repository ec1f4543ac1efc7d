// SPDX-License-Identifier: Apache-2.0
#include "engine/control_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "contract/seqpacket.h"
#include "contract/version.h"
#include "engine/clock.h"
#include "engine/event_log.h"

namespace dering::engine {
namespace {

using media::v2::Command;
using media::v2::Event;

constexpr std::size_t most_connections = 4;
constexpr std::size_t most_waiting_events = 65'536;
constexpr std::size_t most_commands_a_round = 256;

int milliseconds_until(std::optional<Instant> deadline) {
  if (!deadline) return -1;
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*deadline - monotonic_now());
  return static_cast<int>(std::clamp<std::int64_t>(rest.count(), 0, 60'000));
}

}  // namespace

ControlServer::ControlServer(FileDescriptor listener, ControlOptions options)
    : listener_(std::move(listener)),
      options_(std::move(options)),
      mailbox_(most_waiting_events, [this] { wakeup_.signal(); }) {}

void ControlServer::report(Event event) {
  // Counted when there is no room, and said by tell_overflows().
  (void)mailbox_.post(std::move(event));
}

void ControlServer::run(std::span<const std::unique_ptr<MediaThread>> threads, int stop_fd) {
  threads_ = threads;
  roster_ = Roster({.threads = threads.size()});
  orphaned_at_ = monotonic_now() + options_.orphan_timeout;
  while (serve_once(stop_fd)) {
  }
}

/// One round. False when the engine is to end.
bool ControlServer::serve_once(int stop_fd) {
  std::vector<pollfd> watched{
      {stop_fd, POLLIN, 0}, {wakeup_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  for (const auto& connection : connections_) {
    const bool is_stuck = !connection->backlog.empty();
    watched.push_back(
        {connection->fd.get(), static_cast<short>(is_stuck ? POLLIN | POLLOUT : POLLIN), 0});
  }
  ::poll(watched.data(), watched.size(),
         milliseconds_until(earlier(orphaned_at_, overflows_.next_deadline())));
  if (watched[0].revents != 0) return false;
  if (watched[1].revents != 0) wakeup_.clear();
  for (const auto& connection : connections_) {
    flush(*connection);
    read(*connection);
  }
  take_events();
  std::erase_if(connections_, [](const auto& connection) { return !connection->fd; });
  if (watched[2].revents != 0) accept_connections();
  tell_overflows(monotonic_now());
  return !outlived_its_timeout(monotonic_now());
}

/// Events that the switchboard did not get, and commands that a media thread had no room for.
void ControlServer::tell_overflows(Instant now) {
  std::uint64_t commands = 0;
  for (const auto& thread : threads_) commands += thread->commands_refused();
  const std::array<Overflow, 2> counts{{{"events", mailbox_.refused()}, {"commands", commands}}};
  if (const auto line = overflows_.look(counts, now)) log::write(log::Level::warning, *line);
}

void ControlServer::accept_connections() {
  FileDescriptor fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  if (connections_.size() == most_connections) {
    return turned_away_line_.warning(monotonic_now(),
                                     "too many switchboards at once; the newest is turned away");
  }
  contract::size_buffers(fd.get());
  connections_.push_back(std::make_unique<Connection>(std::move(fd)));
}

void ControlServer::read(Connection& connection) {
  Command command;
  for (std::size_t i = 0; i < most_commands_a_round && connection.fd; ++i) {
    switch (contract::receive(connection.fd.get(), command)) {
      case contract::Received::message:
        on_command(connection, command);
        break;
      case contract::Received::nothing:
        return;
      case contract::Received::closed:
        close(connection, "it hung up");
        return;
    }
  }
}

void ControlServer::on_command(Connection& connection, const Command& command) {
  if (command.has_hello()) {
    greet(connection, command);
    return;
  }
  switch (connection.state) {
    case State::greeting:
      refuse(connection, command.id(), malformed("The first command must be Hello."));
      close(connection, "it did not say Hello");
      return;
    case State::controlling:
      carry_out(connection, command);
      return;
  }
}

void ControlServer::greet(Connection& connection, const Command& command) {
  if (command.hello().version() != contract::version) {
    refuse(connection, command.id(),
           {media::v2::Refused::WHY_VERSION,
            fmt::format("This engine speaks version {} of the contract.", contract::version)});
    close(connection, "it speaks another version of the contract");
    return;
  }
  if (controller_ != nullptr && controller_ != &connection) {
    close(*controller_, "another one took over");
  }
  controller_ = &connection;
  connection.state = State::controlling;
  orphaned_at_.reset();
  const Event event = ready();
  log::info("switchboard connected; {} bridges held", event.ready().bridges_size());
  send(connection, event);
}

Event ControlServer::ready() const {
  Event event;
  auto& ready = *event.mutable_ready();
  ready.set_version(contract::version);
  for (const std::string& address : options_.addresses) ready.add_addresses(address);
  ready.set_found_addresses(options_.found_addresses);
  for (const auto& thread : threads_) ready.add_udp_ports(thread->udp_port());
  ready.set_fingerprint(options_.fingerprint);
  ready.set_ports_per_bridge(static_cast<std::uint32_t>(Limits{}.ports_per_bridge));
  for (const std::uint64_t bridge : roster_.bridges()) ready.add_bridges(bridge);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    for (const RtpPorts& ports : threads_[i]->rtp_ports()) {
      auto& said = *ready.add_rtp_ports();
      said.set_thread(static_cast<std::uint32_t>(i));
      said.set_first(ports.first);
      said.set_pairs(static_cast<std::uint32_t>(ports.pairs));
    }
  }
  return event;
}

void ControlServer::carry_out(Connection& connection, const Command& command) {
  const auto way = roster_.dispatch(command);
  if (!way) {
    refuse(connection, command.id(), way.error());
    return;
  }
  log_command(command);
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const bool is_meant = !*way || **way == i;
    if (is_meant && !threads_[i]->post(command)) {
      refuse(connection, command.id(), limit("The media thread is overloaded."));
    }
  }
}

void ControlServer::refuse(Connection& connection, std::uint64_t command_id, Refusal refusal) {
  Event event;
  event.mutable_refused()->set_command_id(command_id);
  event.mutable_refused()->set_reason(std::move(refusal.sentence));
  event.mutable_refused()->set_why(refusal.why);
  tell(event);
  send(connection, std::move(event));
}

void ControlServer::tell(const Event& event) {
  if (!event.has_refused()) return log_event(event);
  refused_line_.warning(monotonic_now(), "command {} refused: {}", event.refused().command_id(),
                        event.refused().reason());
}

/// Events keep their order: what the socket does not take now waits for it.
void ControlServer::send(Connection& connection, Event event) {
  if (connection.backlog.size() >= most_waiting_events) {
    close(connection, "it does not read its events");
    return;
  }
  connection.backlog.push_back(std::move(event));
  flush(connection);
}

void ControlServer::flush(Connection& connection) {
  while (connection.fd && !connection.backlog.empty()) {
    if (!contract::send(connection.fd.get(), connection.backlog.front())) return;
    connection.backlog.pop_front();
  }
}

void ControlServer::take_events() {
  mailbox_.take(events_);
  for (Event& event : events_) {
    tell(event);
    if (controller_ != nullptr) send(*controller_, std::move(event));
  }
  events_.clear();
}

/// The descriptor closes now; serve_once() removes the rest.
void ControlServer::close(Connection& connection, std::string_view why) {
  log::info("switchboard disconnected: {}", why);
  connection.fd = FileDescriptor();
  if (controller_ != &connection) return;
  controller_ = nullptr;
  orphaned_at_ = monotonic_now() + options_.orphan_timeout;
}

/// Closes what nobody is there to close. True if the engine is to end then.
bool ControlServer::outlived_its_timeout(Instant now) {
  if (!orphaned_at_ || now < *orphaned_at_) return false;
  orphaned_at_.reset();
  const auto bridges = roster_.bridges();
  log::info("no switchboard for too long; {} bridges closed", bridges.size());
  for (const std::uint64_t bridge : bridges) {
    Command command;
    command.mutable_close_bridge()->set_bridge(bridge);
    if (!roster_.dispatch(command)) continue;
    // Where there is no room tell_overflows() says so.
    for (const auto& thread : threads_) (void)thread->post(command);
  }
  return options_.when_orphaned == WhenOrphaned::close_bridges_and_exit;
}

}  // namespace dering::engine
