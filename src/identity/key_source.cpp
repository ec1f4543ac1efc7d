// SPDX-License-Identifier: Apache-2.0
#include "identity/key_source.h"

#include <algorithm>

#include "base/check.h"
#include "base/web_url.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

constexpr std::string_view discovery_path = "/.well-known/openid-configuration";
constexpr int http_ok = 200;

/// OpenID Connect Discovery 1.0 §4.1: a slash at the end of the issuer is left out.
std::string discovery_url(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + std::string(discovery_path);
}

}  // namespace

KeySource::KeySource(std::string issuer, FetchId first, KeyTimes times)
    : issuer_(std::move(issuer)), times_(times), last_fetch_(first), retry_(times.first_retry) {
  DERING_CHECK(is_issuer_url(issuer_));
}

void KeySource::start(Instant now, IssuerOutbox& out) {
  if (state_ == State::unstarted) discover(now, out);
}

void KeySource::on_fetched(FetchId id, const Fetched& fetched, Instant now, IssuerOutbox& out) {
  if (!is_fetching() || id != last_fetch_) return;
  if (!fetched) return fail(fetched.error(), now, out);
  if (fetched->status != http_ok) {
    return fail("the answer has status " + std::to_string(fetched->status), now, out);
  }
  if (fetched->body.size() > KeySet::most_bytes) return fail("the answer is too long", now, out);
  state_ == State::discovering ? on_discovery(fetched->body, now, out)
                               : on_keys(fetched->body, now, out);
}

void KeySource::want_keys(Instant now, IssuerOutbox& out) {
  // In all other states they come anyway, and sooner.
  if (state_ != State::resting) return;
  if (now >= fetch_again_at_) return fetch_keys(now, out);
  enter(State::asked, fetch_again_at_);
}

void KeySource::on_time(Instant now, IssuerOutbox& out) {
  if (good_until_ && now >= *good_until_) {
    good_until_.reset();
    use(KeySet(), out);
  }
  if (!deadline_ || now < *deadline_) return;
  switch (state_) {
    case State::unstarted:
      return;
    case State::discovering:
    case State::fetching_keys:
      return fail("there was no answer in time", now, out);
    case State::asked:
      return now >= discover_at_ ? discover(now, out) : fetch_keys(now, out);
    case State::resting:
    case State::retrying:
      return discover(now, out);
  }
}

void KeySource::enter(State state, Instant until) {
  state_ = state;
  deadline_ = until;
}

void KeySource::fetch(State state, std::string url, Instant now, IssuerOutbox& out) {
  ++last_fetch_.value;
  out.push_back(Fetch{last_fetch_, std::move(url)});
  enter(state, now + times_.answer);
}

void KeySource::discover(Instant now, IssuerOutbox& out) {
  fetch(State::discovering, discovery_url(issuer_), now, out);
}

void KeySource::fetch_keys(Instant now, IssuerOutbox& out) {
  fetch_again_at_ = now + times_.between_fetches;
  fetch(State::fetching_keys, endpoints_.jwks, now, out);
}

void KeySource::on_discovery(std::string_view body, Instant now, IssuerOutbox& out) {
  const auto document = json_object(body);
  if (!document) return fail("the discovery document is no JSON object", now, out);
  // Discovery 1.0 §4.3: else one issuer could speak for another.
  if (string_in(*document, "issuer") != issuer_) {
    return fail("the discovery document is of another issuer", now, out);
  }
  const auto endpoint = [&](std::string_view name) {
    return acceptable(string_in(*document, name).value_or(""));
  };
  std::string jwks = endpoint("jwks_uri");
  if (jwks.empty()) return fail("its jwks_uri is missing or less protected than it", now, out);
  endpoints_ = {std::move(jwks), endpoint("authorization_endpoint"), endpoint("token_endpoint"),
                endpoint("end_session_endpoint")};
  fetch_keys(now, out);
}

void KeySource::on_keys(std::string_view body, Instant now, IssuerOutbox& out) {
  auto keys = KeySet::from_jwks(body);
  if (!keys) return fail(std::move(keys.error()), now, out);
  retry_ = times_.first_retry;
  good_until_ = now + times_.last_good;
  // A refresh that was due passed through discovery, and it alone puts the next one off.
  if (discover_at_ <= now) discover_at_ = now + times_.refresh;
  enter(State::resting, std::max(discover_at_, fetch_again_at_));
  // What an issuer says counts even if it takes back all its keys.
  const bool is_usable = keys->size() != 0;
  use(*std::move(keys), out);
  turn(is_usable ? "" : "it publishes no key that can sign tokens for us", out);
}

void KeySource::fail(std::string sentence, Instant now, IssuerOutbox& out) {
  enter(State::retrying, now + retry_);
  retry_ = std::min(2 * retry_, times_.between_fetches);
  discover_at_ = now;
  turn(std::move(sentence), out);
}

void KeySource::use(KeySet keys, IssuerOutbox& out) {
  if (keys == *keys_) return;
  keys_ = std::make_shared<const KeySet>(std::move(keys));
  out.push_back(KeysReplaced{issuer_, keys_});
}

void KeySource::turn(std::string trouble, IssuerOutbox& out) {
  const bool was_well = trouble_.empty();
  trouble_ = std::move(trouble);
  if (trouble_.empty() == was_well) return;
  out.push_back(IssuerTurned{issuer_, !was_well, trouble_});
}

std::string KeySource::acceptable(std::string_view url) const {
  const auto parsed = read_web_url(url);
  const auto issuer = read_web_url(issuer_);
  const bool is_protected =
      parsed && parsed->is_trustworthy() && (parsed->is_encrypted || !issuer->is_encrypted);
  return is_protected ? std::string(url) : std::string();
}

bool is_issuer_url(std::string_view url) {
  const auto parsed = read_web_url(url);
  return parsed && parsed->is_trustworthy() && parsed->target.find('?') == std::string::npos;
}

}  // namespace dering::identity
