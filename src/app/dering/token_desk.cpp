// SPDX-License-Identifier: Apache-2.0
#include "app/dering/token_desk.h"

#include <algorithm>

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

}  // namespace

TokenDesk::TokenDesk(std::vector<identity::Issuer> issuers, Post post)
    : verifier_(issuers), keys_(external_urls(issuers)), post_(std::move(post)) {}

void TokenDesk::start(Instant now) {
  keys_.start(now, out_);
  carry_out();
}

bool TokenDesk::keep(const Question& question, Instant now) {
  const auto issuer = verifier_.issuer_lacking_key(question.token);
  if (!issuer || waiting_.size() >= most_waiting) return false;
  want_keys(*issuer, now);
  if (!keys_.is_fetching(*issuer)) return false;
  waiting_.emplace_back(*issuer, question);
  return true;
}

void TokenDesk::want_keys(std::string_view issuer, Instant now) {
  keys_.want_keys(issuer, now, out_);
  carry_out();
}

void TokenDesk::on_fetched(identity::FetchId id, const identity::Fetched& fetched, Instant now) {
  keys_.on_fetched(id, fetched, now, out_);
  carry_out();
}

void TokenDesk::on_time(Instant now) {
  keys_.on_time(now, out_);
  carry_out();
}

std::vector<TokenDesk::Question> TokenDesk::take_ready() {
  std::vector<Question> ready;
  std::erase_if(waiting_, [&](auto& waiting) {
    if (keys_.is_fetching(waiting.first)) return false;
    ready.push_back(std::move(waiting.second));
    return true;
  });
  return ready;
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
