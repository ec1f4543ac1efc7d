// SPDX-License-Identifier: Apache-2.0
#include "switchboard/trunk_table.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "sip/message/uri.h"

namespace dering::switchboard {
namespace {

sip::Transport transport_of(routing::Trunk::Transport transport) {
  switch (transport) {
    case routing::Trunk::Transport::udp:
      return sip::Transport::udp;
    case routing::Trunk::Transport::tcp:
      return sip::Transport::tcp;
    case routing::Trunk::Transport::tls:
      return sip::Transport::tls;
  }
  return sip::Transport::udp;
}

std::string_view word_of(trunk::Liveness::State state) {
  switch (state) {
    case trunk::Liveness::State::unknown:
      return "unknown";
    case trunk::Liveness::State::up:
      return "up";
    case trunk::Liveness::State::down:
      return "down";
  }
  return "";
}

directory::TrunkNews::Server news_of(const trunk::TrunkState::Server& server) {
  directory::TrunkNews::Server news{.address = server.address,
                                    .state = std::string(word_of(server.state))};
  if (server.round_trip) {
    news.round_trip_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(*server.round_trip).count());
  }
  return news;
}

}  // namespace

trunk::Trunk TrunkTable::machine_for(const routing::Trunk& draft) const {
  trunk::TrunkSettings settings{.id = draft.id, .name = draft.name, .registers = draft.registers};
  for (const std::string& text : draft.servers) {
    if (auto server = trunk::server_from(text, transport_of(draft.transport))) {
      settings.servers.push_back(*std::move(server));
    }
  }
  for (const std::string& text : draft.sources) {
    if (const auto subnet = Subnet::from_text(text)) settings.sources.push_back(*subnet);
  }
  const auto secret = settings_.trunk_secrets.find(draft.id);
  if (!draft.username.empty() && secret != settings_.trunk_secrets.end()) {
    settings.account = std::make_shared<const trunk::Account>(
        trunk::Account{draft.username, secret->second.password, secret->second.realm});
  }
  return trunk::Trunk(std::move(settings));
}

void TrunkTable::apply(const routing::Plan& plan, trunk::Turn& turn) {
  std::vector<Entry> before = std::exchange(entries_, {});
  for (const routing::Trunk& draft : plan.draft().trunks) {
    const auto at = std::ranges::find(before, draft, &Entry::draft);
    if (at != before.end()) {
      entries_.push_back(std::move(*at));
      before.erase(at);
    } else if (!draft.servers.empty()) {
      entries_.push_back({draft, machine_for(draft)});
    }
  }
  for (Entry& entry : before) {
    entry.machine.leave(turn);
    if (!entry.machine.is_gone()) leaving_.push_back(std::move(entry.machine));
  }
  news_ = News::surely;
  for (Entry& entry : entries_) entry.machine.on_time(turn);
}

void TrunkTable::on_time(trunk::Turn& turn) {
  const auto due = next_deadline();
  if (!due || *due > turn.now) return;
  may_tell();
  for (Entry& entry : entries_) entry.machine.on_time(turn);
}

void TrunkTable::on_answer(const trunk::DnsTold& told, trunk::Turn& turn) {
  may_tell();
  for (Entry& entry : entries_) entry.machine.on_answer(told, turn);
}

void TrunkTable::on_source(const trunk::SourceFound& found, trunk::Turn& turn) {
  may_tell();
  for (Entry& entry : entries_) entry.machine.on_source(found, turn);
}

bool TrunkTable::on_response(const sip::ResponseArrived& response, trunk::Turn& turn) {
  if (entries_.empty() && leaving_.empty()) return false;
  may_tell();
  for (Entry& entry : entries_) {
    if (entry.machine.on_response(response, turn)) return true;
  }
  for (trunk::Trunk& trunk : leaving_) {
    if (!trunk.on_response(response, turn)) continue;
    forget_gone();
    return true;
  }
  // Of a call, or of a phone: whoever speaks is there.
  for (Entry& entry : entries_) {
    entry.machine.on_call_answered(response.flow, response.message.status(), turn.now);
  }
  return false;
}

bool TrunkTable::on_request_failed(sip::ClientTransactionId transaction, trunk::Turn& turn) {
  may_tell();
  const auto is_its = [&](trunk::Trunk& trunk) {
    return trunk.on_request_failed(transaction, turn);
  };
  if (std::ranges::any_of(entries_, is_its, &Entry::machine)) return true;
  const bool was_leaving = std::ranges::any_of(leaving_, is_its);
  forget_gone();
  return was_leaving;
}

/// What leaves has one question open, whose end is its deadline.
void TrunkTable::forget_gone() {
  std::erase_if(leaving_, [](const trunk::Trunk& trunk) { return trunk.is_gone(); });
}

void TrunkTable::leave_all(trunk::Turn& turn) {
  for (Entry& entry : entries_) entry.machine.leave(turn);
}

std::optional<Instant> TrunkTable::next_deadline() const {
  std::optional<Instant> at;
  for (const Entry& entry : entries_) at = earlier(at, entry.machine.next_deadline());
  return at;
}

// ---- What is asked ------------------------------------------------------------------------------

const TrunkTable::Entry* TrunkTable::find(std::string_view id) const {
  const auto at =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.draft.id == id; });
  return at == entries_.end() ? nullptr : &*at;
}

std::vector<call::Contact> TrunkTable::servers_of(std::string_view trunk,
                                                  std::string_view number) const {
  std::vector<call::Contact> contacts;
  const Entry* entry = find(trunk);
  if (!entry) return contacts;
  for (trunk::Reach& reach : entry->machine.servers()) {
    call::Contact contact{.uri = "sip:" + sip::escaped_user(number) + "@" + reach.host,
                          .flow = reach.flow,
                          .instance = {}};
    contact.account = entry->machine.settings().account;
    contact.domain = std::move(reach.host);
    contacts.push_back(std::move(contact));
  }
  return contacts;
}

const trunk::Trunk* TrunkTable::source_of(const sip::Flow& flow) const {
  const auto at = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.machine.is_source(flow); });
  return at == entries_.end() ? nullptr : &at->machine;
}

bool TrunkTable::is_source(std::string_view trunk, const sip::Flow& flow) const {
  const Entry* entry = find(trunk);
  return entry && entry->machine.is_source(flow);
}

std::vector<TrunkTable::Wish> TrunkTable::take_wishes() {
  std::vector<Wish> wishes;
  for (Entry& entry : entries_) {
    for (Wish& wish : entry.machine.take_wishes()) wishes.push_back(std::move(wish));
  }
  return wishes;
}

std::optional<directory::TrunkChanged> TrunkTable::take_news(std::int64_t unix_seconds) {
  const News news = std::exchange(news_, News::none);
  if (news == News::none) return std::nullopt;
  bool is_new = news == News::surely;
  for (Entry& entry : entries_) {
    trunk::TrunkState state = entry.machine.state();
    const bool has_turned = state.kind != entry.told.kind || entry.since == 0;
    if (has_turned) entry.since = unix_seconds;
    is_new |= has_turned || state != entry.told;
    entry.told = std::move(state);
  }
  if (!is_new) return std::nullopt;
  directory::TrunkChanged changed;
  for (const Entry& entry : entries_) {
    directory::TrunkNews& one = changed.all.emplace_back(
        directory::TrunkNews{.id = entry.draft.id,
                             .name = entry.draft.name,
                             .state = std::string(trunk::name_of(entry.told.kind)),
                             .reason = entry.told.reason,
                             .since = entry.since});
    for (const auto& server : entry.told.servers) one.servers.push_back(news_of(server));
  }
  return changed;
}

void TrunkTable::list(TableSizes& out) const {
  out.insert(out.end(), {{"trunks that leave", leaving_.size()}});
}

}  // namespace dering::switchboard
