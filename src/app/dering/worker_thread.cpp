// SPDX-License-Identifier: Apache-2.0
#include "app/dering/worker_thread.h"

#include <utility>

#include "base/log.h"
#include "base/overloaded.h"
#include "directory/lost_numbers.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using directory::Provisioned;
using identity::TokenRefusal;

/// The signalling thread reports once a second.
constexpr std::chrono::seconds longest_silence{5};

sync::Fetched fetched_of(net::HttpAnswer& answer) {
  if (!answer.document) return std::unexpected(std::move(answer.document.error().sentence));
  return sync::FetchedDocument{answer.document->status, std::move(answer.document->body)};
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
    : mail_([this] { loop_.wake(); }),
      store_(std::move(store)),
      accounts_(*store_, random_),
      forwardings_(*store_, [this](const auto& changed) { tell_forwarding(changed); }),
      plan_versions_(*store_),
      plan_(plan_versions_,
            [this](const routing::PlanSnapshot& plan) {
              if (!neighbours_) return;  // the signalling thread gets it from read_plan()
              neighbours_->signalling.news.post_always(switchboard::PlanApplied{plan});
            }),
      key_(std::move(key)),
      plans_(std::move(settings.plans)),
      keep_calls_(settings.keep_calls),
      reload_certificates_(std::move(settings.reload_certificates)),
      change_logging_(std::move(settings.change_logging)),
      tell_readiness_(std::move(settings.tell_readiness)),
      passwords_([this](api::PasswordQuestion question) {
        neighbours_->passwords.post_always(std::move(question));
      }),
      sync_(settings.syncs, *store_, [this](const sync::Fetch& fetch) { post(fetch); }),
      api_(std::move(settings.api),
           {*store_, accounts_, forwardings_, plan_, key_, random_, outlets()}) {}

api::Outlets WorkerThread::outlets() {
  return {
      .provision = [this](const identity::TokenClaims& claims) { return provision(claims); },
      .signed_out =
          [this](const identity::LogoutClaims& logout) {
            neighbours_->tokens.news.post_always(EndTokens{logout});
          },
      .directory_touched = [this] { reload_directory(); },
      .check_password =
          [this](const api::PasswordQuestion& question) { return passwords_.ask(question); },
      .start_sync = [this](bool force) { sync_.start(force, this_moment()); },
      .status_wanted = [this] { neighbours_->signalling.questions.post_always({}); },
      .recording_ordered =
          [this](const api::RecordingOrder& order) {
            neighbours_->signalling.recordings.post_always(api::RecordingOrder(order));
          },
      .live_ordered =
          [this](const api::LiveOrder& order) {
            neighbours_->signalling.live.post_always(api::LiveOrder(order));
          },
      .registrations = [this] { return store_->load_bindings(net::wall_clock()); },
      .change_logging = change_logging_,
      .reload = reload_certificates_,
      .sync_state = [this] { return sync_.states(); },
  };
}

routing::PlanSnapshot WorkerThread::read_plan() {
  const auto passed_over = plan_.read();
  if (!passed_over) {
    log::error("{}; the house has no plan of routes until it can be read", passed_over.error());
  } else {
    for (const std::string& sentence : *passed_over) log::error("{}", sentence);
  }
  return plan_.in_force();
}

void WorkerThread::run(Neighbours neighbours) {
  neighbours_.emplace(neighbours);
  reload_directory();
  Instant next_second = net::now();
  while (state_ == State::working) {
    loop_.run_once(sync_.has_steps() ? net::now() : next_second);
    read_mail();
    if (sync_.step(this_moment())) reload_directory();
    if (const Instant now = net::now(); now >= next_second) {
      next_second = now + 1s;
      on_second();
    }
  }
}

void WorkerThread::on_second() {
  bury_retired();
  plan_.bury_retired();
  api_.on_time(net::wall_clock());
  sync_.on_time(this_moment());
  store_->on_time();
  tell_histories();
  tell_backlog();
  sweep();
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
  if (store_->backlog().waiting > 0) {
    health.store = "changes wait for room on the disk; the log says why";
  }
  health.issuers.assign(issuer_troubles_.begin(), issuer_troubles_.end());
  tell_readiness_(readiness_of(health));
}

/// Says once a minute that changes wait for room on the disk, and at once that they do no more.
void WorkerThread::tell_backlog() {
  const store::Store::Backlog backlog = store_->backlog();
  const bool is_over = backlog.waiting == 0 && next_backlog_line_ != Instant{};
  if (is_over) log::info("the disk has room again: all changes that waited are written");
  if (is_over) next_backlog_line_ = {};
  if (backlog.waiting > 0 && net::now() >= next_backlog_line_) {
    log::error("{} changes wait in memory for room on the disk, {} are lost: {}", backlog.waiting,
               backlog.lost, backlog.why);
    next_backlog_line_ = net::now() + 1min;
  }
  neighbours_->backlog.waiting.store(backlog.waiting);
  neighbours_->backlog.lost.store(backlog.lost);
}

/// Forgets old calls, some each second until there are none, then once an hour.
void WorkerThread::sweep() {
  if (net::now() < next_sweep_) return;
  const auto dropped = store_->drop_calls_before(net::wall_clock() - keep_calls_);
  if (!dropped) log::error("{}", dropped.error());
  if (!dropped || *dropped == 0) next_sweep_ = net::now() + 1h;
}

/// What must not be lost is written first. The ends of sign-ins are looked for first and carried
/// out last, so that whatever was found good before one of them is done before it.
void WorkerThread::read_mail() {
  std::vector<identity::SignedOut> sign_outs;
  std::vector<HttpArrived> requests;
  std::vector<refusal::Refusal> refusals;
  std::vector<WorkerNews> news;
  std::vector<directory::PageNews> presence;
  std::vector<directory::Errand> errands;
  mail_.sign_outs.take(sign_outs);
  mail_.requests.take(requests);
  mail_.refusals.take(refusals);
  mail_.news.take(news);
  mail_.presence.take(presence);
  mail_.errands.take(errands);
  for (directory::Errand& errand : errands) take(errand);
  write_out();
  for (const directory::PageNews& one : presence)
    std::visit([&](const auto& it) { tell_pages(it); }, one);
  for (WorkerNews& one : news) take(one);
  for (HttpArrived& request : requests) take(request);
  for (refusal::Refusal& one : refusals) api_.on_refused(std::move(one), net::wall_clock());
  for (identity::SignedOut& one : sign_outs) {
    api_.on_signed_out(one.logout, net::wall_clock());
    neighbours_->signalling.news.post_always(std::move(one));
  }
}

void WorkerThread::tell_pages(const directory::PresenceChanged& it) {
  api_.on_presence(it.extension, it.presence);
}

void WorkerThread::tell_pages(const directory::LineChanged& it) {
  api_.on_line(it);
}

void WorkerThread::tell_pages(const directory::RingingChanged& it) {
  api_.on_ringing(it);
}

void WorkerThread::tell_pages(const directory::ParkingChanged& it) {
  api_.on_parking(it);
}

void WorkerThread::tell_pages(const directory::TrunkChanged& it) {
  for (const directory::TrunkNews& trunk : it.all) {
    const auto at = trunk_states_.find(trunk.id);
    const std::string now = trunk.state + (trunk.reason.empty() ? "" : ", " + trunk.reason);
    if (at != trunk_states_.end() && at->second == now) continue;
    trunk_states_[trunk.id] = now;
    log::info("trunk {}: {}", trunk.id, log::shown(now));
  }
  api_.on_trunks(it);
}

/// "192.0.2.1:5060" or "[2001:db8::1]:5060"
void WorkerThread::on_sign_in(const directory::StoredBinding& binding) {
  const auto source = SocketAddress::from_host_and_port(binding.remote);
  if (source) api_.on_sign_in(*source, UnixSeconds(binding.expires_at));
}

void WorkerThread::take(directory::Errand& errand) {
  if (const auto* saved = std::get_if<directory::SaveBinding>(&errand)) on_sign_in(saved->binding);
  if (const auto* change = std::get_if<directory::ChangeForwarding>(&errand)) {
    log::info("audit: {}: a code changes where their calls go", change->extension);
    forwardings_.change(change->extension, change->change);
    return;
  }
  std::visit([&](auto& it) { writes_.emplace_back(std::move(it)); }, errand);
}

/// Where somebody's calls go has changed: the switchboard and their pages have to know.
void WorkerThread::tell_forwarding(const directory::ForwardingChanged& changed) {
  api_.on_forwarding(changed);
  neighbours_->signalling.news.post_always(changed);
}

void WorkerThread::take(HttpArrived& it) {
  api_.on_request({it.request, std::move(it.reply), it.shown}, net::wall_clock());
}

void WorkerThread::take(WorkerNews& news) {
  std::visit(overloaded{
                 [&](Vouched& it) { welcome(it); },
                 [&](IssuerState& it) { take(it); },
                 [&](PasswordJudged& it) {
                   passwords_.on_judged();
                   api_.on_password_judged(it.question, it.is_right, net::wall_clock());
                 },
                 [&](FetchAnswered& it) {
                   sync_.on_fetched(it.answer.id, fetched_of(it.answer), this_moment());
                 },
                 [&](ReloadDirectory&) { reload_directory(); },
                 [&](StatusTold& it) { api_.on_status(it.status); },
                 [&](RecordingTold& it) { api_.on_recording(std::move(it.part)); },
                 [&](LiveTold& it) { api_.on_live(it.part); },
                 [&](SignallingReport& it) {
                   engine_is_ready_ = it.engine_is_ready;
                   api_.on_refusals_unseen(it.refusals_unseen - refusals_unseen_);
                   refusals_unseen_ = it.refusals_unseen;
                   reported_at_ = net::now();
                 },
                 [&](StopWorker&) { state_ = State::stopping; },
             },
             news);
}

void WorkerThread::take(IssuerState& state) {
  if (!state.token_endpoint.empty()) {
    sync_.on_token_endpoint(state.issuer, state.token_endpoint, this_moment());
  }
  issuer_troubles_[state.issuer] = std::move(state.trouble);
}

/// A fetch that finds no room has failed like any other.
void WorkerThread::post(const sync::Fetch& fetch) {
  const bool is_posted = neighbours_->client.post({.id = fetch.id.value,
                                                   .url = fetch.url,
                                                   .method = fetch.method,
                                                   .fields = fetch.fields,
                                                   .body = fetch.body,
                                                   .most_bytes = fetch.most_bytes});
  if (is_posted) return;
  mail_.news.post_always(
      FetchAnswered{{fetch.id.value,
                     std::unexpected(net::HttpFailure{net::HttpFault::busy, "too many fetches"})}});
}

// ---- who may come in ----------------------------------------------------------------------------

void WorkerThread::welcome(Vouched& vouched) {
  identity::TokenVerdict verdict = std::move(vouched.claims);
  if (!directory_->by_subject(verdict->issuer, verdict->subject)) {
    if (const auto place = provision(*verdict); !place) {
      no_place_line_.info(net::now(), "no place in the directory for {} of {}: {}",
                          log::shown(verdict->subject), verdict->issuer, name_of(place.error()));
      verdict = std::unexpected(TokenRefusal::not_allowed);
    }
  }
  neighbours_->signalling.news.post_always(
      identity::TokenJudged{vouched.question, std::move(verdict)});
}

WorkerThread::Provision WorkerThread::provision(const identity::TokenClaims& claims) {
  const auto plan = plans_.find(claims.issuer);
  // Without a plan it is the built-in provider, whose people have accounts.
  if (plan == plans_.end()) return std::unexpected(api::NotProvisioned::disabled);
  const auto done = store_->provision(person_of(claims), plan->second, net::wall_clock());
  if (!done) {
    store_line_.error(net::now(), "{}", done.error());
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
  auto kept = forwardings_.read();
  if (!kept) return log::error("{}", kept.error());
  neighbours_->signalling.news.post_always(*std::move(kept));
}

void WorkerThread::publish(directory::DirectorySnapshot snapshot) {
  retired_.push_back(std::exchange(directory_, std::move(snapshot)));
  api_.on_directory_changed(directory_);
  neighbours_->signalling.news.post_always(directory::DirectoryChanged{
      directory_, directory::lost_numbers(*retired_.back(), *directory_)});
}

/// Nobody but us holds them any more: taking them apart takes time, which the others have not.
void WorkerThread::bury_retired() {
  std::erase_if(retired_, [](const auto& snapshot) { return snapshot.use_count() == 1; });
}

/// A page that hears of a call fetches it, so it is told when the call can be found.
void WorkerThread::tell_histories() {
  const auto kept = store_->take_kept();
  if (!kept.empty()) api_.on_calls_kept(kept, net::wall_clock());
}

void WorkerThread::write_out() {
  if (!writes_.empty()) store_->save(writes_);
  tell_histories();
}

}  // namespace dering::app
