// SPDX-License-Identifier: Apache-2.0
#include "net/edge.h"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/edge_state.h"
#include "net/http_connection.h"
#include "net/listener.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

std::expected<std::shared_ptr<TlsContext>, std::string> read_tls(const WebListener& listener) {
  if (!listener.tls) return nullptr;
  const auto pair = load_key_pair(listener.tls->chain, listener.tls->key);
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
  EdgeInbox& inbox() { return *state_.inbox; }
  const std::vector<SocketAddress>& web_addresses() const { return web_addresses_; }
  const std::vector<SocketAddress>& sip_addresses() const { return sip_addresses_; }

 private:
  std::expected<void, std::string> listen_on(Listener::Kind kind, const SocketAddress& address,
                                             std::shared_ptr<TlsContext> tls);
  void wait_for_letters();
  void shut_down();

  void deliver(SendMessage letter);
  void deliver(CloseConnection letter);
  void deliver(KeepConnection letter);
  void deliver(Respond letter);
  void deliver(OpenStream letter);
  void deliver(SendEvents letter);
  void deliver(UseCertificate letter);

  EdgeState state_;
  asio::posix::stream_descriptor wakeup_;
  std::vector<std::unique_ptr<Listener>> listeners_;  ///< those of the web first
  std::vector<SocketAddress> web_addresses_;
  std::vector<SocketAddress> sip_addresses_;
  std::vector<Letter> letters_;
};

// ---- Start and stop -----------------------------------------------------------------------------

std::expected<void, std::string> Edge::Impl::listen() {
  for (const WebListener& web : state_.settings.web) {
    auto tls = read_tls(web);
    if (!tls) return std::unexpected(tls.error());
    auto done = listen_on(Listener::Kind::web, web.address, std::move(*tls));
    if (!done) return done;
  }
  for (const SocketAddress& address : state_.settings.sip_tcp) {
    auto done = listen_on(Listener::Kind::sip, address, nullptr);
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
  listeners_.push_back(std::move(listener));
  return {};
}

void Edge::Impl::run() {
  for (const auto& listener : listeners_) listener->accept();
  wait_for_letters();
  // Ends by itself when shut_down() has closed everything that could still wait.
  state_.io.run();
}

void Edge::Impl::shut_down() {
  wakeup_.close();
  for (const auto& listener : listeners_) listener->close();
  while (!state_.http.empty()) state_.http.begin()->second->end();
  while (!state_.sip.empty()) state_.sip.begin()->second->end();
}

// ---- Letters from other threads -----------------------------------------------------------------

void Edge::Impl::wait_for_letters() {
  wakeup_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const IoError& error) {
    if (error) return;
    state_.inbox->take(letters_);
    for (Letter& letter : letters_) {
      std::visit([this](auto&& content) { deliver(std::move(content)); }, std::move(letter));
    }
    letters_.clear();
    if (state_.inbox->is_stopping()) return shut_down();
    wait_for_letters();
  });
}

void Edge::Impl::deliver(SendMessage letter) {
  const auto found = state_.sip.find(letter.connection);
  if (found != state_.sip.end()) found->second->send(std::move(letter.bytes));
}

void Edge::Impl::deliver(CloseConnection letter) {
  const auto sip = state_.sip.find(letter.connection);
  if (sip != state_.sip.end()) return sip->second->close();
  const auto http = state_.http.find(letter.connection);
  if (http != state_.http.end()) http->second->end();
}

void Edge::Impl::deliver(KeepConnection letter) {
  const auto found = state_.sip.find(letter.connection);
  if (found != state_.sip.end()) found->second->keep();
}

void Edge::Impl::deliver(Respond letter) {
  const auto found = state_.http.find(letter.connection);
  if (found != state_.http.end()) found->second->respond(std::move(letter.response));
}

void Edge::Impl::deliver(OpenStream letter) {
  const auto found = state_.http.find(letter.connection);
  if (found == state_.http.end()) {
    letter.gauge->is_closed.store(true);
    return;
  }
  found->second->open_stream(std::move(letter.gauge));
}

void Edge::Impl::deliver(SendEvents letter) {
  const auto found = state_.http.find(letter.connection);
  if (found != state_.http.end()) found->second->send_events(std::move(letter.bytes));
}

void Edge::Impl::deliver(UseCertificate letter) {
  auto tls = make_tls_context(letter.pair);
  if (!tls) return log::error("keeping the old certificate: {}", tls.error());
  listeners_[letter.listener]->use(std::move(*tls));
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
  auto impl = std::make_unique<Impl>(std::move(settings), std::move(callbacks), std::move(files));
  if (auto listening = impl->listen(); !listening) return std::unexpected(listening.error());
  return std::unique_ptr<Edge>(new Edge(std::move(impl)));
}

Edge::Edge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Edge::~Edge() = default;

void Edge::run() {
  impl_->run();
}

void Edge::stop() {
  impl_->inbox().stop();
}

void Edge::send(const sip::Flow& flow, std::string bytes) {
  impl_->inbox().post(SendMessage{flow.connection, std::move(bytes)});
}

void Edge::close(const sip::Flow& flow) {
  impl_->inbox().post(CloseConnection{flow.connection});
}

void Edge::keep(const sip::Flow& flow) {
  impl_->inbox().post(KeepConnection{flow.connection});
}

std::expected<void, std::string> Edge::reload_certificates() {
  const auto& listeners = impl_->state().settings.web;
  std::vector<UseCertificate> letters;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (!listeners[i].tls) continue;
    auto pair = load_key_pair(listeners[i].tls->chain, listeners[i].tls->key);
    if (!pair) return std::unexpected(pair.error());
    letters.push_back({i, std::move(*pair)});
  }
  for (UseCertificate& letter : letters) impl_->inbox().post(std::move(letter));
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
          .http_requests = counters.http_requests,
          .messages = counters.messages,
          .unreadable_messages = counters.unreadable_messages,
          .foreign_origins = counters.foreign_origins,
          .slow_readers = counters.slow_readers,
          .deadlines = counters.deadlines,
          .letters_refused = impl_->state().inbox->refused()};
}

}  // namespace dering::net
