// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/mailbox.h"
#include "base/web_url.h"

namespace dering::net {
namespace {

constexpr std::size_t most_waiting = 1'000;
constexpr int longest_wait_ms = 60'000;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One fetch that is under way; libcurl points into it.
struct Transfer {
  HttpFetch fetch;
  std::string body = {};
  std::array<char, CURL_ERROR_SIZE> fault = {};
  std::unique_ptr<CURL, FreeEasy> easy = {};
  std::unique_ptr<curl_slist, FreeList> fields = {};
};

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* context) {
  auto* transfer = static_cast<Transfer*>(context);
  if (size > transfer->fetch.most_bytes - transfer->body.size()) return 0;  // ends the transfer
  transfer->body.append(bytes, size);
  return size;
}

void set(CURL* easy, CURLoption option, auto value) {
  DERING_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

/// Why this must not be sent; empty if it may.
std::string fault_in(const HttpFetch& fetch) {
  const auto url = read_web_url(fetch.url);
  if (!url || !url->is_trustworthy()) return "its address is neither https nor on this machine";
  const auto breaks_line = [](const auto& field) {
    return (field.first + field.second).find_first_of(std::string_view("\r\n\0", 3)) !=
           std::string::npos;
  };
  if (std::ranges::any_of(fetch.fields, breaks_line)) return "a header field has a line break";
  return {};
}

/// libcurl's options, which the last argument of each call must match in type.
void set_up(Transfer& transfer, const HttpClientTimes& times) {
  CURL* easy = transfer.easy.get();
  const HttpFetch& fetch = transfer.fetch;
  set(easy, CURLOPT_URL, fetch.url.c_str());
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_USERAGENT, "dering/" DERING_VERSION);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(times.connect.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(times.whole.count()));
  set(easy, CURLOPT_CUSTOMREQUEST, fetch.method.c_str());
  if (!fetch.body.empty()) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(fetch.body.size()));
    set(easy, CURLOPT_POSTFIELDS, fetch.body.c_str());
  }
  for (const auto& [name, value] : fetch.fields) {
    curl_slist* longer =
        curl_slist_append(transfer.fields.get(), fmt::format("{}: {}", name, value).c_str());
    DERING_CHECK(longer);
    (void)transfer.fields.release();
    transfer.fields.reset(longer);
  }
  set(easy, CURLOPT_HTTPHEADER, transfer.fields.get());
  set(easy, CURLOPT_ERRORBUFFER, transfer.fault.data());
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
}

std::string sentence_of(const Transfer& transfer, CURLcode result) {
  if (result == CURLE_WRITE_ERROR) {
    return fmt::format("the answer is longer than {} bytes", transfer.fetch.most_bytes);
  }
  return transfer.fault[0] != '\0' ? transfer.fault.data() : curl_easy_strerror(result);
}

}  // namespace

class HttpClient::Impl {
 public:
  Impl(std::function<void(HttpFetched)> on_fetched, HttpClientTimes times)
      : on_fetched_(std::move(on_fetched)),
        times_(times),
        multi_(curl_multi_init()),
        letters_(most_waiting, [this] { curl_multi_wakeup(multi_.get()); }) {
    DERING_CHECK(multi_ && on_fetched_);
  }
  ~Impl() {
    for (const auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), easy);
  }

  bool post(HttpFetch fetch) { return letters_.post(std::move(fetch)); }
  void stop() {
    is_stopping_.store(true);
    curl_multi_wakeup(multi_.get());
  }
  void run();

 private:
  void begin(HttpFetch fetch);
  void hand_over_finished();

  std::function<void(HttpFetched)> on_fetched_;
  HttpClientTimes times_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  Mailbox<HttpFetch> letters_;
  std::atomic<bool> is_stopping_{false};
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

void HttpClient::Impl::run() {
  std::vector<HttpFetch> letters;
  while (!is_stopping_.load()) {
    letters_.take(letters);
    for (HttpFetch& fetch : letters) begin(std::move(fetch));
    int running = 0;
    DERING_CHECK(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    hand_over_finished();
    DERING_CHECK(curl_multi_poll(multi_.get(), nullptr, 0, longest_wait_ms, nullptr) == CURLM_OK);
  }
}

void HttpClient::Impl::begin(HttpFetch fetch) {
  std::string fault = fault_in(fetch);
  if (fault.empty() && transfers_.size() >= most_waiting) fault = "too many requests are under way";
  if (!fault.empty()) return on_fetched_({fetch.id, std::unexpected(std::move(fault))});
  auto transfer = std::make_unique<Transfer>(Transfer{.fetch = std::move(fetch)});
  transfer->easy.reset(curl_easy_init());
  DERING_CHECK(transfer->easy);
  set_up(*transfer, times_);
  CURL* easy = transfer->easy.get();
  DERING_CHECK(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK);
  transfers_.emplace(easy, std::move(transfer));
}

void HttpClient::Impl::hand_over_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    CURL* easy = message->easy_handle;  // `message` goes with the next line
    curl_multi_remove_handle(multi_.get(), easy);
    const auto transfer = std::move(transfers_.extract(easy).mapped());
    if (result != CURLE_OK) {
      on_fetched_({transfer->fetch.id, std::unexpected(sentence_of(*transfer, result))});
      continue;
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    on_fetched_(
        {transfer->fetch.id, HttpAnswer{static_cast<int>(status), std::move(transfer->body)}});
  }
}

HttpClient::HttpClient(std::function<void(HttpFetched)> on_fetched, HttpClientTimes times) {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  DERING_CHECK(is_ready == CURLE_OK);
  impl_ = std::make_unique<Impl>(std::move(on_fetched), times);
}
HttpClient::~HttpClient() = default;

bool HttpClient::post(HttpFetch fetch) {
  return impl_->post(std::move(fetch));
}
void HttpClient::run() {
  impl_->run();
}
void HttpClient::stop() {
  impl_->stop();
}

}  // namespace dering::net
