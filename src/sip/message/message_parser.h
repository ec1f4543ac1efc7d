// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/message/message.h"
#include "sip/message/refusal_phrase.h"

namespace dering::sip {

/// Builds one Message from bytes; lives for one call of parse(). It reads on after a fault, since a
/// wrong request must still be answered by the fields that follow, and reports the first fault. A
/// field that is not needed to serve the request is never a fault (RFC 3261 §8.2).
class MessageParser {
 public:
  static std::expected<Message, Unreadable> parse(std::string_view bytes);
  static std::expected<Message, Unreadable> parse_unframed(std::string_view head);
  /// All that it was parsed from.
  static std::string_view text_of(const Message& message) {
    return {message.buffer_.get(), message.size_};
  }

 private:
  using Fault = std::optional<Unreadable>;
  enum class Extent : std::uint8_t { whole, head_only };

  explicit MessageParser(Extent extent) : extent_(extent) {}
  static std::expected<Message, Unreadable> parse(std::string_view bytes, Extent extent);

  void take_copy(std::string_view bytes);
  Fault read();
  Fault read_start_line(std::string_view line);
  void read_request_line(std::string_view line);
  void read_status_line(std::string_view line);
  void read_request_uri();
  void read_headers(std::string_view rest);
  bool add_header(const HeaderField& field);
  bool is_over_limit(const HeaderField& field) const;
  std::string_view cleaned(HeaderId id, std::string_view value);

  Fault read_mandatory();
  void read_conditional();
  bool lists_tokens_only(HeaderId id) const;
  void read_body();
  void refuse_length();
  std::size_t count(HeaderId id) const { return counts_[static_cast<std::size_t>(id)]; }
  void refuse(int status, std::string_view reason);
  void refuse(Wrong wrong, HeaderId field) { refuse(400, refusal_phrase(wrong, field)); }

  Message message_;
  Extent extent_;
  std::string_view text_;  ///< the whole buffer
  std::string_view after_head_;
  std::array<std::uint16_t, static_cast<std::size_t>(HeaderId::other) + 1> counts_{};
};

}  // namespace dering::sip
