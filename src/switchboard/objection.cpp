// SPDX-License-Identifier: Apache-2.0
#include "switchboard/objection.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sip/event/dialog_info.h"
#include "sip/event/presence_info.h"
#include "sip/message/characters.h"
#include "sip/message/event_fields.h"
#include "sip/message/media_type.h"
#include "switchboard/message_post.h"
#include "switchboard/subscription_table.h"
#include "ua/capabilities.h"

namespace dering::switchboard {
namespace {

using sip::HeaderId;
using sip::Message;
using sip::Method;

constexpr std::string_view sdp_type = "application/sdp";

/// Of a SUBSCRIBE: what is watched, and whether its body can be read (RFC 6665 §4.2.1.2).
std::optional<Objection> to_event(const Message& subscribe) {
  if (subscribe.count(HeaderId::event) == 0) {
    return Objection{489, "Allow-Events", std::string(ua::allowed_events), "Event Missing"};
  }
  const auto event = sip::event_of(subscribe);
  if (!event) return Objection{400, {}, {}, "Malformed Event"};
  const auto package = package_from(event->type);
  if (!package) return Objection{489, "Allow-Events", std::string(ua::allowed_events)};
  const std::string_view body =
      *package == EventPackage::dialog ? sip::dialog_info_type : sip::presence_info_type;
  if (sip::is_acceptable(subscribe.list(HeaderId::accept), body)) return std::nullopt;
  return Objection{406, {}, {}};
}

std::string_view unquoted_charset(const sip::MediaType& type) {
  std::string_view charset = type.parameter("charset").value_or("utf-8");
  if (charset.size() > 1 && charset.starts_with('"'))
    charset = charset.substr(1, charset.size() - 2);
  return charset;
}

/// Only tabs and line breaks: what else controls something shall not reach who reads it
/// (hostile-input F7).
bool is_text(std::string_view body) {
  return is_utf8(body) && std::ranges::none_of(body, [](char c) {
           return sip::is_control(c) && c != '\t' && c != '\r' && c != '\n';
         });
}

/// Of a MESSAGE: a short text, and nothing that its reader's phone would have to interpret.
std::optional<Objection> to_text(const Message& message) {
  const auto type = message.header(HeaderId::content_type);
  const auto read = type ? sip::parse_media_type(*type) : std::nullopt;
  const bool is_alone = message.count(HeaderId::content_type) == 1;
  const Objection no_text{415, "Accept", std::string(ua::accepted_texts)};
  if (message.body().empty()) return Objection{400, {}, {}, "Empty Message"};
  if (!read || !is_alone || !read->is(ua::accepted_texts)) return no_text;
  const std::string_view charset = unquoted_charset(*read);
  const bool is_ours =
      equals_ignoring_case(charset, "utf-8") || equals_ignoring_case(charset, "us-ascii");
  if (!is_ours) return Objection{415, "Accept", "text/plain;charset=UTF-8"};
  if (message.body().size() > max_text_size) return Objection{413, {}, {}};
  return is_text(message.body()) ? std::nullopt : std::optional(no_text);
}

std::optional<Objection> to_method(const Message& request) {
  const bool is_in_dialog = !request.to().tag().empty();
  switch (request.method()) {
    case Method::invite:
    case Method::register_:
    case Method::options:
    case Method::ack:
    case Method::cancel:
      return std::nullopt;
    case Method::bye:
    case Method::info:
    case Method::update:
    case Method::prack:
      if (is_in_dialog) return std::nullopt;
      return Objection{481, {}, {}};
    case Method::subscribe:
      return to_event(request);
    case Method::message:
      // RFC 3428 §11: a dialog made for something else is none to send texts in.
      if (!is_in_dialog) return to_text(request);
      return Objection{405, "Allow", std::string(ua::allowed_methods)};
    case Method::refer:
      // Whom we send on, is in a call with us (hostile-input F3).
      if (is_in_dialog) return std::nullopt;
      return Objection{403, {}, {}, "REFER Only Inside A Call"};
    case Method::notify:
    case Method::publish:
      return Objection{405, "Allow", std::string(ua::allowed_methods)};
    case Method::unknown:
      return Objection{501, "Allow", std::string(ua::allowed_methods)};
  }
  return std::nullopt;
}

std::optional<Objection> to_addresses(const Message& request) {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri) return Objection{400, {}, {}, "Bad Request-URI"};
  // Nobody registers at a telephone number.
  const bool is_register = request.method() == Method::register_;
  const bool is_phone = uri->is_sip() || uri->is_sips() || (uri->is_tel() && !is_register);
  if (!is_phone) return Objection{416, {}, {}};
  const sip::Uri& to = request.to().uri;
  // RFC 4475 §3.3.4: an address-of-record of a scheme nobody can register.
  if (is_register && !to.is_sip() && !to.is_sips()) {
    return Objection{400, {}, {}, "To Is No Address-Of-Record"};
  }
  // What is asked of us we answer (RFC 4475 §3.3.11); a call would travel on.
  const bool travels_on = request.method() == Method::invite;
  const auto hops = request.header(HeaderId::max_forwards);
  if (travels_on && hops && to_number<std::uint8_t>(*hops) == 0) return Objection{483, {}, {}};
  return std::nullopt;
}

std::optional<Objection> to_extensions(const Message& request) {
  if (request.method() == Method::register_) return std::nullopt;  // the registrar knows more
  std::string unknown;
  for (const HeaderId id : {HeaderId::require, HeaderId::proxy_require}) {
    for (const std::string_view tag : request.list(id)) {
      const bool is_understood = std::ranges::any_of(
          ua::understood_extensions,
          [&](std::string_view known) { return equals_ignoring_case(known, tag); });
      if (is_understood) continue;
      if (!unknown.empty()) unknown += ", ";
      unknown += tag;
    }
  }
  if (unknown.empty()) return std::nullopt;
  return Objection{420, "Unsupported", std::move(unknown)};
}

/// Without a body there is nothing to decode, whatever the fields that describe one say.
std::optional<Objection> to_body(const Message& request) {
  if (request.body().empty()) return std::nullopt;
  const auto codings = request.list(HeaderId::content_encoding);
  const bool is_plain = std::ranges::all_of(
      codings, [](std::string_view coding) { return equals_ignoring_case(coding, "identity"); });
  if (!is_plain) return Objection{415, "Accept-Encoding", "identity"};
  const bool is_offer = request.method() == Method::invite || request.method() == Method::update;
  if (!is_offer) return std::nullopt;
  const auto type = request.header(HeaderId::content_type);
  const bool is_sdp = type && sip::is_media_type(*type, sdp_type);
  const bool is_ambiguous = request.count(HeaderId::content_type) > 1;
  if (is_sdp && !is_ambiguous) return std::nullopt;
  return Objection{415, "Accept", std::string(sdp_type)};
}

std::optional<Objection> to_accept(const Message& request) {
  if (request.method() != Method::invite) return std::nullopt;
  if (sip::is_acceptable(request.list(HeaderId::accept), sdp_type)) return std::nullopt;
  return Objection{406, {}, {}};
}

}  // namespace

std::optional<Objection> objection_to(const Message& request) {
  for (const auto judge : {to_method, to_addresses, to_extensions, to_body, to_accept}) {
    if (auto objection = judge(request)) return objection;
  }
  return std::nullopt;
}

}  // namespace dering::switchboard
