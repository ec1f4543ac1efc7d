// SPDX-License-Identifier: Apache-2.0
#include "app/dering/letters.h"

namespace dering::app {
namespace {

/// What the signalling thread does in some 5 ms: no phone waits longer for strangers than that.
constexpr std::size_t most_from_strangers = 256;
constexpr std::size_t most_from_signed_in = 4'096;
constexpr std::size_t most_errands = 65'536;
constexpr std::size_t most_requests = 2'048;
constexpr std::size_t most_refusals = 2'048;

}  // namespace

SignallingMail::SignallingMail(const Wake& wake)
    : from_strangers(most_from_strangers, wake),
      from_signed_in(most_from_signed_in, wake),
      flow_ends(flow_ends.unbounded, wake),
      news(news.unbounded, wake),
      refusals(refusals.unbounded, wake),
      questions(questions.unbounded, wake),
      recordings(recordings.unbounded, wake),
      live(live.unbounded, wake),
      stop(stop.unbounded, wake) {}

WorkerMail::WorkerMail(const Wake& wake)
    : errands(most_errands, wake),
      presence(most_errands, wake),
      news(news.unbounded, wake),
      requests(most_requests, wake),
      refusals(most_refusals, wake),
      sign_outs(sign_outs.unbounded, wake) {}

TokenMail::TokenMail(const Wake& wake)
    : questions(questions.unbounded, wake),
      requests(most_requests, wake),
      news(news.unbounded, wake) {}

void refuse_busy(HttpArrived& arrived) {
  arrived.reply->respond({.status = 503, .fields = {{"Retry-After", "1"}}, .body = {}});
}

}  // namespace dering::app
