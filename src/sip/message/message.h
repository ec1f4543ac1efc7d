// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sip/message/fields.h"
#include "sip/message/header.h"

namespace dering::sip {

/// Limits of a message; past them it is refused, never cut.
inline constexpr std::size_t max_message_size = 65'535;
inline constexpr std::size_t max_header_count = 256;
inline constexpr std::size_t max_header_count_of_one_name = 64;

/// Why bytes cannot become a message that one could even answer: they are dropped.
enum class Unreadable : std::uint8_t {
  empty,
  too_large,
  no_start_line,
  bad_response,        ///< responses are never answered
  cannot_be_answered,  ///< Via, From, To, Call-ID or CSeq are beyond use
};
std::string_view name_of(Unreadable reason);

/// How a readable but wrong request must be answered.
struct Refusal {
  int status = 400;
  std::string_view reason;  ///< static text
};

/// A SIP message, parsed once into views over one owned buffer (RFC 3261 §7, RFC 4475). Immutable
/// after parsing, movable, usable on any thread. The fields that each transaction needs (top Via,
/// From, To, Call-ID, CSeq) are parsed with it; the others on demand by the parse_* functions.
class Message {
 public:
  /// Takes one whole message: a datagram, a WebSocket message, or a frame cut by StreamFramer.
  /// A request that is readable enough to be answered but wrong comes back with a refusal().
  static std::expected<Message, Unreadable> parse(std::string_view bytes);
  /// The header section of a message that StreamFramer could not cut (Event::unframed): a request
  /// always comes back with a refusal().
  static std::expected<Message, Unreadable> parse_unframed(std::string_view head);

  bool is_request() const { return status_ == 0; }
  /// For requests. Unknown methods are Method::unknown with their name.
  Method method() const { return method_; }
  std::string_view method_name() const { return method_name_; }
  std::string_view request_uri() const { return request_uri_; }
  /// For responses: 100–699.
  int status() const { return status_; }
  std::string_view reason_phrase() const { return reason_phrase_; }

  const std::optional<Refusal>& refusal() const { return refusal_; }

  const Via& via() const { return via_; }  ///< topmost
  const NameAddr& from() const { return from_; }
  const NameAddr& to() const { return to_; }
  std::string_view call_id() const { return call_id_; }
  const CSeq& cseq() const { return cseq_; }
  std::string_view body() const { return body_; }
  std::size_t size() const { return size_; }  ///< of the bytes that it was parsed from

  /// Value of the first such header field; nothing when absent.
  std::optional<std::string_view> header(HeaderId id) const;
  /// For header fields we have no id for; name without regard to case.
  std::optional<std::string_view> header(std::string_view name) const;
  std::span<const HeaderField> headers() const { return headers_; }
  /// The value of the one field of this name; nothing if there is none, or more.
  std::optional<std::string_view> only(HeaderId id) const;
  /// All values of a list header, in order, split at commas ("Supported: a, b" + "Supported: c").
  std::vector<std::string_view> list(HeaderId id) const;
  /// How many values list() would give.
  std::size_t count(HeaderId id) const;
  /// True if the list header holds the token, without regard to case (option tags).
  bool lists(HeaderId id, std::string_view token) const;

 private:
  friend class MessageParser;
  Message() = default;

  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0;
  std::vector<HeaderField> headers_;
  Method method_ = Method::unknown;
  int status_ = 0;
  std::string_view method_name_;
  std::string_view request_uri_;
  std::string_view reason_phrase_;
  std::string_view call_id_;
  std::string_view body_;
  Via via_;
  NameAddr from_;
  NameAddr to_;
  CSeq cseq_;
  std::optional<Refusal> refusal_;
};

}  // namespace dering::sip
