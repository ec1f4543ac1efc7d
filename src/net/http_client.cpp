// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/mailbox.h"
#include "base/web_url.h"

namespace dering::net {
namespace {

constexpr std::size_t most_header_bytes = 64 * 1024;

struct ReleaseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ReleaseEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ReleaseList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyPtr = std::unique_ptr<CURL, ReleaseEasy>;
using ListPtr = std::unique_ptr<curl_slist, ReleaseList>;

/// One fetch on its way; libcurl holds pointers into it.
struct Transfer {
  HttpFetch fetch;
  EasyPtr easy;
  ListPtr fields;
  std::array<char, CURL_ERROR_SIZE> error{};
  std::string body;
  std::size_t header_bytes = 0;
  bool is_too_long = false;
};

std::size_t on_body(const char* bytes, std::size_t, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.body.size() + count > transfer.fetch.most_bytes) {
    transfer.is_too_long = true;
    return 0;
  }
  transfer.body.append(bytes, count);
  return count;
}

std::size_t on_header(const char*, std::size_t, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  transfer.header_bytes += count;
  if (transfer.header_bytes <= most_header_bytes) return count;
  transfer.is_too_long = true;
  return 0;
}

/// A field that is one line (RFC 9110 §5.5).
bool is_field(const std::pair<std::string, std::string>& field) {
  const auto is_name = [](char c) { return c > ' ' && c < '\x7f' && c != ':' && c != ';'; };
  const auto is_value = [](char c) { return c >= ' ' || c == '\t' || c < 0; };
  return !field.first.empty() && std::ranges::all_of(field.first, is_name) &&
         !field.second.empty() && std::ranges::all_of(field.second, is_value);
}

bool is_allowed(const HttpFetch& fetch) {
  const auto url = read_web_url(fetch.url);
  const bool is_known_method =
      fetch.method == "POST" || (fetch.method == "GET" && fetch.body.empty());
  return url && url->is_trustworthy() && is_known_method &&
         std::ranges::all_of(fetch.fields, is_field);
}

HttpFault fault_of(CURLcode code, const Transfer& transfer) {
  if (transfer.is_too_long || code == CURLE_FILESIZE_EXCEEDED) return HttpFault::too_long;
  if (code == CURLE_OPERATION_TIMEDOUT) return HttpFault::timed_out;
  if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY) {
    return HttpFault::not_found;
  }
  if (code == CURLE_COULDNT_CONNECT) return HttpFault::not_connected;
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    return HttpFault::not_trusted;
  }
  return HttpFault::broken;
}

HttpFailure failure(HttpFault fault, const HttpFetch& fetch, std::string_view detail = {}) {
  const auto url = read_web_url(fetch.url);
  std::string sentence = url ? url->host + ": " : std::string();
  sentence += name_of(fault);
  if (!detail.empty()) sentence += " (" + std::string(detail) + ')';
  return {fault, std::move(sentence)};
}

}  // namespace

std::string_view name_of(HttpFault fault) {
  switch (fault) {
    case HttpFault::not_allowed:
      return "that is no request we make";
    case HttpFault::busy:
      return "too many requests wait";
    case HttpFault::not_found:
      return "there is no such host";
    case HttpFault::not_connected:
      return "nobody answers there";
    case HttpFault::not_trusted:
      return "its certificate is not trusted";
    case HttpFault::timed_out:
      return "there was no answer in time";
    case HttpFault::too_long:
      return "the answer is too long";
    case HttpFault::broken:
      return "the answer is broken";
  }
  return "unknown fault";
}

class HttpClient::Impl {
 public:
  Impl(Settings settings, std::function<void(HttpAnswer)> on_answer)
      : settings_(std::move(settings)),
        on_answer_(std::move(on_answer)),
        inbox_(settings_.waiting, [this] { curl_multi_wakeup(multi_.get()); }) {
    DERING_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    multi_.reset(curl_multi_init());
    DERING_CHECK(multi_);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(settings_.connections));
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(settings_.connections_per_host));
  }
  ~Impl() {
    for (const auto& [easy, transfer] : transfers_) {
      // Not even a resolver that hangs may keep the program from ending.
      curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
      curl_multi_remove_handle(multi_.get(), easy);
    }
    transfers_.clear();
    multi_.reset();
    curl_global_cleanup();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void run();
  void stop() {
    is_stopped_.store(true, std::memory_order_release);
    curl_multi_wakeup(multi_.get());
  }
  bool post(HttpFetch fetch) { return inbox_.post(std::move(fetch)); }
  std::size_t refused() const { return inbox_.refused(); }

 private:
  void begin(HttpFetch fetch);
  void limit(CURL* easy, const WebUrl& url) const;
  void finish(CURL* easy, CURLcode code);
  void answer(std::uint64_t id, std::expected<HttpDocument, HttpFailure> document) {
    on_answer_({id, std::move(document)});
  }

  const Settings settings_;
  std::function<void(HttpAnswer)> on_answer_;
  std::unique_ptr<CURLM, ReleaseMulti> multi_;
  Mailbox<HttpFetch> inbox_;
  std::atomic<bool> is_stopped_{false};
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

void HttpClient::Impl::run() {
  constexpr int longest_nap_ms = 1'000;
  std::vector<HttpFetch> letters;
  while (!is_stopped_.load(std::memory_order_acquire)) {
    inbox_.take(letters);
    for (HttpFetch& fetch : letters) begin(std::move(fetch));
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    int rest = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &rest)) {
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
    curl_multi_poll(multi_.get(), nullptr, 0, longest_nap_ms, nullptr);
  }
}

void HttpClient::Impl::begin(HttpFetch fetch) {
  if (!is_allowed(fetch)) {
    return answer(fetch.id, std::unexpected(failure(HttpFault::not_allowed, fetch)));
  }
  if (transfers_.size() >= settings_.waiting) {
    return answer(fetch.id, std::unexpected(failure(HttpFault::busy, fetch)));
  }
  auto transfer = std::make_unique<Transfer>();
  transfer->fetch = std::move(fetch);
  transfer->easy.reset(curl_easy_init());
  DERING_CHECK(transfer->easy);
  CURL* easy = transfer->easy.get();
  for (const auto& [name, value] : transfer->fetch.fields) {
    curl_slist* longer = curl_slist_append(transfer->fields.get(), (name + ": " + value).c_str());
    DERING_CHECK(longer);
    (void)transfer->fields.release();
    transfer->fields.reset(longer);
  }
  curl_easy_setopt(easy, CURLOPT_URL, transfer->fetch.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->fields.get());
  if (transfer->fetch.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer->fetch.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->fetch.body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(transfer->fetch.most_bytes));
  limit(easy, *read_web_url(transfer->fetch.url));
  DERING_CHECK(curl_multi_add_handle(multi_.get(), easy) == CURLM_OK);
  transfers_.emplace(easy, std::move(transfer));
}

void HttpClient::Impl::limit(CURL* easy, const WebUrl& url) const {
  const char* protocols = url.is_encrypted ? "https" : "http";
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.whole.count()));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "dering/" DERING_VERSION);
  // An empty name turns a proxy of the environment off.
  if (url.is_loopback()) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!settings_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
}

void HttpClient::Impl::finish(CURL* easy, CURLcode code) {
  curl_multi_remove_handle(multi_.get(), easy);
  const auto taken = transfers_.extract(easy);
  Transfer& transfer = *taken.mapped();
  if (code != CURLE_OK) {
    const char* known = curl_easy_strerror(code);
    const std::string_view detail = transfer.error[0] != '\0' ? transfer.error.data() : known;
    return answer(transfer.fetch.id,
                  std::unexpected(failure(fault_of(code, transfer), transfer.fetch, detail)));
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer(transfer.fetch.id, HttpDocument{static_cast<int>(status), std::move(transfer.body)});
}

HttpClient::HttpClient(Settings settings, std::function<void(HttpAnswer)> on_answer)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(on_answer))) {}

HttpClient::~HttpClient() = default;

void HttpClient::run() {
  impl_->run();
}

void HttpClient::stop() {
  impl_->stop();
}

bool HttpClient::post(HttpFetch fetch) {
  return impl_->post(std::move(fetch));
}

std::size_t HttpClient::refused() const {
  return impl_->refused();
}

}  // namespace dering::net
