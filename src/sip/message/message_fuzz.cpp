// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sip/message/media_type.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

/// Every parser that a user of the message may call on its fields.
void read_fields(const Message& message) {
  for (const HeaderField& field : message.headers()) {
    (void)parse_via(field.value);
    (void)parse_name_addr(field.value);
    (void)parse_contacts(field.value);
    (void)parse_session_expires(field.value);
    if (const auto type = parse_media_type(field.value)) (void)type->parameter("q");
    (void)is_acceptable(split_list(field.value), "application/sdp");
    if (const auto auth = parse_auth(field.value)) (void)auth->parameter("nonce");
    (void)parse_uri(unquoted(quoted_string(field.value)));
  }
}

void check_answer(const Message& request) {
  const auto source = SocketAddress::from_ipv4(0x7f000002, 5099);
  const std::string answer =
      MessageWriter::response_to(request, source, 400, "Bad Request", "ours").finish();
  if (request.refusal()) return;  // its broken fields are copied as they are
  const auto response = Message::parse(answer);
  DERING_CHECK(response.has_value());
  DERING_CHECK(response->status() == 400);
  DERING_CHECK(response->call_id() == request.call_id());
  DERING_CHECK(response->from().tag() == request.from().tag());
  DERING_CHECK(response->cseq().number == request.cseq().number);
  DERING_CHECK(response->via().branch == request.via().branch);
  DERING_CHECK(!response->to().tag().empty());
  DERING_CHECK(response->list(HeaderId::via).size() == request.list(HeaderId::via).size());
}

/// What was read and written once must not change when it is read and written again.
std::string written(const Message& message) {
  MessageWriter writer = MessageWriter::request(message.method_name(), message.request_uri());
  for (const HeaderField& field : message.headers()) {
    if (field.id != HeaderId::content_length && field.id != HeaderId::content_type) {
      writer.header(field.name, field.value);
    }
  }
  return writer.finish("application/sdp", message.body());
}

void check_fixed_point(const Message& request) {
  const std::string first = written(request);
  if (first.size() > max_message_size) return;
  const auto again = Message::parse(first);
  DERING_CHECK(again.has_value());
  if (!again->refusal()) DERING_CHECK(written(*again) == first);
}

}  // namespace
}  // namespace dering::sip

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto message = Message::parse(text);
  if (!message) return 0;
  // The same bytes as a header section of a stream that could not be cut are never served.
  const auto unframed = Message::parse_unframed(text);
  DERING_CHECK(!unframed || (unframed->refusal() && !unframed->refusal()->reason.empty()));
  read_fields(*message);
  if (!message->is_request()) return 0;
  check_answer(*message);
  if (!message->refusal()) check_fixed_point(*message);
  return 0;
}
