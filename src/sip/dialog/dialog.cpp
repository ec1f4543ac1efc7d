// SPDX-License-Identifier: Apache-2.0
#include "sip/dialog/dialog.h"

#include <algorithm>

#include "base/check.h"

namespace dering::sip {
namespace {

constexpr std::uint64_t initial_hops = 70;  // RFC 3261 §8.1.1.6

/// The one address a Contact must hold (RFC 3261 §8.1.1.8); empty if it does not.
std::string_view contact_uri(const Message& message) {
  const auto value = message.header(HeaderId::contact);
  const auto list = value ? parse_contacts(*value) : std::nullopt;
  if (!list || list->contacts.empty()) return {};
  const Uri& uri = list->contacts.front().uri;
  return uri.is_sip() || uri.is_sips() ? uri.text : std::string_view{};
}

/// A peer without a usable Contact is reached by the address it calls itself.
std::string target_of(const Message& message, const NameAddr& peer) {
  const std::string_view contact = contact_uri(message);
  return std::string(contact.empty() ? peer.uri.text : contact);
}

std::vector<std::string> record_routes(const Message& message) {
  std::vector<std::string> routes;
  for (const std::string_view route : message.list(HeaderId::record_route)) {
    if (parse_name_addr(route)) routes.emplace_back(route);
  }
  return routes;
}

std::string tagged(std::string_view address, std::string_view present_tag, std::string_view tag) {
  std::string text(address);
  if (present_tag.empty()) text.append(";tag=").append(tag);
  return text;
}

/// A name-addr without what stands behind it.
std::string without_tag(std::string_view address) {
  const auto parsed = parse_name_addr(address);
  if (!parsed) return std::string(address);
  std::string text(parsed->display_name);
  if (!text.empty()) text.append(1, ' ');
  return text.append("<").append(parsed->uri.text).append(">");
}

/// RFC 3261 §12.2.1.1: what may not stand in a Request-URI is taken off a strict router's URI.
std::string as_request_uri(const Uri& uri) {
  return std::string(uri.text.substr(0, uri.text.find('?')));
}

}  // namespace

Dialog Dialog::answering(const Message& invite, const Flow& flow, std::string local_tag) {
  Dialog dialog;
  dialog.flow_ = flow;
  dialog.local_address_ = tagged(*invite.header(HeaderId::to), invite.to().tag(), local_tag);
  dialog.remote_address_ = *invite.header(HeaderId::from);
  dialog.remote_target_ = target_of(invite, invite.from());
  dialog.route_set_ = record_routes(invite);
  dialog.remote_cseq_ = invite.cseq().number;
  dialog.id_ = {std::string(invite.call_id()), std::move(local_tag),
                std::string(invite.from().tag())};
  return dialog;
}

Dialog Dialog::established_by(const Message& response, const Flow& flow) {
  Dialog dialog;
  dialog.flow_ = flow;
  dialog.local_address_ = *response.header(HeaderId::from);
  dialog.remote_address_ = *response.header(HeaderId::to);
  dialog.remote_target_ = target_of(response, response.to());
  // RFC 3261 §12.1.2: taken in reverse order.
  dialog.route_set_ = record_routes(response);
  std::ranges::reverse(dialog.route_set_);
  dialog.local_cseq_ = response.cseq().number;
  dialog.id_ = {std::string(response.call_id()), std::string(response.from().tag()),
                std::string(response.to().tag())};
  return dialog;
}

/// RFC 3261 §13.2.2.4: "the route set of the dialog MUST be recomputed based on the 2xx response".
Dialog Dialog::confirmed_by(const Message& response, const Dialog& early) {
  Dialog dialog = established_by(response, early.flow_);
  dialog.local_cseq_ = early.local_cseq_;
  dialog.remote_cseq_ = early.remote_cseq_;
  return dialog;
}

std::string Dialog::local_party() const {
  return without_tag(local_address_);
}

std::string Dialog::remote_party() const {
  return without_tag(remote_address_);
}

std::string Dialog::route() const {
  std::string all;
  for (const std::string& route : route_set_) {
    if (!all.empty()) all.append(", ");
    all.append(route);
  }
  return all;
}

MessageWriter Dialog::request(Method method, std::string_view via_value) {
  DERING_CHECK(method != Method::ack && method != Method::cancel);
  ++local_cseq_;
  return written(method, local_cseq_, via_value);
}

MessageWriter Dialog::ack(std::uint32_t invite_cseq, std::string_view via_value) const {
  return written(Method::ack, invite_cseq, via_value);
}

MessageWriter Dialog::written(Method method, std::uint32_t cseq, std::string_view via_value) const {
  std::string request_uri = remote_target_;
  std::vector<std::string> routes = route_set_;
  const auto first = routes.empty() ? std::nullopt : parse_name_addr(routes.front());
  if (first && !first->uri.parameter("lr")) {
    // RFC 3261 §12.2.1.1: a strict router is the Request-URI itself, the target goes last.
    request_uri = as_request_uri(first->uri);
    routes.erase(routes.begin());
    routes.push_back("<" + remote_target_ + ">");
  }
  MessageWriter writer = MessageWriter::request(name_of(method), request_uri);
  writer.header(HeaderId::via, via_value)
      .header(HeaderId::max_forwards, initial_hops)
      .header(HeaderId::from, local_address_)
      .header(HeaderId::to, remote_address_)
      .header(HeaderId::call_id, id_.call_id)
      .header(HeaderId::cseq, std::to_string(cseq).append(1, ' ').append(name_of(method)));
  for (const std::string& route : routes) writer.header(HeaderId::route, route);
  return writer;
}

Dialog::Verdict Dialog::accept(const Message& request) {
  // ACK and CANCEL repeat the number of their INVITE.
  if (request.method() == Method::ack || request.method() == Method::cancel) {
    return Verdict::in_order;
  }
  const std::uint32_t number = request.cseq().number;
  if (remote_cseq_ && number <= *remote_cseq_) return Verdict::out_of_order;
  remote_cseq_ = number;
  const Method method = request.method();
  const bool is_target_refresh =
      method == Method::invite || method == Method::update || method == Method::subscribe;
  if (is_target_refresh) refresh_target(request);
  return Verdict::in_order;
}

void Dialog::refresh_target(const Message& message) {
  const std::string_view contact = contact_uri(message);
  if (!contact.empty()) remote_target_ = contact;
}

}  // namespace dering::sip
