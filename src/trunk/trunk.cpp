// SPDX-License-Identifier: Apache-2.0
#include "trunk/trunk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dering::trunk {
namespace {

RegistrationTerms terms_of(const TrunkSettings& settings) {
  const std::string host = uri_host_of(settings.servers.front());
  const Account& account = *settings.account;
  return {.registrar = "sip:" + host,
          .aor = fmt::format("sip:{}@{}", account.username, host),
          .user = account.username,
          .account = account};
}

bool is_at(const Line& line, const sip::Flow& flow) {
  return line.flow().transport == flow.transport && line.flow().remote == flow.remote;
}

}  // namespace

Trunk::Trunk(TrunkSettings settings) : settings_(std::move(settings)) {
  for (const Server& server : settings_.servers) {
    places_.push_back({.location = Location(server), .look_at = Instant{}});
  }
  if (settings_.registers && settings_.account) registration_.emplace(terms_of(settings_));
}

// ---- Where its servers are ----------------------------------------------------------------------

void Trunk::on_time(Turn& turn) {
  for (Place& place : places_) {
    if (place.look_at && turn.now >= *place.look_at) look(place, turn);
  }
  for (Line& line : lines_) line.on_time(host(), turn);
  if (!registration_) return;
  registration_->on_time(turn.now);
  if (registration_->is_due(turn.now)) register_again(turn);
}

void Trunk::look(Place& place, Turn& turn) {
  if (!is_served()) return place.look_at.reset();
  const auto index = static_cast<std::size_t>(&place - places_.data());
  place.look_at.reset();
  place.location = Location(settings_.servers[index]);
  if (place.location.is_done()) return on_found(place, turn);
  for (const dns::Question& question : place.location.questions()) {
    wishes_.emplace_back(AskDns{question});
  }
}

void Trunk::on_answer(const DnsTold& told, Turn& turn) {
  for (Place& place : places_) {
    if (place.location.is_done()) continue;
    const std::vector<dns::Question> before = place.location.questions();
    if (std::ranges::find(before, told.question) == before.end()) continue;
    place.location.on_answer(told.question, told.answer, turn.random);
    for (const dns::Question& question : place.location.questions()) {
      const bool is_new = std::ranges::find(before, question) == before.end();
      if (is_new) wishes_.emplace_back(AskDns{question});
    }
    if (place.location.is_done()) on_found(place, turn);
  }
}

/// What was found before is good until something else is: DNS may be away while the servers are
/// not.
void Trunk::on_found(Place& place, Turn& turn) {
  std::vector<Way> ways = place.location.ways();
  place.look_at = turn.now + (ways.empty() ? retry : place.location.lifetime());
  if (ways.empty()) return;
  place.ways = std::move(ways);
  for (const Way& way : place.ways) {
    const bool is_known = std::ranges::find(awaited_, way.address) != awaited_.end() ||
                          std::ranges::any_of(lines_, [&](const Line& line) {
                            return line.flow().remote == way.address;
                          });
    if (is_known) continue;
    awaited_.push_back(way.address);
    wishes_.emplace_back(FindSource{way.address});
  }
  settle_lines(turn);
}

void Trunk::on_source(const SourceFound& found, Turn& turn) {
  if (std::erase(awaited_, found.remote) == 0) return;
  lines_.emplace_back(
      sip::Flow{.transport = sip::Transport::udp, .remote = found.remote, .local = found.local});
  settle_lines(turn);
  on_time(turn);
}

/// In the order of the settings and of DNS; those that stand there no more go.
void Trunk::settle_lines(Turn& turn) {
  std::vector<Line> kept;
  for (const Place& place : places_) {
    for (const Way& way : place.ways) {
      const auto at = std::ranges::find_if(
          lines_, [&](const Line& line) { return line.flow().remote == way.address; });
      if (at == lines_.end()) continue;
      kept.push_back(std::move(*at));
      lines_.erase(at);
    }
  }
  for (Line& line : lines_) line.leave(turn);
  lines_ = std::move(kept);
  const bool waits = registration_ && registration_->state() == Registration::State::off;
  if (waits && !lines_.empty()) register_again(turn);
}

const Line* Trunk::first_there() const {
  const auto at = std::ranges::find_if(lines_, [](const Line& line) { return !line.is_down(); });
  return at == lines_.end() ? nullptr : &*at;
}

/// Where none seems to be there too: many answer a REGISTER and no OPTIONS.
void Trunk::register_again(Turn& turn) {
  const Line* line = first_there();
  if (!line && !lines_.empty()) line = &lines_.front();
  if (line) return registration_->begin(line->flow(), turn);
  registration_->on_no_way(turn);
}

// ---- What comes in ------------------------------------------------------------------------------

bool Trunk::on_response(const sip::ResponseArrived& response, Turn& turn) {
  if (registration_ && registration_->is(response.transaction)) {
    registration_->on_response(response, turn);
    on_call_answered(response.flow, response.message.status(), turn.now);
    return true;
  }
  const auto at =
      std::ranges::find_if(lines_, [&](const Line& line) { return line.is(response.transaction); });
  if (at == lines_.end()) return false;
  at->on_probe_answered(response.message.status(), turn.now);
  return true;
}

bool Trunk::on_request_failed(sip::ClientTransactionId transaction, Turn& turn) {
  if (registration_ && registration_->is(transaction)) {
    registration_->on_failed(turn);
    return true;
  }
  const auto at =
      std::ranges::find_if(lines_, [&](const Line& line) { return line.is(transaction); });
  if (at == lines_.end()) return false;
  at->on_probe_failed(turn.now);
  return true;
}

void Trunk::on_call_answered(const sip::Flow& flow, int status, Instant now) {
  for (Line& line : lines_) {
    if (is_at(line, flow)) line.on_request_answered(status, now);
  }
}

void Trunk::leave(Turn& turn) {
  for (Line& line : lines_) line.leave(turn);
  if (registration_) registration_->leave(turn);
}

std::optional<Instant> Trunk::next_deadline() const {
  std::optional<Instant> at = registration_ ? registration_->next_deadline() : std::nullopt;
  for (const Place& place : places_) at = earlier(at, place.look_at);
  for (const Line& line : lines_) at = earlier(at, line.next_deadline());
  return at;
}

// ---- What is asked ------------------------------------------------------------------------------

std::vector<Reach> Trunk::servers() const {
  std::vector<Reach> found;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    for (const Way& way : places_[i].ways) {
      const auto at = std::ranges::find_if(
          lines_, [&](const Line& line) { return line.flow().remote == way.address; });
      if (at == lines_.end() || at->is_down()) continue;
      found.push_back({at->flow(), uri_host_of(settings_.servers[i])});
    }
  }
  return found;
}

bool Trunk::is_source(const sip::Flow& flow) const {
  if (is_websocket(flow.transport)) return false;  // a page
  return std::ranges::any_of(lines_, [&](const Line& line) { return is_at(line, flow); }) ||
         std::ranges::any_of(settings_.sources,
                             [&](const Subnet& subnet) { return subnet.contains(flow.remote); });
}

TrunkState Trunk::state() const {
  TrunkState state;
  state.kind = kind(state.reason);
  for (const Line& line : lines_) {
    state.servers.push_back({.address = line.flow().remote.text(),
                             .state = line.liveness().state(),
                             .round_trip = line.liveness().round_trip()});
  }
  return state;
}

TrunkState::Kind Trunk::kind(std::string& reason) const {
  using Kind = TrunkState::Kind;
  if (!is_served()) {
    reason = "Trunks over TCP and TLS are not there yet";
    return Kind::down;
  }
  if (settings_.registers && !registration_) {
    reason = "No user name and password are set for it";
    return Kind::down;
  }
  if (lines_.empty()) {
    reason = why_no_line();
    return reason.empty() ? Kind::starting : Kind::down;
  }
  if (!first_there()) {
    reason = lines_.size() > 1 ? "None of its servers answers" : "Its server does not answer";
    return Kind::down;
  }
  if (registration_) {
    reason = sentence_of(registration_->fault());
    if (registration_->state() == Registration::State::registered) return Kind::registered;
    return reason.empty() ? Kind::starting : Kind::down;
  }
  const bool is_up = std::ranges::any_of(
      lines_, [](const Line& line) { return line.liveness().state() == Liveness::State::up; });
  return is_up ? Kind::up : Kind::starting;
}

/// Nothing here opens a connection yet.
bool Trunk::is_served() const {
  return std::ranges::all_of(settings_.servers, [](const Server& server) {
    return server.transport == sip::Transport::udp;
  });
}

std::string Trunk::why_no_line() const {
  if (!std::ranges::all_of(places_, [](const Place& place) { return place.location.is_done(); })) {
    return {};
  }
  if (!awaited_.empty()) return {};
  const bool has_failed =
      std::ranges::any_of(places_, [](const Place& place) { return place.location.has_failed(); });
  return has_failed ? "DNS does not answer" : "DNS knows no server of that name";
}

}  // namespace dering::trunk
