// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/response_flow.h"

namespace dering::sip {
namespace {

constexpr std::uint16_t default_port = 5060;  // RFC 3261 §18.2.2

}  // namespace

Flow response_flow(const Flow& source, const Message& request) {
  const Via& via = request.via();
  const std::uint16_t port = via.port.value_or(default_port);
  if (is_reliable(source.transport) || port == source.remote.port() || port == 0) return source;
  if (find_parameter(via.parameters, "rport")) return source;
  // As it is written: a name, however it resolves, says nothing about where the sender stands.
  const auto sent_by = SocketAddress::from_text(via.host, source.remote.port());
  if (sent_by != source.remote) return source;
  Flow there = source;
  there.remote = *SocketAddress::from_text(via.host, port);
  return there;
}

}  // namespace dering::sip
