// SPDX-License-Identifier: Apache-2.0
#include "api/recording_api.h"

#include <utility>

#include "api/gate.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

constexpr std::size_t most_waiting = 8;
constexpr std::chrono::seconds longest_wait{10};

}  // namespace

Answer RecordingApi::order(const Exchange& exchange, RecordingOrder::What what) {
  if (!outlets_.recording_ordered || waiting_.size() >= most_waiting) {
    return problem(503, "Too many ask for a recording.");
  }
  if (what == RecordingOrder::What::begin) {
    log::info("audit: {}: a recording of all signalling begins", who_asks(exchange));
  }
  const std::uint64_t id = ++last_order_;
  waiting_.emplace(id, Waiting{std::move(exchange.reply), exchange.now + longest_wait});
  outlets_.recording_ordered({id, what});
  return std::nullopt;
}

void RecordingApi::on_part(RecordingPart part) {
  auto waiting = waiting_.extract(part.order);
  if (!waiting) return;
  if (part.status >= 400) {
    return waiting.mapped().reply->respond(problem(part.status, part.text));
  }
  waiting.mapped().reply->respond(
      {.status = part.status,
       .fields = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
       .body = std::move(part.text)});
}

void RecordingApi::on_time(UnixSeconds now) {
  std::erase_if(waiting_, [&](auto& one) {
    if (one.second.until > now) return false;
    one.second.reply->respond(problem(503, "The signalling thread does not answer."));
    return true;
  });
}

}  // namespace dering::api
