// SPDX-License-Identifier: Apache-2.0
#include "net/http_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace dering::net {
namespace {

namespace http = boost::beast::http;
using HeaderParser = http::request_parser<http::empty_body>;

constexpr std::string_view header_end = "\r\n\r\n";

/// A line that continues the one before (obs-fold) is read differently by different programs:
/// RFC 9112 §5.2 lets a server refuse it.
bool has_folded_line(std::string_view header) {
  return header.contains("\r\n ") || header.contains("\r\n\t");
}

/// RFC 9112 §3.2: "A server MUST respond with a 400 to any HTTP/1.1 request message that lacks a
/// Host header field and to any request message that contains more than one Host".
bool has_wrong_host(const HeaderParser::value_type& header) {
  const auto count = header.count(http::field::host);
  return count > 1 || (count == 0 && header.version() == 11);
}

}  // namespace

HttpReader::Event HttpReader::next() {
  if (state_ == State::refused) return Event::refused;
  if (state_ == State::header) {
    const std::size_t at = buffer_.find(header_end, scanned_);
    const std::size_t size = at == std::string::npos ? buffer_.size() : at + header_end.size();
    if (size > limits_.header) return refuse(431);
    if (at == std::string::npos) {
      scanned_ = buffer_.size() - std::min(buffer_.size(), header_end.size() - 1);
      return Event::need_more;
    }
    if (const int status = parse_header(std::string_view(buffer_).substr(0, size))) {
      return refuse(status);
    }
    buffer_.erase(0, size);
    state_ = State::body;
  }
  if (state_ == State::body) {
    if (buffer_.size() < body_size_) return Event::need_more;
    body_ = buffer_.substr(0, body_size_);
    buffer_.erase(0, body_size_);
    state_ = State::done;
  }
  return Event::request;
}

void HttpReader::start_over() {
  HttpReader fresh(limits_);
  fresh.buffer_ = std::move(buffer_);
  *this = std::move(fresh);
}

HttpReader::Event HttpReader::refuse(int status) {
  state_ = State::refused;
  refusal_status_ = status;
  return Event::refused;
}

int HttpReader::parse_header(std::string_view header) {
  if (has_folded_line(header)) return 400;
  HeaderParser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.header));
  parser.body_limit(limits_.body);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(header), error);
  if (error == http::error::body_limit) return 413;
  if (error == http::error::bad_version) return 505;
  if (error || !parser.is_header_done() || has_wrong_host(parser.get())) return 400;
  if (parser.get().count(http::field::transfer_encoding) > 0) return 411;
  body_size_ = static_cast<std::size_t>(parser.content_length().value_or(0));
  if (body_size_ > limits_.body) return 413;
  if (parser.get().target().size() > limits_.target) return 414;

  is_keep_alive_ = parser.keep_alive();
  is_http_1_1_ = parser.get().version() == 11;
  method_ = parser.get().method_string();
  target_ = parser.get().target();
  for (const auto& field : parser.get()) fields_.emplace_back(field.name_string(), field.value());
  return 0;
}

}  // namespace dering::net
