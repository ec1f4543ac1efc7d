// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dering::directory {

/// A text from one person to another (RFC 3428) that waits for a phone of theirs.
struct TextMessage {
  std::uint64_t id = 0;      ///< unique for ever
  std::string recipient;     ///< extension
  std::string sender;        ///< extension; empty: who hides (RFC 3323)
  std::string sender_name;   ///< UTF-8; may be empty
  std::string text;          ///< UTF-8
  std::int64_t sent_at = 0;  ///< Unix seconds

  bool operator==(const TextMessage&) const = default;
};

/// From the store, once at the start: what still waits, in the order in which it was sent.
struct MessagesKept {
  std::vector<TextMessage> messages;
};

}  // namespace dering::directory
