// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/socket_address.h"
#include "base/text.h"
#include "sip/flow.h"

namespace dering::recording {

/// One thing that happened, as a recording keeps it: a word, when, named texts, and a longer text.
/// On one line, with the longer text below it:
///
///   message 12.345678901 via=wss remote=192.0.2.7:50112 connection=17 #312
///   INVITE sip:1002@pbx.example SIP/2.0
///   …
struct Entry {
  std::string kind;
  Duration at{};  ///< since the recording began
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string body{};

  Entry& add(std::string_view name, std::string_view value) {
    fields.emplace_back(name, value);
    return *this;
  }
  Entry& add(std::string_view name, std::int64_t value);
  /// Empty if it has none of that name.
  std::string_view text(std::string_view name) const;
  template <std::unsigned_integral T>
  std::optional<T> number(std::string_view name) const {
    return to_number<T>(text(name));
  }
  /// Unix seconds and the like: with a sign.
  std::int64_t signed_number(std::string_view name) const;

  Entry& add(const sip::Flow& flow);
  /// Nothing if it names none.
  std::optional<sip::Flow> flow() const;
};

std::string text_of(const Entry& entry);
/// The first entry of `rest`, which is taken off; or what is wrong with its line.
std::expected<Entry, std::string> take_entry(std::string_view& rest);

}  // namespace dering::recording
