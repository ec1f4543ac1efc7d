// SPDX-License-Identifier: Apache-2.0
#include "trunk/location.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace dering::trunk {
namespace {

using dns::NaptrRecord;
using dns::SrvRecord;
using sip::Transport;
using Kind = dns::Question::Kind;

std::uint16_t default_port(Transport transport) {
  return transport == Transport::tls ? 5061 : 5060;
}

/// RFC 3263 §4.1 and §4.2: "_sips._tcp.provider.example".
std::string srv_name(Transport transport, std::string_view host) {
  const std::string_view service = transport == Transport::tls   ? "_sips._tcp."
                                   : transport == Transport::tcp ? "_sip._tcp."
                                                                 : "_sip._udp.";
  return std::string(service).append(host);
}

std::optional<Transport> transport_of(std::string_view service) {
  if (equals_ignoring_case(service, "SIP+D2U")) return Transport::udp;
  if (equals_ignoring_case(service, "SIP+D2T")) return Transport::tcp;
  if (equals_ignoring_case(service, "SIPS+D2T")) return Transport::tls;
  return std::nullopt;
}

/// The next one by weight (RFC 2782, "Weight"): those of weight 0 have a small chance.
std::size_t drawn(const std::vector<SrvRecord>& equals, Random& random) {
  std::uint64_t sum = 0;
  for (const SrvRecord& each : equals) sum += each.weight;
  std::uint64_t left = random.below(sum + 1);
  for (std::size_t i = 0; i < equals.size(); ++i) {
    if (equals[i].weight >= left) return i;
    left -= equals[i].weight;
  }
  return equals.size() - 1;
}

std::vector<SrvRecord> in_order(std::vector<SrvRecord> records, Random& random) {
  // "." as a target: decidedly no such service here (RFC 2782).
  std::erase_if(records, [](const SrvRecord& each) {
    return each.target.empty() || each.target == "." || each.port == 0;
  });
  std::ranges::sort(records, {},
                    [](const SrvRecord& each) { return std::tuple(each.priority, each.weight); });
  std::vector<SrvRecord> ordered;
  while (!records.empty() && ordered.size() < Location::most_names) {
    std::vector<SrvRecord> equals;
    const auto end = std::ranges::find_if(
        records, [&](const SrvRecord& each) { return each.priority != records.front().priority; });
    equals.assign(records.begin(), end);
    records.erase(records.begin(), end);
    while (!equals.empty() && ordered.size() < Location::most_names) {
      const auto next = equals.begin() + static_cast<std::ptrdiff_t>(drawn(equals, random));
      ordered.push_back(std::move(*next));
      equals.erase(next);
    }
  }
  return ordered;
}

}  // namespace

Location::Location(Server server) : server_(std::move(server)) {
  const Transport assumed = server_.transport.value_or(Transport::udp);
  const std::uint16_t port = server_.port.value_or(default_port(assumed));
  if (const auto address = SocketAddress::from_text(server_.host, port)) {
    hosts_.push_back({assumed, server_.host, port});
    addresses_[server_.host] = {*address};
  } else if (server_.port) {
    hosts_.push_back({assumed, server_.host, port});
    ask_hosts();
  } else if (server_.transport) {
    services_.emplace_back(assumed, srv_name(assumed, server_.host));
    ask_srv();
  } else {
    ask(Kind::naptr, server_.host);
  }
}

void Location::ask(Kind kind, std::string name) {
  dns::Question question{kind, std::move(name)};
  if (std::ranges::find(open_, question) == open_.end()) open_.push_back(std::move(question));
}

void Location::ask_srv() {
  for (const auto& [transport, name] : services_) ask(Kind::srv, name);
}

void Location::ask_hosts() {
  for (const Host& host : hosts_) {
    if (!addresses_.contains(host.name)) ask(Kind::address, host.name);
  }
}

void Location::on_answer(const dns::Question& question, const dns::Answer& answer, Random& random) {
  const auto asked = std::ranges::find(open_, question);
  if (asked == open_.end()) return;
  const dns::Question answered = std::move(*asked);
  open_.erase(asked);
  has_failed_ = has_failed_ || answer.failed;
  const bool is_empty = answer.naptr.empty() && answer.srv.empty() && answer.addresses.empty();
  if (!is_empty) lifetime_ = std::min(lifetime_.value_or(longest), answer.lifetime);
  switch (answered.kind) {
    case Kind::naptr:
      return on_naptr(answer);
    case Kind::srv:
      return on_srv(answered, answer, random);
    case Kind::address:
      addresses_[answered.name] = answer.addresses;
  }
}

void Location::on_naptr(const dns::Answer& answer) {
  auto records = answer.naptr;
  std::ranges::sort(
      records, {}, [](const NaptrRecord& each) { return std::tuple(each.order, each.preference); });
  for (const NaptrRecord& each : records) {
    const auto transport = transport_of(each.service);
    if (!transport || !equals_ignoring_case(each.flags, "s") || each.replacement.empty()) continue;
    if (services_.size() < most_names) services_.emplace_back(*transport, each.replacement);
  }
  if (services_.empty()) {
    for (const Transport each : {Transport::tls, Transport::tcp, Transport::udp})
      services_.emplace_back(each, srv_name(each, server_.host));
  }
  ask_srv();
}

void Location::on_srv(const dns::Question& question, const dns::Answer& answer, Random& random) {
  found_[question.name] = in_order(answer.srv, random);
  if (!open_.empty()) return;
  for (const auto& [transport, name] : services_) {
    for (const SrvRecord& each : found_[name]) {
      if (hosts_.size() < most_names) hosts_.push_back({transport, each.target, each.port});
    }
  }
  if (hosts_.empty()) {
    // RFC 3263 §4.2: no SRV at all, so the name itself.
    const Transport transport = server_.transport.value_or(Transport::udp);
    hosts_.push_back({transport, server_.host, default_port(transport)});
  }
  ask_hosts();
}

std::vector<Way> Location::ways() const {
  std::vector<Way> ways;
  for (const Host& host : hosts_) {
    const auto found = addresses_.find(host.name);
    if (found == addresses_.end()) continue;
    for (const SocketAddress& address : found->second) {
      const Way way{host.transport, SocketAddress::from_ipv6(address.ipv6(), host.port)};
      if (ways.size() < most_ways && std::ranges::find(ways, way) == ways.end())
        ways.push_back(way);
    }
  }
  return ways;
}

std::chrono::seconds Location::lifetime() const {
  return std::clamp(lifetime_.value_or(has_failed_ ? shortest : longest), shortest, longest);
}

}  // namespace dering::trunk
