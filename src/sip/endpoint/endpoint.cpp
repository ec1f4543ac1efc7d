// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/endpoint.h"

#include <fmt/compile.h>

#include <iterator>

#include "base/check.h"
#include "sip/endpoint/client_side.h"
#include "sip/endpoint/server_side.h"
#include "sip/endpoint/transaction_keys.h"

namespace dering::sip {
namespace {

// Lengths of random names: at least 64 bits each that nobody can guess.
constexpr std::size_t branch_length = 22;  ///< whoever knows it may answer: 131 bits
constexpr std::size_t tag_length = 12;
constexpr std::size_t call_id_length = 24;

constexpr std::size_t usual_value_size = 128;  // of a Via or a Contact of ours

std::uint16_t own_port(const EndpointNames& names, Transport transport) {
  switch (transport) {
    case Transport::udp:
      return names.udp_port;
    case Transport::tcp:
      return names.tcp_port;
    case Transport::tls:
      return names.tls_port;
    case Transport::ws:
    case Transport::wss:
      return 0;
  }
  return 0;
}

std::uint16_t outward_port(const Network& network, Transport transport) {
  return transport == Transport::tls ? network.tls_port : network.sip_port;
}

/// Where the peer of the flow reaches us: what is configured for its network, else the address that
/// it sent to (docs/decisions/0007), "host:5060"; no port where browsers meet us, since it is that
/// of the web server.
void append_sent_by(const EndpointNames& names, const Flow& flow, std::string& out) {
  const Network* network = names.networks.of(flow.remote);
  const bool knows_local = !flow.local.is_unspecified();
  if (network && !network->host.empty()) {
    out += network->host;
  } else if (knows_local) {
    out += flow.local.host_for_uri();
  } else {
    out += names.host;
  }
  if (is_websocket(flow.transport)) return;
  std::uint16_t port = network ? outward_port(*network, flow.transport) : 0;
  if (port == 0 && knows_local) port = flow.local.port();
  if (port == 0) port = own_port(names, flow.transport);
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(":{}"), port);
}

/// RFC 3261 §19.1.1; RFC 7118 §5.2 has "ws" for both WebSocket transports.
std::string_view uri_transport(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "udp";
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
    case Transport::ws:
    case Transport::wss:
      return "ws";
  }
  return {};
}

}  // namespace

class Endpoint::Impl {
 public:
  Impl(EndpointNames own_names, EndpointLimits own_limits, Random& own_random)
      : names(std::move(own_names)),
        limits(own_limits),
        keys(own_random),
        branches("branch", own_random),
        tags("tag", own_random),
        call_ids("call", own_random) {}

  const EndpointNames names;
  const EndpointLimits limits;
  TransactionKeys keys;
  ServerSide server{limits, keys};
  ClientSide client{limits, keys};
  Names branches;
  Names tags;
  Names call_ids;
};

Endpoint::Endpoint(EndpointNames names, EndpointLimits limits, Random& random)
    : impl_(std::make_unique<Impl>(std::move(names), limits, random)) {}

Endpoint::~Endpoint() = default;

void Endpoint::tell_not_served(OnNotServed told) {
  impl_->server.tell_not_served(std::move(told));
}

void Endpoint::on_message(const Flow& flow, Message&& message, Instant now, Outbox& out) {
  if (message.is_request()) {
    impl_->server.on_request(flow, std::move(message), now, out);
  } else if (message.count(HeaderId::via) == 1) {
    impl_->client.on_response(flow, std::move(message), now, out);
  } else {
    // RFC 3261 §8.1.3.3: one with more Vias than ours was led astray. Whose it is the branch says.
    impl_->client.pass_over();
  }
}

void Endpoint::on_flow_closed(const Flow& flow, Instant now, Outbox& out) {
  impl_->server.on_flow_closed(flow);
  impl_->client.on_flow_closed(flow, now, out);
}

void Endpoint::on_flow_lost(const Flow& flow, Instant now, Outbox& out) {
  impl_->server.on_flow_lost(flow, now);
  impl_->client.on_flow_lost(flow, now, out);
}

void Endpoint::on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out) {
  const bool are_connections = is_reliable(from.transport) && is_reliable(to.transport);
  if (!are_connections || from.connection == to.connection) return;
  impl_->server.on_flow_moved(from, to, now, out);
  impl_->client.on_flow_moved(from, to, now, out);
}

void Endpoint::on_time(Instant now, Outbox& out) {
  impl_->server.on_time(now, out);
  impl_->client.on_time(now, out);
}

std::optional<Instant> Endpoint::next_deadline() const {
  return earlier(impl_->server.next_deadline(), impl_->client.next_deadline());
}

std::optional<RequestArrived> Endpoint::admit(RequestOffered&& request, Outbox& out) {
  return impl_->server.admit(std::move(request), out);
}

bool Endpoint::answer(const RequestOffered& request, const StatelessAnswer& words, Outbox& out) {
  return impl_->server.answer(request, words, out);
}

void Endpoint::respond(ServerTransactionId id, int status, std::string response, Instant now,
                       Outbox& out) {
  impl_->server.respond(id, status, std::move(response), now, out);
}

void Endpoint::accept_ack(ServerTransactionId id) {
  impl_->server.accept_ack(id);
}

ClientTransactionId Endpoint::request(const Flow& flow, Method method, std::string branch,
                                      std::string request, Instant now, Outbox& out) {
  DERING_CHECK(method != Method::ack && method != Method::cancel);
  return impl_->client.request(flow, method, std::move(branch), std::move(request), now, out);
}

void Endpoint::acknowledge(ClientTransactionId id, std::string_view to_tag, std::string ack,
                           Instant, Outbox& out) {
  impl_->client.acknowledge(id, to_tag, std::move(ack), out);
}

bool Endpoint::is_heard(ClientTransactionId id) const {
  return impl_->client.is_heard(id);
}

void Endpoint::cancel(ClientTransactionId id, std::string_view reason_header, Instant now,
                      Outbox& out) {
  impl_->client.cancel(id, reason_header, now, out);
}

void Endpoint::release(ClientTransactionId id, Instant now) {
  impl_->client.release(id, now);
}

void Endpoint::restart_names(const Names::Key& key) {
  impl_->branches.restart(key);
  impl_->tags.restart(key);
  impl_->call_ids.restart(key);
}
std::string Endpoint::new_branch() {
  return "z9hG4bK" + impl_->branches.token(branch_length);
}
std::string Endpoint::new_tag() {
  return impl_->tags.token(tag_length);
}
std::string Endpoint::new_call_id() {
  return impl_->call_ids.token(call_id_length);
}

std::string Endpoint::via_value(const Flow& flow, std::string_view branch) const {
  std::string value;
  value.reserve(usual_value_size);
  value.append("SIP/2.0/").append(via_name(flow.transport)).append(" ");
  append_sent_by(impl_->names, flow, value);
  return value.append(";branch=").append(branch).append(";rport");
}

std::string Endpoint::contact_value(const Flow& flow, std::string_view user,
                                    UriScheme scheme) const {
  std::string value;
  value.reserve(usual_value_size);
  value.append(scheme == UriScheme::sips ? "<sips:" : "<sip:");
  if (!user.empty()) value.append(escaped_user(user)).append("@");
  append_sent_by(impl_->names, flow, value);
  return value.append(";transport=").append(uri_transport(flow.transport)).append(">");
}

const EndpointNames& Endpoint::names() const {
  return impl_->names;
}

std::size_t Endpoint::transaction_count() const {
  return impl_->server.size() + impl_->client.size();
}

void Endpoint::list(TableSizes& out) const {
  impl_->server.list(out);
  impl_->client.list(out);
}

std::uint64_t Endpoint::overload_count() const {
  return impl_->server.counts().overload;
}

std::uint64_t Endpoint::unmatched_count() const {
  return impl_->client.counts().unmatched;
}

std::uint64_t Endpoint::unanswered_count() const {
  return impl_->server.counts().unanswered;
}

std::uint64_t Endpoint::shed_count() const {
  return impl_->server.counts().shed + impl_->client.counts().shed;
}

}  // namespace dering::sip
