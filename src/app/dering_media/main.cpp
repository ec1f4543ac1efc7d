// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "app/dering_media/options.h"
#include "base/file_descriptor.h"
#include "base/log.h"
#include "base/random.h"
#include "dtls/certificate.h"
#include "engine/control_listener.h"
#include "engine/control_server.h"
#include "engine/link/dtls_link.h"
#include "engine/local_addresses.h"
#include "engine/media_socket.h"
#include "engine/media_thread.h"
#include "engine/rtp_sockets.h"
#include "engine/sound/sound_folder.h"

namespace dering::app {
namespace {

using engine::ControlServer;
using engine::MediaSocket;
using engine::MediaThread;

/// SIGTERM and SIGINT become readable here, and interrupt no thread.
FileDescriptor catch_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

SocketAddress with_port(const SocketAddress& address, std::uint16_t port) {
  return SocketAddress::from_ipv6(address.ipv6(), port);
}

/// Each RTP port is a file descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The thread's share of the range.
engine::RtpSockets bind_rtp(const MediaOptions& options, const SocketAddress& bound,
                            std::uint16_t thread) {
  const std::uint32_t first = options.first_rtp_port;
  const std::uint32_t pairs = (options.last_rtp_port + 1U - first) / 2;
  const std::uint32_t begin = pairs * thread / options.threads;
  const std::uint32_t end = pairs * (thread + 1U) / options.threads;
  if (begin == end) return {};
  if (first == 0) {
    return engine::RtpSockets::bind(bound, 0, static_cast<std::uint16_t>(2 * (end - begin) - 1));
  }
  return engine::RtpSockets::bind(bound, static_cast<std::uint16_t>(first + 2 * begin),
                                  static_cast<std::uint16_t>(first + 2 * end - 1));
}

/// One configured address is bound to, which spares each packet the note about where it came to.
/// An address that is not the machine's own (behind address translation) cannot be bound to.
std::expected<MediaSocket, std::string> bind_media(const MediaOptions& options,
                                                   std::uint16_t port) {
  if (options.addresses.size() == 1) {
    auto socket = MediaSocket::bind(with_port(options.addresses.front(), port));
    if (socket) return socket;
    log::warning("{} Listening on all addresses instead.", socket.error());
  }
  const bool is_ipv4_only = std::ranges::all_of(options.addresses, &SocketAddress::is_ipv4);
  return MediaSocket::bind(*SocketAddress::from_text(is_ipv4_only ? "0.0.0.0" : "::", port));
}

/// What phones on terminated ports know this run of the engine by.
dtls::Certificate make_certificate() {
  SystemRandom random;
  const auto today = std::chrono::system_clock::now().time_since_epoch();
  return dtls::Certificate::generate(random, std::chrono::floor<UnixSeconds>(today));
}

engine::ControlOptions control_options(const MediaOptions& options,
                                       const dtls::Certificate& certificate) {
  engine::ControlOptions control;
  control.fingerprint = certificate.fingerprint();
  const auto addresses =
      options.addresses.empty() ? engine::find_local_addresses() : options.addresses;
  control.found_addresses = options.addresses.empty();
  for (const SocketAddress& address : addresses) control.addresses.push_back(address.ip_text());
  control.orphan_timeout = options.orphan_timeout;
  control.when_orphaned = options.exit_when_orphaned ? engine::WhenOrphaned::close_bridges_and_exit
                                                     : engine::WhenOrphaned::close_bridges;
  return control;
}

void warn_of_small_buffer(const MediaSocket& socket) {
  if (socket.receive_buffer() >= MediaSocket::wanted_receive_buffer()) return;
  log::warning(
      "The kernel grants {} KiB for waiting packets instead of {}: raise net.core.rmem_max to"
      " {}, or packets are lost when this machine is busy for a few milliseconds.",
      socket.receive_buffer() / 1024, MediaSocket::wanted_receive_buffer() / 1024,
      MediaSocket::wanted_receive_buffer() / 2);
}

void read_sounds(engine::SoundFolder& sounds) {
  const auto faults = sounds.look();
  if (!faults) return;
  for (const std::string& fault : *faults) log::warning("A sound cannot be used: {}", fault);
}

/// New sounds are found while the engine runs. Ends as soon as it is asked to.
void watch(engine::SoundFolder& sounds, const std::stop_token& stop) {
  constexpr auto interval = std::chrono::seconds(2);
  const FileDescriptor bell(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback ring(stop, [&bell] { ::eventfd_write(bell.get(), 1); });
  pollfd waiting{.fd = bell.get(), .events = POLLIN, .revents = 0};
  while (!stop.stop_requested()) {
    ::poll(&waiting, 1, std::chrono::milliseconds(interval).count());
    read_sounds(sounds);
  }
}

/// Nothing if a port cannot be had; the reason is in the log.
std::vector<std::unique_ptr<MediaThread>> make_threads(const MediaOptions& options,
                                                       const engine::Equipment& equipment,
                                                       ControlServer& server) {
  std::vector<std::unique_ptr<MediaThread>> threads;
  for (std::uint16_t i = 0; i < options.threads; ++i) {
    const int port = options.port == 0 ? 0 : options.port + i;
    auto socket = bind_media(options, static_cast<std::uint16_t>(port));
    if (!socket) {
      log::error("{}", socket.error());
      return {};
    }
    if (i == 0) warn_of_small_buffer(*socket);
    const SocketAddress bound = socket->local();
    threads.push_back(std::make_unique<MediaThread>(
        std::move(*socket), bind_rtp(options, bound, i),
        [&server](media::v2::Event event) { server.report(std::move(event)); }, equipment));
  }
  return threads;
}

void tell_of_rtp_ports(const MediaOptions& options,
                       std::span<const std::unique_ptr<MediaThread>> threads) {
  std::size_t pairs = 0;
  for (const auto& thread : threads) {
    for (const engine::RtpPorts& ports : thread->rtp_ports()) pairs += ports.pairs;
  }
  const auto wanted = (options.last_rtp_port + 1U - options.first_rtp_port) / 2;
  if (pairs == wanted) return;
  log::warning(
      "Only {} of {} pairs of RTP ports ({}-{}) are to be had: others use them, or the limit of "
      "open"
      " files is too low. So many desk phones and trunks can talk at once.",
      pairs, wanted, options.first_rtp_port, options.last_rtp_port);
}

int run(const MediaOptions& options) {
  raise_descriptor_limit();
  const FileDescriptor stop_signals = catch_stop_signals();
  auto listener = engine::listen_at(options.socket);
  if (!listener) {
    log::error("{}", listener.error());
    return 1;
  }
  const dtls::Certificate certificate = make_certificate();
  ControlServer server(std::move(*listener), control_options(options, certificate));
  engine::SoundFolder sounds(options.sounds);
  read_sounds(sounds);
  const auto threads = make_threads(options,
                                    {.make_dtls_link = engine::make_dtls_link_factory(certificate),
                                     .make_feed = sounds.factory()},
                                    server);
  if (threads.empty()) return 1;
  tell_of_rtp_ports(options, threads);
  log::info("dering-media {} serves {} on UDP {}", DERING_VERSION, options.socket.native(),
            threads.front()->udp_port());

  std::vector<std::jthread> running;
  for (const auto& thread : threads) running.emplace_back([&thread] { thread->run(); });
  running.emplace_back([&sounds](const std::stop_token& stop) { watch(sounds, stop); });
  server.run(threads, stop_signals.get());
  for (const auto& thread : threads) thread->stop();
  running.clear();
  ::unlink(options.socket.c_str());
  log::info("dering-media ends");
  return 0;
}

}  // namespace
}  // namespace dering::app

int main(int argc, char** argv) {
  const auto options = dering::app::read_media_options(argc, argv);
  return options ? dering::app::run(*options) : options.error();
}
