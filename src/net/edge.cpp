// SPDX-License-Identifier: Apache-2.0
#include "net/edge.h"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

#include "base/check.h"
#include "net/edge_state.h"
#include "net/http_connection.h"
#include "net/listener.h"
#include "net/local_listener.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

std::expected<std::shared_ptr<TlsContext>, std::string> read_tls(
    const std::optional<CertificateFiles>& files) {
  if (!files) return nullptr;
  const auto pair = load_key_pair(files->chain, files->key);
  if (!pair) return std::unexpected(pair.error());
  return make_tls_context(*pair);
}

}  // namespace

class Edge::Impl {
 public:
  Impl(EdgeSettings settings, EdgeCallbacks callbacks, StaticFiles files)
      : state_(std::move(settings), std::move(callbacks), std::move(files)),
        // A copy of the descriptor, because Asio closes the one it is given.
        wakeup_(state_.io, ::dup(state_.inbox->wakeup_fd())) {}

  std::expected<void, std::string> listen();
  void run();

  const EdgeState& state() const { return state_; }
  EdgeSettings& settings() { return state_.settings; }
  EdgeInbox& inbox() { return *state_.inbox; }
  const std::vector<SocketAddress>& web_addresses() const { return web_addresses_; }
  const std::vector<SocketAddress>& sip_addresses() const { return sip_addresses_; }

 private:
  std::expected<void, std::string> listen_on(Listener::Kind kind, const SocketAddress& address,
                                             std::shared_ptr<TlsContext> tls);
  void wait_for_letters();
  void shut_down();

  EdgeState state_;
  asio::posix::stream_descriptor wakeup_;
  std::vector<SocketAddress> web_addresses_;
  std::vector<SocketAddress> sip_addresses_;
  std::vector<Letter> letters_;
};

// ---- Start and stop -----------------------------------------------------------------------------

std::expected<void, std::string> Edge::Impl::listen() {
  if (const std::string& path = state_.settings.admin_socket; !path.empty()) {
    state_.local = std::make_unique<LocalListener>(state_);
    if (auto done = state_.local->open(path); !done) return done;
  }
  for (const WebListener& web : state_.settings.web) {
    auto tls = read_tls(web.tls);
    if (!tls) return std::unexpected(tls.error());
    auto done = listen_on(Listener::Kind::web, web.address, std::move(*tls));
    if (!done) return done;
  }
  for (const SipListener& sip : state_.settings.sip) {
    auto tls = read_tls(sip.tls);
    if (!tls) return std::unexpected(tls.error());
    auto done = listen_on(Listener::Kind::sip, sip.address, std::move(*tls));
    if (!done) return done;
  }
  return {};
}

std::expected<void, std::string> Edge::Impl::listen_on(Listener::Kind kind,
                                                       const SocketAddress& address,
                                                       std::shared_ptr<TlsContext> tls) {
  auto listener = std::make_unique<Listener>(state_, kind, std::move(tls));
  const auto bound = listener->open(address);
  if (!bound) return std::unexpected(bound.error());
  (kind == Listener::Kind::web ? web_addresses_ : sip_addresses_).push_back(*bound);
  state_.listeners.push_back(std::move(listener));
  return {};
}

void Edge::Impl::run() {
  for (const auto& listener : state_.listeners) listener->accept();
  if (state_.local) state_.local->accept();
  wait_for_letters();
  // Ends by itself when shut_down() has closed everything that could still wait.
  state_.io.run();
}

void Edge::Impl::shut_down() {
  wakeup_.close();
  for (const auto& listener : state_.listeners) listener->close();
  if (state_.local) state_.local->close();
  state_.refusals->stop();
  while (!state_.http.empty()) state_.http.begin()->second->end();
  while (!state_.sip.empty()) state_.sip.begin()->second->end();
}

// ---- Letters from other threads -----------------------------------------------------------------

void Edge::Impl::wait_for_letters() {
  wakeup_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const IoError& error) {
    if (error) return;
    state_.inbox->take(letters_);
    for (Letter& letter : letters_) deliver(state_, std::move(letter));
    letters_.clear();
    if (state_.inbox->is_stopping()) return shut_down();
    wait_for_letters();
  });
}

// ---- Edge ---------------------------------------------------------------------------------------

std::expected<std::unique_ptr<Edge>, std::string> Edge::open(EdgeSettings settings,
                                                             EdgeCallbacks callbacks) {
  DERING_CHECK(callbacks.on_http && callbacks.on_message && callbacks.on_flow_closed);
  StaticFiles files;
  if (!settings.static_directory.empty()) {
    auto read = StaticFiles::read(settings.static_directory);
    if (!read) return std::unexpected(read.error());
    files = std::move(*read);
  }
  for (StaticFiles::Extra& extra : settings.static_extras) files.add(std::move(extra));
  auto impl = std::make_unique<Impl>(std::move(settings), std::move(callbacks), std::move(files));
  if (auto listening = impl->listen(); !listening) return std::unexpected(listening.error());
  return std::unique_ptr<Edge>(new Edge(std::move(impl)));
}

Edge::Edge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Edge::~Edge() = default;

void Edge::allow_origins(const std::vector<std::string>& origins) {
  auto& allowed = impl_->settings().allowed_origins;
  allowed.insert(allowed.end(), origins.begin(), origins.end());
}

void Edge::be_reached_at(const std::vector<WebAddress>& addresses) {
  auto& known = impl_->settings().addresses;
  known.insert(known.end(), addresses.begin(), addresses.end());
}

void Edge::run() {
  impl_->run();
}

void Edge::stop() {
  impl_->inbox().stop();
}

void Edge::send(const sip::Flow& flow, std::string bytes) {
  // Counted when it is refused, and said by whoever watches letters_refused; the peer's own timers
  // tell it.
  (void)impl_->inbox().post(SendMessage{flow.connection, std::move(bytes)});
}

void Edge::close(const sip::Flow& flow, CloseReason reason) {
  impl_->inbox().post_always(CloseConnection{flow.connection, reason});
}

void Edge::keep(const sip::Flow& flow) {
  impl_->inbox().post_always(KeepConnection{flow.connection});
}

void Edge::tell_readiness(Readiness readiness) {
  impl_->inbox().post_always(std::move(readiness));
}

std::expected<void, std::string> Edge::reload_certificates() {
  // In the order of EdgeState::listeners.
  std::vector<const std::optional<CertificateFiles>*> files;
  for (const WebListener& web : impl_->state().settings.web) files.push_back(&web.tls);
  for (const SipListener& sip : impl_->state().settings.sip) files.push_back(&sip.tls);
  std::vector<UseCertificate> letters;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!*files[i]) continue;
    auto pair = load_key_pair((*files[i])->chain, (*files[i])->key);
    if (!pair) return std::unexpected(pair.error());
    letters.push_back({i, std::move(*pair)});
  }
  for (UseCertificate& letter : letters) impl_->inbox().post_always(std::move(letter));
  return {};
}

const std::vector<SocketAddress>& Edge::web_addresses() const {
  return impl_->web_addresses();
}

const std::vector<SocketAddress>& Edge::sip_addresses() const {
  return impl_->sip_addresses();
}

EdgeCounts Edge::counts() const {
  const EdgeCounters& counters = impl_->state().counters;
  return {.connections_open = impl_->state().admission.open(),
          .connections_accepted = counters.accepted,
          .connections_refused = counters.refused,
          .connections_replaced = counters.replaced,
          .http_requests = counters.http_requests,
          .messages = counters.messages,
          .unreadable_messages = counters.unreadable_messages,
          .stray_bytes = counters.stray_bytes,
          .broken_streams = counters.broken_streams,
          .foreign_origins = counters.foreign_origins,
          .slow_readers = counters.slow_readers,
          .deadlines = counters.deadlines,
          .letters_refused = impl_->state().inbox->refused(),
          .refusals_unseen = impl_->state().refusals->unseen()};
}

}  // namespace dering::net
