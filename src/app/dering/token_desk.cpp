// SPDX-License-Identifier: Apache-2.0
#include "app/dering/token_desk.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/overloaded.h"

namespace dering::app {
namespace {

std::vector<std::string> external_urls(const std::vector<identity::Issuer>& issuers) {
  std::vector<std::string> urls;
  for (const identity::Issuer& issuer : issuers) {
    if (!issuer.is_built_in()) urls.push_back(issuer.url);
  }
  return urls;
}

bool is_request(const TokenQuestion& question) {
  return std::holds_alternative<HttpArrived>(question);
}

}  // namespace

std::string token_of(const TokenQuestion& question) {
  return std::visit(overloaded{
                        [](const identity::VerifyToken& it) { return it.token; },
                        [](const HttpArrived& it) { return api::token_in(it.request); },
                    },
                    question);
}

TokenDesk::TokenDesk(std::vector<identity::Issuer> issuers, Post post)
    : verifier_(issuers),
      external_(external_urls(issuers)),
      keys_(external_),
      post_(std::move(post)) {}

std::vector<IssuerState> TokenDesk::states() const {
  std::vector<IssuerState> states;
  for (const std::string& issuer : external_) {
    const identity::KeySource* source = keys_.find(issuer);
    if (source)
      states.push_back({issuer, source->endpoints().token, std::string(source->trouble())});
  }
  return states;
}

void TokenDesk::start(Instant now) {
  keys_.start(now, out_);
  carry_out();
}

// ---- the queue ----------------------------------------------------------------------------------

std::optional<TokenDesk::Unqueued> TokenDesk::take(TokenQuestion question) {
  if (verifier_.remembers(token_of(question))) return Unqueued{std::move(question)};
  const auto* register_ = std::get_if<identity::VerifyToken>(&question);
  Queue& queue = register_ && register_->is_signed_in ? signed_in_ : strangers_;
  const std::string network =
      register_ ? register_->network : network_of(std::get<HttpArrived>(question).request.peer);
  if (queue.push(network, std::move(question))) return std::nullopt;
  return Unqueued{std::move(question), true};
}

std::optional<TokenQuestion> TokenDesk::next(Instant now) {
  if (!ready_.empty()) {
    TokenQuestion question = std::move(ready_.back());
    ready_.pop_back();
    return question;
  }
  auto question = signed_in_.empty() ? strangers_.pop() : signed_in_.pop();
  if (!question) return std::nullopt;
  const auto issuer = lacks_keys(*question, now);
  if (!issuer) return question;
  requests_waiting_ += is_request(*question) ? 1U : 0U;
  const Instant until = is_request(*question) ? now + request_patience : Instant::max();
  waiting_.push_back({*issuer, *std::move(question), until});
  return std::nullopt;
}

// ---- keys ---------------------------------------------------------------------------------------

std::optional<std::string> TokenDesk::lacks_keys(const TokenQuestion& question, Instant now) {
  auto issuer = verifier_.issuer_lacking_key(token_of(question));
  const bool is_full = is_request(question) ? requests_waiting_ >= most_requests_for_keys
                                            : waiting_.size() >= most_for_keys;
  if (!issuer || is_full) return std::nullopt;
  keys_.want_keys(*issuer, now, out_);
  carry_out();
  if (!keys_.is_fetching(*issuer)) return std::nullopt;
  return issuer;
}

void TokenDesk::on_fetched(identity::FetchId id, const identity::Fetched& fetched, Instant now) {
  keys_.on_fetched(id, fetched, now, out_);
  carry_out();
  look_at_waiting(now);
}

void TokenDesk::on_time(Instant now) {
  keys_.on_time(now, out_);
  carry_out();
  look_at_waiting(now);
}

/// Whatever came of the fetch, nobody waits for it any longer.
void TokenDesk::look_at_waiting(Instant now) {
  std::erase_if(waiting_, [&](WaitsForKeys& it) {
    if (keys_.is_fetching(it.issuer) && now < it.until) return false;
    requests_waiting_ -= is_request(it.question) ? 1U : 0U;
    ready_.push_back(std::move(it.question));
    return true;
  });
}

void TokenDesk::carry_out() {
  for (const identity::IssuerOutput& output : std::exchange(out_, {})) {
    std::visit(
        overloaded{
            [&](const identity::Fetch& it) { post_(it); },
            [&](const identity::KeysReplaced& it) { verifier_.replace_keys(it.issuer, it.keys); },
            [&](const identity::IssuerTurned& it) {
              if (it.is_well) {
                log::info("issuer {}: {}", it.issuer, it.sentence);
              } else {
                log::warning("issuer {}: {}", it.issuer, it.sentence);
              }
            },
        },
        output);
  }
}

}  // namespace dering::app
