// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "net/clock.h"
#include "net/edge_state.h"
#include "net/http_connection.h"
#include "net/listener.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

void deliver_one(EdgeState& edge, SendMessage letter) {
  const auto found = edge.sip.find(letter.connection);
  if (found != edge.sip.end()) found->second->send(std::move(letter.bytes));
}

void deliver_one(EdgeState& edge, CloseConnection letter) {
  const auto sip = edge.sip.find(letter.connection);
  if (sip != edge.sip.end()) return sip->second->close(letter.reason);
  const auto http = edge.http.find(letter.connection);
  if (http != edge.http.end()) http->second->end();
}

void deliver_one(EdgeState& edge, KeepConnection letter) {
  const auto found = edge.sip.find(letter.connection);
  if (found != edge.sip.end()) found->second->keep();
}

void deliver_one(EdgeState& edge, Respond letter) {
  const auto found = edge.http.find(letter.connection);
  if (found != edge.http.end())
    found->second->respond(std::move(letter.response), letter.has_signed_in);
}

void deliver_one(EdgeState& edge, OpenStream letter) {
  const auto found = edge.http.find(letter.connection);
  if (found == edge.http.end()) {
    letter.gauge->is_closed.store(true);
    return;
  }
  found->second->open_stream(std::move(letter.gauge));
}

void deliver_one(EdgeState& edge, SendEvents letter) {
  const auto found = edge.http.find(letter.connection);
  if (found != edge.http.end()) found->second->send_events(std::move(letter.bytes));
}

void deliver_one(EdgeState& edge, UseCertificate letter) {
  auto tls = make_tls_context(letter.pair);
  if (!tls) {
    return edge.certificate_line.error(now(), "keeping the old certificate: {}", tls.error());
  }
  edge.listeners[letter.listener]->use(std::move(*tls));
}

void deliver_one(EdgeState& edge, Readiness letter) {
  edge.probes.on_readiness(std::move(letter), now());
}

}  // namespace

void deliver(EdgeState& edge, Letter letter) {
  std::visit([&](auto&& content) { deliver_one(edge, std::move(content)); }, std::move(letter));
}

}  // namespace dering::net
