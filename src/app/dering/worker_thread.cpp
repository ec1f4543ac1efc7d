// SPDX-License-Identifier: Apache-2.0
#include "app/dering/worker_thread.h"

#include <utility>

#include "base/log.h"
#include "base/overloaded.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using directory::Provisioned;
using identity::TokenRefusal;

constexpr std::size_t mailbox_capacity = 65'536;
/// The signalling thread reports once a second.
constexpr std::chrono::seconds longest_silence{5};

std::vector<identity::Issuer> all_issuers(const WorkerSettings& settings,
                                          const identity::SigningKey& key) {
  std::vector<identity::Issuer> issuers = settings.external_issuers;
  if (settings.api.has_built_in) {
    std::ranges::move(api::built_in_issuers(settings.api.origins, key),
                      std::back_inserter(issuers));
  }
  return issuers;
}

std::vector<std::string> urls_in(const std::vector<identity::Issuer>& issuers) {
  std::vector<std::string> urls;
  for (const identity::Issuer& issuer : issuers) urls.push_back(issuer.url);
  return urls;
}

template <class Document>
std::expected<Document, std::string> fetched_of(net::HttpAnswer& answer) {
  if (!answer.document) return std::unexpected(std::move(answer.document.error().sentence));
  return Document{answer.document->status, std::move(answer.document->body)};
}

sync::Moment this_moment() {
  return {net::now(), net::wall_clock()};
}

directory::Person person_of(const identity::TokenClaims& claims) {
  return {.issuer = claims.issuer,
          .subject = claims.subject,
          .username = claims.username,
          .display_name = claims.display_name,
          .groups = claims.groups,
          .extension = claims.extension};
}

api::NotProvisioned refusal_of(Provisioned::Outcome outcome) {
  switch (outcome) {
    case Provisioned::Outcome::range_full:
      return api::NotProvisioned::range_full;
    case Provisioned::Outcome::malformed:
      return api::NotProvisioned::malformed;
    case Provisioned::Outcome::disabled:
    case Provisioned::Outcome::unchanged:
    case Provisioned::Outcome::changed:
    case Provisioned::Outcome::added:
      return api::NotProvisioned::disabled;
  }
  return api::NotProvisioned::disabled;
}

}  // namespace

WorkerThread::WorkerThread(std::unique_ptr<store::Store> store, identity::SigningKey key,
                           WorkerSettings settings)
    : mailbox_(mailbox_capacity, [this] { loop_.wake(); }),
      store_(std::move(store)),
      key_(std::move(key)),
      plans_(std::move(settings.plans)),
      tell_readiness_(std::move(settings.tell_readiness)),
      external_issuers_(urls_in(settings.external_issuers)),
      tokens_(all_issuers(settings, key_),
              [this](const identity::Fetch& fetch) {
                neighbours_->client.post({.id = fetch.id.value,
                                          .url = fetch.url,
                                          .most_bytes = identity::KeySet::most_bytes});
              }),
      sync_(settings.syncs, *store_,
            [this](const sync::Fetch& fetch) {
              neighbours_->client.post({.id = fetch.id.value,
                                        .url = fetch.url,
                                        .method = fetch.method,
                                        .fields = fetch.fields,
                                        .body = fetch.body,
                                        .most_bytes = fetch.most_bytes});
            }),
      api_(std::move(settings.api), {*store_, tokens_.verifier(), key_, random_, outlets()}) {}

api::Outlets WorkerThread::outlets() {
  return {
      .provision = [this](const identity::TokenClaims& claims) { return provision(claims); },
      .signed_out =
          [this](const identity::LogoutClaims& logout) {
            neighbours_->signalling.post(identity::SignedOut{logout});
          },
      .directory_touched = [this] { reload_directory(); },
      .keys_wanted = [this](std::string_view issuer) { tokens_.want_keys(issuer, net::now()); },
      .start_sync = [this](bool force) { sync_.start(force, this_moment()); },
      .sync_state = [this] { return sync_.states(); },
  };
}

void WorkerThread::run(Neighbours neighbours) {
  neighbours_.emplace(neighbours);
  reload_directory();
  tokens_.start(net::now());
  Instant next_second = net::now();
  while (state_ == State::working) {
    loop_.run_once(sync_.has_steps() ? net::now() : next_second);
    mailbox_.take(letters_);
    for (WorkerLetter& letter : letters_) take(letter);
    letters_.clear();
    write_out();
    if (sync_.step(this_moment())) reload_directory();
    if (const Instant now = net::now(); now >= next_second) {
      next_second = now + 1s;
      on_second();
    }
  }
}

void WorkerThread::on_second() {
  api_.on_time(net::wall_clock());
  tokens_.on_time(net::now());
  sync_.on_time(this_moment());
  for (const auto& question : tokens_.take_ready()) judge(question);
  tell_readiness();
}

void WorkerThread::tell_readiness() {
  if (!tell_readiness_) return;
  Health health;
  const bool is_heard = reported_at_ && net::now() - *reported_at_ < longest_silence;
  if (!is_heard) {
    health.engine = "nothing is known of it: the signalling thread is silent";
  } else if (!engine_is_ready_) {
    health.engine = "the media engine is not there";
  }
  if (is_store_ill_) health.store = "the last changes could not be saved; the log says why";
  for (const std::string& url : external_issuers_) {
    const identity::KeySource* source = tokens_.source(url);
    health.issuers.emplace_back(url, source ? source->trouble() : "");
  }
  tell_readiness_(readiness_of(health));
}

void WorkerThread::take(WorkerLetter& letter) {
  std::visit(overloaded{
                 [&](HttpArrived& it) {
                   api_.on_request(it.request, std::move(it.reply), net::wall_clock());
                 },
                 [&](WorkerErrand& it) { take(it); },
                 [&](FetchAnswered& it) { take(it); },
                 [&](ReloadDirectory&) { reload_directory(); },
                 [&](EndSignIns& it) { api_.sign_out(it.username, net::wall_clock()); },
                 [&](StartSync& it) { sync_.start(it.is_forced, this_moment()); },
                 [&](SignallingReport& it) {
                   engine_is_ready_ = it.engine_is_ready;
                   reported_at_ = net::now();
                 },
                 [&](StopWorker&) { state_ = State::stopping; },
             },
             letter);
}

void WorkerThread::take(WorkerErrand& errand) {
  std::visit(
      overloaded{
          [&](identity::VerifyToken& it) {
            if (!tokens_.keep(it, net::now())) judge(it);
          },
          [&](directory::PresenceChanged& it) { api_.on_presence(it.extension, it.presence); },
          [&](auto& write) { writes_.emplace_back(std::move(write)); },
      },
      errand);
}

void WorkerThread::take(FetchAnswered& letter) {
  net::HttpAnswer& answer = letter.answer;
  if ((answer.id & SyncDesk::fetch_mark) != 0) {
    return sync_.on_fetched(answer.id, fetched_of<sync::FetchedDocument>(answer), this_moment());
  }
  tokens_.on_fetched({answer.id}, fetched_of<identity::FetchedDocument>(answer), net::now());
  tell_token_endpoints();
  for (const auto& question : tokens_.take_ready()) judge(question);
  api_.on_keys_changed(net::wall_clock());
}

/// Where the sync signs in is known once the issuer's discovery document is.
void WorkerThread::tell_token_endpoints() {
  for (const auto& state : sync_.states()) {
    const identity::KeySource* source = tokens_.source(state.issuer);
    if (source) sync_.on_token_endpoint(state.issuer, source->endpoints().token, this_moment());
  }
}

// ---- who may come in ----------------------------------------------------------------------------

void WorkerThread::judge(const identity::VerifyToken& question) {
  neighbours_->signalling.post(
      identity::TokenJudged{question.question, verdict_on(question.token)});
}

identity::TokenVerdict WorkerThread::verdict_on(const std::string& token) {
  auto claims = tokens_.verifier().verify(token, net::wall_clock());
  if (!claims) {
    for (const auto& line : refusals_.on_refused(claims.error(), "SIP", net::wall_clock())) {
      log::write(log::Level::info, line);
    }
    return std::unexpected(claims.error() == identity::TokenFault::no_role
                               ? TokenRefusal::not_allowed
                               : TokenRefusal::not_valid);
  }
  if (directory_->by_subject(claims->issuer, claims->subject)) return *std::move(claims);
  if (const auto place = provision(*claims); !place) {
    log::info("no place in the directory for {} of {}: {}", log::shown(claims->subject),
              claims->issuer, name_of(place.error()));
    return std::unexpected(TokenRefusal::not_allowed);
  }
  return *std::move(claims);
}

WorkerThread::Provision WorkerThread::provision(const identity::TokenClaims& claims) {
  const auto plan = plans_.find(claims.issuer);
  // Without a plan it is the built-in provider, whose people have accounts.
  if (plan == plans_.end()) return std::unexpected(api::NotProvisioned::disabled);
  const auto done = store_->provision(person_of(claims), plan->second, net::wall_clock());
  if (!done) {
    log::error("{}", done.error());
    return std::unexpected(api::NotProvisioned::store_failed);
  }
  if (!done->is_welcome()) {
    // Disabled here, and good there: perhaps they have come back.
    if (done->outcome == Provisioned::Outcome::disabled) sync_.want(claims.issuer, this_moment());
    return std::unexpected(refusal_of(done->outcome));
  }
  if (done->is_news()) {
    log::info("directory: {} {} has extension {}", name_of(done->outcome),
              log::shown(done->user.username), done->user.extension);
    publish(directory_->with({done->user}));
  }
  return directory_;
}

// ---- what the store holds -----------------------------------------------------------------------

void WorkerThread::reload_directory() {
  auto snapshot = store_->load_directory();
  if (!snapshot) return log::error("the directory could not be read: {}", snapshot.error());
  publish(*std::move(snapshot));
}

void WorkerThread::publish(directory::DirectorySnapshot snapshot) {
  directory_ = std::move(snapshot);
  api_.on_directory_changed(directory_);
  neighbours_->signalling.post(directory::DirectoryChanged{directory_});
}

void WorkerThread::write_out() {
  if (writes_.empty()) return;
  const auto done = store_->apply(writes_);
  is_store_ill_ = !done;
  if (!done) {
    log::error("{} changes could not be saved: {}", writes_.size(), done.error());
  }
  writes_.clear();
}

}  // namespace dering::app
