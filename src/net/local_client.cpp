// SPDX-License-Identifier: Apache-2.0
#include "net/local_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

namespace dering::net {
namespace {

constexpr std::size_t most_bytes = 16 * 1024 * 1024;

struct Release {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t on_body(const char* bytes, std::size_t, std::size_t count, void* context) {
  auto& body = *static_cast<std::string*>(context);
  if (body.size() + count > most_bytes) return 0;
  body.append(bytes, count);
  return count;
}

/// Null if there is no memory left. Without an Expect the server need not ask for the body.
std::unique_ptr<curl_slist, Release> list_of(const HttpFields& fields) {
  std::unique_ptr<curl_slist, Release> list(
      curl_slist_append(nullptr, "Content-Type: application/json"));
  const auto add = [&](const std::string& line) {
    curl_slist* longer = list ? curl_slist_append(list.get(), line.c_str()) : nullptr;
    if (!longer) return list.reset();
    (void)list.release();
    list.reset(longer);
  };
  add("Expect:");
  for (const auto& [name, value] : fields) add(name + ": " + value);
  return list;
}

void describe(CURL* easy, const std::filesystem::path& socket, const LocalRequest& request) {
  curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(easy, CURLOPT_URL, ("http://localhost" + request.target).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  if (request.body.empty() && request.method == "GET") return;
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
}

}  // namespace

std::expected<HttpDocument, std::string> ask_locally(const std::filesystem::path& socket,
                                                     const LocalRequest& request,
                                                     std::chrono::milliseconds patience) {
  const std::unique_ptr<CURL, Release> easy(curl_easy_init());
  const std::unique_ptr<curl_slist, Release> fields = list_of(request.fields);
  if (!easy || !fields) return std::unexpected("there is no memory left.");
  HttpDocument answer;
  describe(easy.get(), socket, request);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, fields.get());
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer.body);
  if (const CURLcode code = curl_easy_perform(easy.get()); code != CURLE_OK) {
    return std::unexpected(
        fmt::format("the running dering did not answer: {}.", curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace dering::net
