// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "net/http_message.h"

namespace dering::net {

/// A request to another server.
struct HttpFetch {
  std::uint64_t id = 0;  ///< comes back with the answer
  std::string url;       ///< https, or http on this machine
  std::string method = "GET";
  HttpFields fields = {};
  std::string body = {};
  std::size_t most_bytes = 256 * 1024;  ///< of the answer's body; more is a failure
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

struct HttpFetched {
  std::uint64_t id = 0;
  std::expected<HttpAnswer, std::string> answer;  ///< or a sentence: why there is none
};

struct HttpClientTimes {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds whole{10'000};
};

/// Asks other servers, on a thread that app/ starts with run(). Certificates are verified,
/// redirects are not followed, and nothing is sent or read in the clear but within this machine:
/// what it fetches is believed. Many fetches go on side by side.
class HttpClient {
 public:
  /// `on_fetched` is called once for each fetch that was taken, on the thread of run().
  explicit HttpClient(std::function<void(HttpFetched)> on_fetched, HttpClientTimes times = {});
  ~HttpClient();

  /// Any thread. False if too many wait already: nothing comes of this one.
  bool post(HttpFetch fetch);
  /// Until stop(); what is under way then is broken off without an answer.
  void run();
  void stop();  ///< any thread

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::net
