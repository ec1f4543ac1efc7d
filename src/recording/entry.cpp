// SPDX-License-Identifier: Apache-2.0
#include "recording/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dering::recording {
namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::size_t longest_body = 64 * 1024 * 1024;
constexpr std::int64_t nanoseconds = 1'000'000'000;

/// Spaces, control characters, '%', '=' and '#' would be read as something else.
bool is_plain(char c) {
  return c > ' ' && c < 0x7f && c != '%' && c != '=' && c != '#';
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_plain(c)) {
      out.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    const auto byte = to_number<std::uint8_t>(text.substr(1, 2), 16);
    if (!byte || text.size() < 3) return std::nullopt;
    out.push_back(static_cast<char>(*byte));
    text.remove_prefix(3);
  }
  return out;
}

/// "12.345678901"
std::optional<Duration> duration_from(std::string_view text) {
  const auto seconds = to_number<std::uint32_t>(take_until(text, '.'));
  const auto rest = to_number<std::uint32_t>(text);
  if (!seconds || !rest || *rest >= nanoseconds || text.size() != 9) return std::nullopt;
  return Duration(*seconds * nanoseconds + *rest);
}

std::optional<sip::Transport> transport_named(std::string_view name) {
  using enum sip::Transport;
  for (const auto transport : {udp, tcp, tls, ws, wss}) {
    if (equals_ignoring_case(sip::via_name(transport), name)) return transport;
  }
  return std::nullopt;
}

/// The words of a line after its kind; how long the body is.
std::expected<std::size_t, std::string> read_words(std::string_view words, Entry& entry) {
  const auto at = duration_from(take_until(words, ' '));
  if (!at) return std::unexpected("it does not say when");
  entry.at = *at;
  std::size_t body = 0;
  while (!words.empty()) {
    std::string_view word = take_until(words, ' ');
    if (word.starts_with('#')) {
      const auto size = to_number<std::uint32_t>(word.substr(1));
      if (!size || *size > longest_body) return std::unexpected("its length is wrong");
      body = *size;
      continue;
    }
    const std::string_view name = take_until(word, '=');
    auto value = unescaped(word);
    if (name.empty() || !value) return std::unexpected("a field cannot be read");
    entry.fields.emplace_back(name, *std::move(value));
  }
  return body;
}

}  // namespace

Entry& Entry::add(std::string_view name, std::int64_t value) {
  return add(name, std::string_view(fmt::format_int(value).c_str()));
}

std::string_view Entry::text(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

std::int64_t Entry::signed_number(std::string_view name) const {
  const std::string_view value = text(name);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

Entry& Entry::add(const sip::Flow& flow) {
  add("via", in_lower_case(sip::via_name(flow.transport)));
  add("remote", flow.remote.text());
  if (flow.connection != 0) add("connection", fmt::to_string(flow.connection));
  if (!flow.local.is_unspecified()) add("local", flow.local.text());
  return *this;
}

std::optional<sip::Flow> Entry::flow() const {
  const auto transport = transport_named(text("via"));
  const auto remote = SocketAddress::from_host_and_port(text("remote"));
  if (!transport || !remote) return std::nullopt;
  const auto local = SocketAddress::from_host_and_port(text("local"));
  return sip::Flow{*transport, *remote, number<std::uint64_t>("connection").value_or(0),
                   local.value_or(SocketAddress{})};
}

std::string text_of(const Entry& entry) {
  std::string text = fmt::format("{} {}.{:09}", entry.kind, entry.at.count() / nanoseconds,
                                 entry.at.count() % nanoseconds);
  for (const auto& [name, value] : entry.fields) {
    fmt::format_to(std::back_inserter(text), " {}={}", name, escaped(value));
  }
  if (!entry.body.empty()) {
    fmt::format_to(std::back_inserter(text), " #{}\n{}", entry.body.size(), entry.body);
  }
  return text += '\n';
}

std::expected<Entry, std::string> take_entry(std::string_view& rest) {
  const std::size_t end = rest.substr(0, longest_line).find('\n');
  if (end == std::string_view::npos) return std::unexpected("a line without an end");
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  Entry entry{.kind = std::string(take_until(line, ' '))};
  const auto body = read_words(line, entry);
  if (!body) return std::unexpected(fmt::format("{}: {}", entry.kind, body.error()));
  if (*body == 0) return entry;
  if (rest.size() <= *body || rest[*body] != '\n') {
    return std::unexpected(fmt::format("{}: its text is cut off", entry.kind));
  }
  entry.body = rest.substr(0, *body);
  rest.remove_prefix(*body + 1);
  return entry;
}

}  // namespace dering::recording
