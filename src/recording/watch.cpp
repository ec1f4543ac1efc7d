// SPDX-License-Identifier: Apache-2.0
#include "recording/watch.h"

#include <fmt/format.h>

namespace dering::recording {

void Watch::on(const switchboard::Output& output) {
  if (const auto* send = std::get_if<sip::Send>(&output)) return on_sent(*send);
  if (const auto* command = std::get_if<media::v2::Command>(&output)) return on_command(*command);
  if (const auto* saved = std::get_if<directory::SaveCallRecord>(&output))
    return on_record(saved->record);
}

/// RFC 3261 §17.2.1: an INVITE has one final response. A challenge may come again in other words.
void Watch::on_sent(const sip::Send& send) {
  if (!send.bytes.starts_with("SIP/2.0 ")) return;
  const auto response = sip::Message::parse(send.bytes);
  if (!response || response->status() < 200 || response->cseq().method != sip::Method::invite) {
    return;
  }
  const int status = response->status();
  if (status == 401 || status == 407 || status == 503) return;
  const Invite invite{response->call_id(), response->cseq().number};
  const auto [first, is_new] = finals_.emplace(invite, status);
  if (!is_new && first->second != status) {
    fault(fmt::format("an INVITE of {} was answered {}, then {}", invite.first, first->second,
                      status));
  }
}

void Watch::on_command(const media::v2::Command& command) {
  if (command.has_open_bridge()) bridges_.insert(command.open_bridge().bridge());
  if (command.has_close_bridge()) bridges_.erase(command.close_bridge().bridge());
  if (command.has_open_port() && !bridges_.contains(command.open_port().bridge())) {
    fault("a port is opened on a bridge that is not there");
  }
}

void Watch::on_record(const directory::CallRecord& record) {
  if (!records_.insert(record.call_id).second) {
    fault(fmt::format("call {} has two records", record.call_id));
  }
  if (record.stays.empty()) fault(fmt::format("call {} names nobody", record.call_id));
  for (const directory::CallStay& stay : record.stays) {
    if (stay.outcome.empty() || stay.to < stay.from) {
      fault(fmt::format("call {} has a stay without an end", record.call_id));
    }
  }
}

std::vector<std::string> Watch::finish() {
  if (!bridges_.empty()) fault(fmt::format("{} bridges outlive their calls", bridges_.size()));
  return std::exchange(faults_, {});
}

}  // namespace dering::recording
