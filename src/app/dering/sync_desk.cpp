// SPDX-License-Identifier: Apache-2.0
#include "app/dering/sync_desk.h"

#include <algorithm>

#include "base/overloaded.h"

namespace dering::app {
namespace {

/// Each source has a range of ids of its own below the mark.
constexpr unsigned range_bits = 40;

}  // namespace

SyncDesk::SyncDesk(const std::vector<SyncSettings>& settings, store::Store& store, Post post)
    : store_(store), post_(std::move(post)) {
  for (const SyncSettings& one : settings) {
    const sync::FetchId first{fetch_mark | (std::uint64_t{sources_.size()} << range_bits)};
    sources_.push_back({sync::DirectorySync(one.realm, one.api, first), one.plan});
  }
}

void SyncDesk::on_token_endpoint(std::string_view issuer, const std::string& url,
                                 sync::Moment moment) {
  Source* source = find(issuer);
  if (!source || url.empty() || source->token_endpoint == url) return;
  source->token_endpoint = url;
  source->sync.on_token_endpoint(url, moment, out_);
  carry_out(static_cast<std::size_t>(source - sources_.data()));
}

void SyncDesk::start(bool is_forced, sync::Moment moment) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    sources_[i].sync.start(is_forced, moment, out_);
    carry_out(i);
  }
}

void SyncDesk::want(std::string_view issuer, sync::Moment moment) {
  Source* source = find(issuer);
  if (!source) return;
  source->sync.want(moment, out_);
  carry_out(static_cast<std::size_t>(source - sources_.data()));
}

void SyncDesk::on_fetched(std::uint64_t id, const sync::Fetched& fetched, sync::Moment moment) {
  const std::size_t source = (id & ~fetch_mark) >> range_bits;
  if (source >= sources_.size()) return;
  sources_[source].sync.on_fetched({id}, fetched, moment, out_);
  carry_out(source);
}

void SyncDesk::on_time(sync::Moment moment) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    sources_[i].sync.on_time(moment, out_);
    carry_out(i);
  }
}

bool SyncDesk::step(sync::Moment moment) {
  if (applying_.empty()) return false;
  Applying& first = applying_.front();
  const auto progress = first.reconciliation.step();
  if (progress && *progress == store::Reconciliation::Progress::more) return false;
  const directory::Reconciled done = first.reconciliation.so_far();
  directory::Stored<directory::Reconciled> applied = done;
  if (!progress) applied = std::unexpected(progress.error());
  sources_[first.source].sync.on_applied(applied, moment);
  applying_.pop_front();
  // What was done before a failure has been written all the same.
  return done.is_news();
}

std::vector<directory::SyncState> SyncDesk::states() const {
  std::vector<directory::SyncState> states;
  for (const Source& source : sources_) states.push_back(source.sync.state());
  return states;
}

SyncDesk::Source* SyncDesk::find(std::string_view issuer) {
  const auto found = std::ranges::find_if(
      sources_, [&](const Source& source) { return source.sync.state().issuer == issuer; });
  return found == sources_.end() ? nullptr : &*found;
}

void SyncDesk::carry_out(std::size_t source) {
  for (sync::Output& output : std::exchange(out_, {})) {
    std::visit(
        overloaded{
            [&](sync::Fetch& it) { post_(it); },
            [&](sync::Apply& it) {
              applying_.push_back({source, store::Reconciliation(store_, std::move(it.population),
                                                                 sources_[source].plan)});
            },
        },
        output);
  }
}

}  // namespace dering::app
