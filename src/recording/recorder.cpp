// SPDX-License-Identifier: Apache-2.0
#include "recording/recorder.h"

#include <fmt/format.h>

#include <chrono>

#include "base/overloaded.h"
#include "recording/inputs.h"
#include "recording/lists.h"
#include "recording/scrubbed.h"

namespace dering::recording {
namespace {

using switchboard::Input;
using switchboard::Output;

Entry entry_of(const switchboard::Switchboard::Beginning& beginning) {
  std::string calls;
  for (const std::string& call : beginning.calls_left_out) calls.append(call).append(",");
  Entry entry{.kind = "beginning", .body = text_of(beginning.held)};
  entry.add("low", fmt::to_string(beginning.key.low));
  entry.add("high", fmt::to_string(beginning.key.high));
  entry.add("commands", fmt::to_string(beginning.commands));
  return entry.add("left-out", calls);
}

/// What an answer tells of the digest credentials in the request that it answers.
DigestJudgement judgement_of(const sip::Message& answer, std::string_view bytes) {
  if (answer.status() == 401 || answer.status() == 407) {
    const bool is_stale = bytes.find("stale=true") != std::string_view::npos;
    return is_stale ? DigestJudgement::stale : DigestJudgement::wrong;
  }
  // After too many wrong ones a right one is not looked at.
  const bool is_paused = answer.status() == 403 && answer.reason_phrase().starts_with("Too Many");
  return is_paused ? DigestJudgement::wrong : DigestJudgement::right;
}

void set(Entry& entry, std::string_view name, std::string_view value) {
  std::erase_if(entry.fields, [&](const auto& field) { return field.first == name; });
  entry.add(name, value);
}

}  // namespace

std::string label_of(std::string_view message) {
  std::string label = without_uri_passwords(std::string(message.substr(0, message.find('\r'))));
  const std::size_t at = message.find("\r\nCSeq: ");
  if (at == std::string_view::npos) return label;
  const std::string_view cseq = message.substr(at + 8);
  return label.append("  ").append(cseq.substr(0, cseq.find('\r')));
}

Recorder::Recorder(const Start& start) : begun_at_(start.now), now_(start.now) {
  write(Entry{.kind = "dering-recording"}.add("version", "1"));
  write(recording::entry_of(start.settings));
  write(recording::entry_of(Input(switchboard::WallClock{start.wall})));
  clock_.emplace(start.now, start.wall);
  write(recording::entry_of(Input(directory::DirectoryChanged{start.directory})));
  write(recording::entry_of(Input(start.beginning.forwardings)));
  if (const auto& plan = start.beginning.plan) {
    write(recording::entry_of(Input(switchboard::PlanApplied{plan})));
  }
  write(entry_of(start.beginning));
  if (!start.ready) return;
  media::v2::Event ready = *start.ready;
  ready.mutable_ready()->clear_bridges();  // of calls that are left out
  write(recording::entry_of(Input(std::move(ready))));
}

void Recorder::on_input(const Input& input, Instant now, bool is_due) {
  now_ = now;
  const auto* clock = std::get_if<switchboard::WallClock>(&input);
  if (clock && !is_news(*clock, now)) return;
  if (std::holds_alternative<switchboard::TimePassed>(input) && !is_due) return;
  open_ = recording::entry_of(input);
  open_->at = now_ - begun_at_;
  if (const auto* received = std::get_if<sip::Received>(&input)) {
    flow_ = received->flow;
    call_id_ = received->message.call_id();
    if (has_digest(received->message)) open_->add("digest", name_of(DigestJudgement::right));
  }
  if (const auto* judged = std::get_if<identity::TokenJudged>(&input)) {
    const auto asked = questions_.extract(judged->question);
    if (asked) open_->add(asked.mapped());
  }
}

void Recorder::on_outputs(std::span<const Output> outputs) {
  if (!open_ && outputs.empty()) return;
  for (const Output& output : outputs) complete(output);
  if (open_) write(*std::exchange(open_, std::nullopt));
  for (const Output& output : outputs) write_said(output);
}

/// A clock that goes as it went before says nothing.
bool Recorder::is_news(const switchboard::WallClock& clock, Instant now) {
  if (clock_) {
    const UnixSeconds expected =
        clock_->second + std::chrono::duration_cast<UnixSeconds>(now - clock_->first);
    if (std::chrono::abs(clock.wall - expected) <= UnixSeconds(1)) return false;
  }
  clock_.emplace(now, clock.wall);
  return true;
}

/// Who is asked about a token, and what was found of a password.
void Recorder::complete(const Output& output) {
  if (const auto* question = std::get_if<identity::VerifyToken>(&output)) {
    questions_.emplace(question->question, flow_);
  }
  const auto* send = std::get_if<sip::Send>(&output);
  if (!send || !open_ || open_->text("digest").empty() || send->flow != flow_) return;
  const auto answer = sip::Message::parse(send->bytes);
  if (!answer || answer->is_request() || answer->call_id() != call_id_) return;
  set(*open_, "digest", name_of(judgement_of(*answer, send->bytes)));
}

void Recorder::write_said(const Output& output) {
  const Duration at = now_ - begun_at_;
  if (const auto* send = std::get_if<sip::Send>(&output)) {
    const auto message = sip::Message::parse(send->bytes);
    Entry entry{.kind = "said", .at = at};
    entry.add(send->flow).add("label", label_of(send->bytes));
    if (message) entry.add("call", message->call_id());
    if (message && message->is_request() && message->to().tag().empty()) entry.add("begins", "1");
    write(std::move(entry));
  } else if (const auto* closed = std::get_if<sip::CloseFlow>(&output)) {
    Entry entry{.kind = "closes", .at = at};
    write(std::move(entry.add(closed->flow)));
  } else if (const auto* saved = std::get_if<directory::SaveCallRecord>(&output)) {
    Entry entry{.kind = "record", .at = at};
    entry.add("caller", saved->record.caller).add("callee", saved->record.callee);
    write(std::move(entry.add("outcome", saved->record.outcome)));
  }
}

void Recorder::write(Entry entry) {
  if (entry.at == Duration{}) entry.at = now_ - begun_at_;
  const std::string text = text_of(entry);
  written_ += text.size();
  text_ += text;
}

}  // namespace dering::recording
