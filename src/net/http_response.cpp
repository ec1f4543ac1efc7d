// SPDX-License-Identifier: Apache-2.0
#include "net/http_response.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <iterator>

#include "base/text.h"

namespace dering::net {
namespace {

namespace http = boost::beast::http;

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

/// A second one of these would let two readers see two different responses.
bool is_framing(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") ||
         equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection");
}

/// As a JSON string (RFC 8259 §7); bytes that may be no UTF-8 are left out.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c >= ' ' && c != 0x7f) result += c;
  }
  return result + '"';
}

}  // namespace

HttpResponse problem_response(int status, std::string_view sentence) {
  const auto title = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  return {.status = status,
          .fields = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          .body = fmt::format(R"({{"type":"about:blank","title":{},"status":{},"detail":{}}})",
                              quoted({title.data(), title.size()}), status, quoted(sentence))};
}

std::string to_text(const ResponseHead& head) {
  const auto reason =
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(head.status)));
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", head.status,
                 std::string_view(reason.data(), reason.size()),
                 fmt::gmtime(static_cast<std::time_t>(head.date.count())));
  for (const auto& [name, value] : head.fields) {
    if (is_framing(name) || !is_plain(name) || !is_plain(value)) continue;
    fmt::format_to(out, "{}: {}\r\n", name, value);
  }
  if (head.content_length) fmt::format_to(out, "Content-Length: {}\r\n", *head.content_length);
  fmt::format_to(out, "Connection: {}\r\n\r\n", head.is_keep_alive ? "keep-alive" : "close");
  return text;
}

}  // namespace dering::net
