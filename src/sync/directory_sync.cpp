// SPDX-License-Identifier: Apache-2.0
#include "sync/directory_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace dering::sync {

using directory::Reconciled;
using directory::SyncState;

DirectorySync::DirectorySync(Realm realm, AdminApi api, FetchId first, SyncTimes times)
    : realm_(std::move(realm)),
      api_(std::move(api)),
      times_(times),
      next_fetch_(first),
      retry_(times.first_retry) {
  state_.issuer = realm_.issuer;
}

void DirectorySync::on_token_endpoint(std::string url, Moment moment, Outbox& out) {
  token_endpoint_ = std::move(url);
  if (stage_ == Stage::waiting_for_issuer) begin(moment, out);
}

void DirectorySync::start(bool is_forced, Moment moment, Outbox& out) {
  is_forced_ = is_forced_ || is_forced;
  if (stage_ == Stage::resting) begin(moment, out);
}

void DirectorySync::want(Moment moment, Outbox& out) {
  const bool is_soon = began_ && moment.now < *began_ + times_.between_wants;
  if (stage_ == Stage::resting && !is_soon) begin(moment, out);
}

void DirectorySync::begin(Moment moment, Outbox& out) {
  stage_ = Stage::reading;
  deadline_ = moment.now + times_.longest;
  began_ = moment.now;
  state_.phase = SyncState::Phase::running;
  state_.started_at = moment.wall.count();
  reader_.emplace(realm_, api_, token_endpoint_, next_fetch_);
  reader_->start(moment.now, out);
  look_at_reader(moment, out);
}

void DirectorySync::on_fetched(FetchId id, const Fetched& fetched, Moment moment, Outbox& out) {
  if (stage_ != Stage::reading) return;
  reader_->on_fetched(id, fetched, moment.now, out);
  look_at_reader(moment, out);
}

void DirectorySync::on_time(Moment moment, Outbox& out) {
  if (stage_ == Stage::reading) {
    reader_->on_time(moment.now, out);
    look_at_reader(moment, out);
  }
  if (!deadline_ || moment.now < *deadline_) return;
  if (stage_ == Stage::reading) {
    fail(fmt::format("reading the realm took more than {} minutes", times_.longest.count()),
         moment);
  } else if (stage_ == Stage::resting) {
    begin(moment, out);
  }
}

std::optional<Instant> DirectorySync::next_deadline() const {
  return earlier(deadline_, reader_ ? reader_->next_deadline() : std::nullopt);
}

void DirectorySync::look_at_reader(Moment moment, Outbox& out) {
  next_fetch_ = FetchId{reader_->last_fetch().value + 1};
  if (reader_->state() == PopulationReader::State::failed) return fail(reader_->trouble(), moment);
  if (reader_->state() != PopulationReader::State::done) return;
  stage_ = Stage::applying;
  deadline_.reset();
  out.emplace_back(Apply{{.issuer = realm_.issuer,
                          .people = reader_->take_people(),
                          .as_of = state_.started_at,
                          .is_forced = is_forced_}});
  reader_.reset();
}

void DirectorySync::on_applied(const directory::Stored<Reconciled>& applied, Moment moment) {
  if (stage_ != Stage::applying) return;
  if (!applied) return fail(applied.error(), moment);
  state_.done = *applied;
  if (applied->is_news() || applied->refused > 0) {
    log::info("sync of {}: {} people added, {} changed, {} enabled, {} disabled, {} refused",
              realm_.issuer, applied->added, applied->changed, applied->enabled, applied->disabled,
              applied->refused);
  }
  state_.phase = SyncState::Phase::idle;
  state_.error.clear();
  retry_ = times_.first_retry;
  finish(moment);
  deadline_ = moment.now + times_.every;
}

void DirectorySync::fail(std::string sentence, Moment moment) {
  log::warning("sync of {} failed: {}", realm_.issuer, sentence);
  state_.phase = SyncState::Phase::failed;
  state_.error = std::move(sentence);
  finish(moment);
  deadline_ = moment.now + std::min(retry_, times_.every);
  retry_ = std::min(retry_ * 2, times_.every);
}

void DirectorySync::finish(Moment moment) {
  stage_ = Stage::resting;
  state_.finished_at = moment.wall.count();
  is_forced_ = false;
  reader_.reset();
}

}  // namespace dering::sync
