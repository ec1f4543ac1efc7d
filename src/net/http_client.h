// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace dering::net {

/// One request to another server. Its letters: the client keeps nothing of it once it is answered.
struct HttpFetch {
  std::uint64_t id = 0;        ///< comes back with the answer
  std::string url;             ///< https, or http on this machine only; no user name, no fragment
  std::string method = "GET";  ///< GET or POST
  HttpFields fields = {};      ///< Host, Content-Length and Connection are made here
  std::string body = {};       ///< of POST
  std::size_t most_bytes = 256 * 1024;  ///< of the answer's body
};

enum class HttpFault : std::uint8_t {
  not_allowed,    ///< the request is none that we make: see HttpFetch
  busy,           ///< too many are waiting
  not_found,      ///< no address for the host's name
  not_connected,  ///< nobody listens there
  not_trusted,    ///< TLS: the certificate is not of that host or not of a known authority
  timed_out,
  too_long,  ///< the answer is longer than wanted
  broken,    ///< the answer is no HTTP, or the connection ended too soon
};
std::string_view name_of(HttpFault fault);

struct HttpFailure {
  HttpFault fault = HttpFault::broken;
  std::string sentence;  ///< for the log; nothing of the request but its host
};
struct HttpDocument {
  int status = 0;  ///< whatever it is: redirects are not followed
  std::string body;
};
struct HttpAnswer {
  std::uint64_t id = 0;
  std::expected<HttpDocument, HttpFailure> document;
};

/// Fetches documents from issuers: TLS verified, HTTP/1.1, everything bounded in time and size. It
/// goes through a proxy only if the environment names one (https_proxy), and never to reach this
/// machine. No cookies, no redirects, no compression. Runs on a thread of its own.
class HttpClient {
 public:
  struct Settings {
    std::string ca_file = {};  ///< PEM; empty: the system's authorities
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds whole{10'000};  ///< from post() to the last byte
    std::size_t waiting = 256;                ///< fetches that are not answered yet
    std::size_t connections = 16;
    std::size_t connections_per_host = 4;
  };

  /// `on_answer` is called on the client's thread, once for each fetch that post() took, but for
  /// those that wait when it stops.
  HttpClient(Settings settings, std::function<void(HttpAnswer)> on_answer);
  ~HttpClient();

  /// Returns after stop().
  void run();
  void stop();                               ///< any thread
  [[nodiscard]] bool post(HttpFetch fetch);  ///< any thread; false when too many wait
  std::size_t refused() const;               ///< any thread: how often that was

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::net
