// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/transaction_keys.h"

#include "base/bytes.h"
#include "base/text.h"

namespace dering::sip {
namespace {

constexpr std::string_view magic_cookie = "z9hG4bK";

static_assert(max_message_size <= 0xffff, "the length of a field must fit into two bytes");

/// As they lie in memory: keys never leave the process.
template <class Number>
std::string_view bytes_of(const Number& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

/// RFC 3261 §17.2.3: an ACK or CANCEL is looked up as the INVITE it belongs to.
std::string_view method_of_transaction(const Message& request) {
  const Method method = request.method();
  const bool belongs_to_invite = method == Method::ack || method == Method::cancel;
  return belongs_to_invite ? name_of(Method::invite) : request.method_name();
}

}  // namespace

bool has_magic_cookie(const Via& via) {
  return equals_ignoring_case(via.branch.substr(0, magic_cookie.size()), magic_cookie);
}

Fingerprint TransactionKeys::of_request(const Flow& flow, const Message& request) {
  begin_request(flow, method_of_transaction(request), request.via());
  if (!has_magic_cookie(request.via())) {
    // The To tag is left out: the ACK has one where its INVITE had none.
    add(request.request_uri());
    add(request.call_id());
    add(request.from().tag());
    add_number(request.cseq().number);
  }
  return finish();
}

Fingerprint TransactionKeys::of_invite(const Flow& flow, const Via& via) {
  begin_request(flow, name_of(Method::invite), via);
  return finish();
}

void TransactionKeys::begin_request(const Flow& flow, std::string_view method, const Via& via) {
  begin(has_magic_cookie(via) ? Purpose::request : Purpose::old_request);
  add(flow);
  add(method);
  add(via.sent_by);
  add(via.branch);
}

Fingerprint TransactionKeys::of_call(const Message& request) {
  begin(Purpose::call);
  add(method_of_transaction(request));
  add(request.call_id());
  add(request.from().tag());
  add_number(request.cseq().number);
  return finish();
}

Fingerprint TransactionKeys::of_holder(const Flow& flow) {
  begin(Purpose::holder);
  if (is_reliable(flow.transport)) {
    add(flow);
    return finish();
  }
  const std::size_t network_size = flow.remote.is_ipv4() ? 16 : 8;
  add(as_text(flow.remote.ipv6()).substr(0, network_size));
  return finish();
}

Fingerprint TransactionKeys::of_attempt(const Flow& flow, const Message& request) {
  begin(Purpose::attempt);
  add(flow);
  add(request.method_name());
  add(request.via().sent_by);
  add(request.via().branch);
  add(request.call_id());
  add(request.from().tag());
  add_number(request.cseq().number);
  return finish();
}

Fingerprint TransactionKeys::of_client(std::string_view branch, std::string_view method) {
  begin(Purpose::client);
  add(branch);
  add(method);
  return finish();
}

Fingerprint TransactionKeys::of_tag(std::string_view tag) {
  begin(Purpose::tag);
  add(tag);
  return finish();
}

void TransactionKeys::begin(Purpose purpose) {
  scratch_.assign(1, static_cast<char>(purpose));
}

/// With its length, so that no two lists of fields give the same bytes.
void TransactionKeys::add(std::string_view text) {
  scratch_.append(bytes_of(static_cast<std::uint16_t>(text.size()))).append(text);
}

void TransactionKeys::add(const Flow& flow) {
  scratch_.append(bytes_of(flow.transport))
      .append(as_text(flow.remote.ipv6()))
      .append(bytes_of(flow.remote.port()))
      .append(bytes_of(flow.connection));
}

void TransactionKeys::add_number(std::uint32_t number) {
  scratch_.append(bytes_of(number));
}

}  // namespace dering::sip
