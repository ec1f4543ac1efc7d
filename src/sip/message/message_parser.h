// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/message/message.h"

namespace dering::sip {

/// Builds one Message from bytes; lives for one call of parse(). It reads on after a fault, since a
/// wrong request must still be answered by the fields that follow, and reports the first fault.
class MessageParser {
 public:
  static std::expected<Message, Unreadable> parse(std::string_view bytes);

 private:
  using Fault = std::optional<Unreadable>;

  void take_copy(std::string_view bytes);
  Fault read();
  Fault read_start_line(std::string_view line);
  Fault read_request_line(std::string_view line);
  void read_status_line(std::string_view line);
  void read_request_uri();
  void read_headers(std::string_view rest);
  bool add_header(std::string_view name, std::string_view value);
  bool is_over_limit(const HeaderField& field) const;
  std::string_view cleaned(std::string_view value);

  Fault read_mandatory();
  void read_optional();
  void read_body();
  std::size_t count(HeaderId id) const { return counts_[static_cast<std::size_t>(id)]; }
  void refuse(int status, std::string_view reason);

  Message message_;
  std::string_view text_;  ///< the whole buffer
  std::string_view after_head_;
  std::array<std::uint16_t, static_cast<std::size_t>(HeaderId::other) + 1> counts_{};
};

}  // namespace dering::sip
