// SPDX-License-Identifier: Apache-2.0
#include "net/probes.h"

namespace dering::net {
namespace {

HttpResponse answer_of(int status, std::string type, std::string body) {
  return {.status = status,
          .fields = {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

}  // namespace

std::optional<HttpResponse> Probes::answer(std::string_view path, Instant now) const {
  if (path == "/healthz") return answer_of(200, "text/plain", "ok");
  if (path != "/readyz") return std::nullopt;
  if (!heard_at_) {
    return answer_of(503, "application/json", R"({"ready":false,"reason":"still starting"})");
  }
  if (now - *heard_at_ > good_for) {
    return answer_of(503, "application/json",
                     R"({"ready":false,"reason":"the switchboard has not looked for 10 seconds"})");
  }
  return answer_of(readiness_.is_ready ? 200 : 503, "application/json", readiness_.json);
}

}  // namespace dering::net
