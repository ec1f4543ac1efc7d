// SPDX-License-Identifier: Apache-2.0
#include "recording/said.h"

#include <fmt/format.h>

#include <algorithm>

#include "recording/recorder.h"

namespace dering::recording {
namespace {

constexpr std::string_view records = "call records";

std::string quoted(const std::vector<std::string>& labels, std::size_t index) {
  return index < labels.size() ? fmt::format("\"{}\"", labels[index]) : "nothing";
}

}  // namespace

void Said::on_received(const sip::Message& message) {
  const bool begins = message.is_request() && message.to().tag().empty();
  if (begins) begun_.emplace(message.call_id());
}

void Said::on_recorded(const Entry& entry) {
  if (entry.kind == "record") {
    then_[std::string(records)].push_back(
        fmt::format("{} {} {}", entry.text("caller"), entry.text("callee"), entry.text("outcome")));
    return;
  }
  if (!entry.text("begins").empty()) begun_.emplace(entry.text("call"));
  then_[std::string(entry.text("call"))].emplace_back(entry.text("label"));
}

void Said::on_replayed(const sip::Send& send) {
  const auto message = sip::Message::parse(send.bytes);
  if (!message) return;
  if (message->is_request() && message->to().tag().empty()) begun_.emplace(message->call_id());
  now_[std::string(message->call_id())].push_back(label_of(send.bytes));
}

void Said::on_replayed_record(std::string line) {
  now_[std::string(records)].push_back(std::move(line));
}

std::vector<std::string> Said::differences() const {
  std::set<std::string, std::less<>> dialogs = begun_;
  dialogs.emplace(records);
  std::vector<std::string> sentences;
  for (const std::string& call : dialogs) {
    const auto find = [&](const auto& all) {
      const auto at = all.find(call);
      return at == all.end() ? Labels() : at->second;
    };
    const Labels before = find(then_);
    const Labels after = find(now_);
    if (before == after) continue;
    const auto at = std::ranges::mismatch(before, after);
    const auto index = static_cast<std::size_t>(at.in1 - before.begin());
    sentences.push_back(fmt::format("{}: its message {} was {} then and is {} now", call, index + 1,
                                    quoted(before, index), quoted(after, index)));
  }
  return sentences;
}

}  // namespace dering::recording
