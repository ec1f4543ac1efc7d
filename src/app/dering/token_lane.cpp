// SPDX-License-Identifier: Apache-2.0
#include "app/dering/token_lane.h"

#include <utility>

#include "base/overloaded.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using identity::TokenRefusal;

identity::Fetched fetched_of(net::HttpAnswer& answer) {
  if (!answer.document) return std::unexpected(std::move(answer.document.error().sentence));
  return identity::FetchedDocument{answer.document->status, std::move(answer.document->body)};
}

}  // namespace

TokenLane::TokenLane(std::vector<identity::Issuer> issuers)
    : mail_([this] { loop_.wake(); }),
      desk_(std::move(issuers), [this](const identity::Fetch& fetch) { post(fetch); }) {}

void TokenLane::run(Neighbours neighbours) {
  neighbours_.emplace(neighbours);
  desk_.start(net::now());
  Instant next_second = net::now();
  while (state_ == State::working) {
    loop_.run_once(desk_.is_idle() ? next_second : net::now());
    read_mail();
    // One by one: who has a known token waits for one signature of a stranger's at most.
    if (auto question = desk_.next(net::now())) judge(*question);
    if (const Instant now = net::now(); now >= next_second) {
      next_second = now + 1s;
      desk_.on_time(now);
      tell_states();
    }
  }
}

/// A question that was asked after a sign-in had ended must be answered after the lane knows of the
/// end: so the news are taken last and carried out first.
void TokenLane::read_mail() {
  std::vector<identity::VerifyToken> questions;
  std::vector<HttpArrived> requests;
  std::vector<TokenNews> news;
  mail_.questions.take(questions);
  mail_.requests.take(requests);
  mail_.news.take(news);
  for (TokenNews& one : news) take(one);
  for (auto& question : questions) take(TokenQuestion(std::move(question)));
  for (auto& request : requests) take(TokenQuestion(std::move(request)));
}

void TokenLane::take(TokenNews& news) {
  std::visit(overloaded{
                 [&](EndTokens& it) {
                   desk_.verifier().sign_out(it.logout, net::wall_clock());
                   neighbours_->worker.sign_outs.post_always({std::move(it.logout)});
                 },
                 [&](FetchAnswered& it) {
                   desk_.on_fetched({it.answer.id}, fetched_of(it.answer), net::now());
                   tell_states();
                 },
                 [&](StopTokens&) { state_ = State::stopping; },
             },
             news);
}

void TokenLane::take(TokenQuestion question) {
  auto unqueued = desk_.take(std::move(question));
  if (!unqueued) return;
  unqueued->is_refused ? refuse(unqueued->question) : judge(unqueued->question);
}

void TokenLane::tell_states() {
  for (IssuerState& state : desk_.states()) {
    neighbours_->worker.news.post_always(std::move(state));
  }
}

// ---- judging ------------------------------------------------------------------------------------

void TokenLane::judge(TokenQuestion& question) {
  std::visit([&](auto& it) { judge(it); }, question);
}

void TokenLane::judge(const identity::VerifyToken& question) {
  auto claims = desk_.verifier().verify(question.token, net::wall_clock());
  if (claims) {
    return neighbours_->worker.news.post_always(Vouched{question.question, *std::move(claims)});
  }
  const identity::TokenRefused refused{identity::refusal_of(claims.error()),
                                       name_of(claims.error())};
  neighbours_->signalling.refusals.post_always({question.question, std::unexpected(refused)});
}

void TokenLane::judge(HttpArrived& request) {
  request.shown = api::judged(desk_.verifier(), request.request, api::token_in(request.request),
                              net::wall_clock());
  if (!neighbours_->worker.requests.post(std::move(request))) refuse_busy(request);
}

void TokenLane::refuse(TokenQuestion& question) {
  std::visit(overloaded{
                 [&](identity::VerifyToken& it) {
                   neighbours_->signalling.refusals.post_always(
                       {it.question, std::unexpected(TokenRefusal::too_busy)});
                 },
                 [&](HttpArrived& it) { refuse_busy(it); },
             },
             question);
}

/// A fetch that finds no room has failed like any other.
void TokenLane::post(const identity::Fetch& fetch) {
  const bool is_posted = neighbours_->client.post(
      {.id = fetch.id.value, .url = fetch.url, .most_bytes = identity::KeySet::most_bytes});
  if (is_posted) return;
  mail_.news.post_always(
      FetchAnswered{{fetch.id.value,
                     std::unexpected(net::HttpFailure{net::HttpFault::busy, "too many fetches"})}});
}

}  // namespace dering::app
