// SPDX-License-Identifier: Apache-2.0
#include "recording/own_requests.h"

#include <fmt/format.h>

#include <algorithm>

namespace dering::recording {
namespace {

void replace_first(std::string& text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  if (at != std::string::npos) text.replace(at, before.size(), after);
}

}  // namespace

void OwnRequests::on_sent(std::string_view bytes) {
  const auto message = sip::Message::parse(bytes);
  if (!message || !message->is_request()) return;
  std::string branch(message->via().branch);
  const Kind kind{message->call_id(), message->method_name()};
  requests_[kind].insert_or_assign(message->cseq().number, std::move(branch));
}

std::string OwnRequests::addressed(const sip::Message& message, std::string_view text) const {
  std::string addressed(text);
  if (message.is_request()) return addressed;
  const std::string branch(message.via().branch);
  const sip::CSeq& cseq = message.cseq();
  const std::string method(name_of(cseq.method));
  const auto known = requests_.find(Kind{message.call_id(), method});
  if (known == requests_.end()) return addressed;
  const auto is_meant = [&](const auto& request) { return request.second == branch; };
  if (std::ranges::any_of(known->second, is_meant)) return addressed;
  const auto exact = known->second.find(cseq.number);
  const auto& [number, ours] = exact == known->second.end() ? *known->second.rbegin() : *exact;
  replace_first(addressed, "branch=" + branch, "branch=" + ours);
  replace_first(addressed, fmt::format("{} {}\r\n", cseq.number, method),
                fmt::format("{} {}\r\n", number, method));
  return addressed;
}

}  // namespace dering::recording
