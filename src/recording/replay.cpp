// SPDX-License-Identifier: Apache-2.0
#include "recording/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/random.h"
#include "recording/digest_answers.h"
#include "recording/inputs.h"
#include "recording/lists.h"
#include "recording/own_requests.h"
#include "recording/said.h"
#include "recording/watch.h"
#include "switchboard/switchboard.h"

namespace dering::recording {
namespace {

using namespace std::chrono_literals;
using switchboard::Input;
using switchboard::Output;

/// By how much a timer may come late in a busy switchboard; one that the recording does not know is
/// due then.
constexpr Duration lateness = 100ms;
/// Past the longest life of a token, all that throttles and nonces remember, and what texts wait.
constexpr Duration until_all_is_forgotten = switchboard::MessagePost::longest_wait + 26h;
constexpr std::size_t most_timers_in_a_row = 1'000'000;

class Player {
 public:
  explicit Player(const switchboard::Settings& settings)
      : realm_(settings.realm), switchboard_(settings, random_) {}

  /// What is wrong with the entry, or nothing.
  std::optional<std::string> play(const Entry& entry);
  Replayed finish();

 private:
  void begin(const Entry& entry);
  std::optional<std::string> feed(const Entry& entry);
  void feed_message(const Entry& entry, sip::Received received);
  void feed_verdict(const Entry& entry, identity::TokenJudged verdict);
  void feed(Input&& input);
  void pass_time(Instant until);
  void carry(const Output& output);
  void note(const sip::Flow& flow, std::string_view bytes, bool is_ours);

  std::string realm_;
  SeededRandom random_{1};
  switchboard::Switchboard switchboard_;
  Instant now_ = Instant{} + 1h;
  const Instant begun_at_ = now_;
  Replayed replayed_;
  DigestAnswers answers_;
  OwnRequests own_requests_;
  Said said_;
  Watch watch_;
  bool is_asking_ = false;  ///< for a challenge: what is said to that is not of the recording
  std::optional<sip::Flow> from_;
  std::map<sip::Flow, identity::TokenQuestionId> questions_;
  std::set<sip::Flow> connections_;
  std::set<std::string> columns_;
};

std::optional<std::string> Player::play(const Entry& entry) {
  if (entry.kind == "said" || entry.kind == "record") {
    said_.on_recorded(entry);
    return std::nullopt;
  }
  const Instant at = begun_at_ + entry.at;
  pass_time(at - lateness);
  now_ = std::max(now_, at);
  if (entry.kind == "beginning") {
    begin(entry);
    return std::nullopt;
  }
  return feed(entry);
}

void Player::begin(const Entry& entry) {
  switchboard::Switchboard::Beginning beginning;
  beginning.key = {entry.number<std::uint64_t>("low").value_or(0),
                   entry.number<std::uint64_t>("high").value_or(0)};
  beginning.commands = entry.number<std::uint64_t>("commands").value_or(0);
  beginning.held = held_from(entry.body).value_or(registrar::Held{});
  replayed_.left_out = entry.text("left-out");
  for (const auto& sign_in : beginning.held.sign_ins) connections_.insert(sign_in.flow);
  switchboard::Outbox out;
  switchboard_.restore(beginning, now_, out);
  for (const Output& output : out) carry(output);
}

std::optional<std::string> Player::feed(const Entry& entry) {
  auto input = input_of(entry, realm_);
  if (!input) return input.error();
  if (!*input) return std::nullopt;  // of a newer version, or what was said then
  ++replayed_.inputs;
  if (auto* received = std::get_if<sip::Received>(&**input)) {
    feed_message(entry, std::move(*received));
  } else if (auto* verdict = std::get_if<identity::TokenJudged>(&**input)) {
    feed_verdict(entry, std::move(*verdict));
  } else {
    if (const auto* closed = std::get_if<sip::FlowClosed>(&**input)) {
      connections_.erase(closed->flow);
    }
    if (std::holds_alternative<contract::EngineLost>(**input)) watch_.on_engine_lost();
    feed(std::move(**input));
  }
  return std::nullopt;
}

void Player::feed_message(const Entry& entry, sip::Received received) {
  const sip::Flow flow = received.flow;
  if (sip::is_reliable(flow.transport)) connections_.insert(flow);
  from_ = flow;
  said_.on_received(received.message);
  note(flow, entry.body, false);
  const auto judgement = judgement_named(entry.text("digest"));
  if (judgement == DigestJudgement::none) {
    auto message = sip::Message::parse(own_requests_.addressed(received.message, entry.body));
    if (message) feed(sip::Received{flow, std::move(*message)});
    return;
  }
  const DigestAnswers::Request request{flow, entry.body, received.message, judgement};
  auto text = answers_.answered(request, now_);
  if (!text) {
    auto bare = sip::Message::parse(DigestAnswers::without(received.message, entry.body));
    is_asking_ = true;
    if (bare) feed(sip::Received{flow, std::move(*bare)});
    is_asking_ = false;
    text = answers_.answered(request, now_);
  }
  auto message = sip::Message::parse(text ? *text : entry.body);
  if (message) feed(sip::Received{flow, std::move(*message)});
}

/// Its question has another number now; a connection has one at a time.
void Player::feed_verdict(const Entry& entry, identity::TokenJudged verdict) {
  const auto flow = entry.flow();
  const auto question = flow ? questions_.extract(*flow) : decltype(questions_)::node_type{};
  if (!question) return;  // it was asked before the recording began
  verdict.question = question.mapped();
  feed(std::move(verdict));
}

void Player::feed(Input&& input) {
  switchboard::Outbox out;
  switchboard_.take(std::move(input), now_, out);
  for (const Output& output : out) carry(output);
}

void Player::pass_time(Instant until) {
  for (std::size_t timers = 0; timers < most_timers_in_a_row; ++timers) {
    const auto next = switchboard_.next_deadline();
    if (!next || *next > until) return;
    now_ = std::max(now_, *next);
    feed(switchboard::TimePassed{});
  }
  watch_.fault("time stands still");
}

void Player::carry(const Output& output) {
  watch_.on(output);
  if (const auto* send = std::get_if<sip::Send>(&output)) {
    answers_.on_sent(send->flow, send->bytes, now_);
    own_requests_.on_sent(send->bytes);
    if (is_asking_) return;
    said_.on_replayed(*send);
    note(send->flow, send->bytes, true);
  } else if (const auto* question = std::get_if<identity::VerifyToken>(&output)) {
    if (from_) questions_[*from_] = question->question;
  } else if (const auto* saved = std::get_if<directory::SaveCallRecord>(&output)) {
    const directory::CallRecord& record = saved->record;
    ++replayed_.calls;
    std::string line = fmt::format("{} {} {}", record.caller, record.callee, record.outcome);
    replayed_.ladder.note(now_, "record " + line);
    said_.on_replayed_record(std::move(line));
  } else if (const auto* closed = std::get_if<sip::CloseFlow>(&output)) {
    replayed_.ladder.note(now_, "closes " + closed->flow.remote.text());
  }
}

void Player::note(const sip::Flow& flow, std::string_view bytes, bool is_ours) {
  const std::string peer = flow.remote.text();
  if (columns_.insert(peer).second) replayed_.ladder.add_column(peer);
  replayed_.ladder.add(
      {now_, is_ours ? "dering" : peer, is_ours ? peer : "dering", monitor::label_of_sip(bytes)});
}

Replayed Player::finish() {
  replayed_.differences = said_.differences();
  const monitor::Ladder ladder = replayed_.ladder;  // what follows nobody has lived through
  for (const sip::Flow& flow : std::exchange(connections_, {})) feed(sip::FlowClosed{flow});
  pass_time(now_ + until_all_is_forgotten);
  for (const TableSize& table : switchboard_.tables()) {
    if (table.size > 0) watch_.fault(fmt::format("{} {} left behind", table.size, table.name));
  }
  replayed_.faults = watch_.finish();
  replayed_.ladder = ladder;
  return std::move(replayed_);
}

std::string in_line(std::string_view all, std::string_view rest, std::string_view what) {
  const std::string_view read = all.substr(0, all.size() - rest.size());
  return fmt::format("line {}: {}", std::ranges::count(read, '\n'), what);
}

}  // namespace

std::expected<Replayed, std::string> replay(std::string_view recording) {
  std::string_view rest = recording;
  const auto head = take_entry(rest);
  if (!head || head->kind != "dering-recording") return std::unexpected("it is no recording");
  if (head->text("version") != "1") return std::unexpected("it is of another version");
  const auto settings = take_entry(rest);
  if (!settings || settings->kind != "settings") return std::unexpected("it has no settings");
  Player player(settings_from(*settings));
  while (!rest.empty()) {
    const auto entry = take_entry(rest);
    if (!entry) {
      // It may have been cut off where the program that wrote it ended.
      if (rest.find('\n') == std::string_view::npos) break;
      return std::unexpected(in_line(recording, rest, entry.error()));
    }
    if (const auto fault = player.play(*entry)) {
      return std::unexpected(in_line(recording, rest, *fault));
    }
  }
  return player.finish();
}

}  // namespace dering::recording
