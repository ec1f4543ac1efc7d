// SPDX-License-Identifier: Apache-2.0
#include "api/status_api.h"

#include <utility>

#include "api/response.h"

namespace dering::api {
namespace {

constexpr std::size_t most_waiting = 64;
constexpr std::chrono::seconds longest_wait{3};

}  // namespace

Answer StatusApi::ask(const Exchange& exchange) {
  if (!outlets_.status_wanted || waiting_.size() >= most_waiting) {
    return problem(503, "Too many ask for the status.");
  }
  waiting_.push_back({std::move(exchange.reply), exchange.now + longest_wait});
  outlets_.status_wanted();
  return std::nullopt;
}

/// Each answer is younger than all questions that wait.
void StatusApi::on_status(const Status& status) {
  for (Waiting& one : std::exchange(waiting_, {})) one.reply->respond(json_response(status.json));
}

void StatusApi::on_time(UnixSeconds now) {
  std::erase_if(waiting_, [&](Waiting& one) {
    if (one.until > now) return false;
    one.reply->respond(problem(503, "The signalling thread does not answer."));
    return true;
  });
}

}  // namespace dering::api
