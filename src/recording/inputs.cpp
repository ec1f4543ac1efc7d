// SPDX-License-Identifier: Apache-2.0
#include "recording/inputs.h"

#include <fmt/format.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "base/overloaded.h"
#include "recording/lists.h"
#include "recording/scrubbed.h"
#include "recording/trunk_inputs.h"
#include "routing/document/check.h"
#include "routing/document/write.h"

namespace dering::recording {
namespace {

using identity::TokenRefusal;
using switchboard::Input;

constexpr std::array<std::pair<TokenRefusal, std::string_view>, 5> refusals{{
    {TokenRefusal::not_valid, "not_valid"},
    {TokenRefusal::foreign, "foreign"},
    {TokenRefusal::expired, "expired"},
    {TokenRefusal::not_allowed, "not_allowed"},
    {TokenRefusal::too_busy, "too_busy"},
}};

// ---- Writing ------------------------------------------------------------------------------------

Entry entry_of_verdict(const identity::TokenVerdict& verdict) {
  Entry entry{.kind = "token"};
  if (!verdict) {
    const auto index = static_cast<std::size_t>(verdict.error().kind);
    return entry.add("refused", refusals.at(index).second);
  }
  entry.add("issuer", verdict->issuer).add("subject", verdict->subject).add("sid", verdict->sid);
  return entry.add("expires", verdict->expires_at);
}

Entry entry_of(const sip::Received& input) {
  Entry entry{.kind = "message", .body = scrubbed(input.message)};
  return entry.add(input.flow);
}

Entry entry_of(const sip::FlowClosed& end) {
  Entry entry{.kind = "closed"};
  if (end.how == sip::FlowEnd::left) entry.add("how", "left");
  return entry.add(end.flow);
}

Entry entry_of(const identity::LogoutClaims& logout) {
  Entry entry{.kind = "signed-out"};
  entry.add("issuer", logout.issuer).add("subject", logout.subject).add("sid", logout.sid);
  return entry.add("issued", logout.issued_at);
}

Entry entry_of(const directory::DirectoryChanged& change) {
  std::string lost;
  for (const std::string& number : change.lost_numbers) lost.append(number).append(",");
  Entry entry{.kind = "directory", .body = text_of(*change.snapshot)};
  return entry.add("lost", lost);
}

/// Without what signs in, and without contacts, which decide nothing.
Entry entry_of(const switchboard::PlanApplied& input) {
  routing::Draft draft = input.plan->draft();
  draft.contacts.clear();
  for (routing::Trunk& trunk : draft.trunks) trunk.username.clear();
  return {.kind = "plan", .body = routing::document_of(draft)};
}

// ---- Reading ------------------------------------------------------------------------------------

using Read = std::expected<std::optional<Input>, std::string>;

Read read_message(const Entry& entry) {
  const auto flow = entry.flow();
  auto message = sip::Message::parse(entry.body);
  if (!flow || !message) return std::unexpected("a message cannot be read");
  return sip::Received{*flow, std::move(*message)};
}

Read read_closed(const Entry& entry) {
  const auto flow = entry.flow();
  if (!flow) return std::unexpected("a connection cannot be read");
  const bool has_left = entry.text("how") == "left";
  return sip::FlowClosed{*flow, has_left ? sip::FlowEnd::left : sip::FlowEnd::lost};
}

Read read_token(const Entry& entry) {
  const std::string_view refused = entry.text("refused");
  const auto at = std::ranges::find(refusals, refused, [](const auto& one) { return one.second; });
  if (at != refusals.end()) return identity::TokenJudged{{}, std::unexpected(at->first)};
  if (!refused.empty()) return std::unexpected("a verdict is unknown");
  identity::TokenClaims claims{.issuer = std::string(entry.text("issuer")),
                               .subject = std::string(entry.text("subject"))};
  claims.sid = entry.text("sid");
  claims.roles = {identity::Role::user};
  claims.expires_at = entry.signed_number("expires");
  return identity::TokenJudged{{}, std::move(claims)};
}

Read read_signed_out(const Entry& entry) {
  return identity::SignedOut{{.issuer = std::string(entry.text("issuer")),
                              .subject = std::string(entry.text("subject")),
                              .sid = std::string(entry.text("sid")),
                              .issued_at = entry.signed_number("issued")}};
}

Read read_directory(const Entry& entry, std::string_view realm) {
  auto snapshot = directory_from(entry.body, realm);
  if (!snapshot) return std::unexpected(snapshot.error());
  directory::DirectoryChanged change{*std::move(snapshot)};
  std::string_view lost = entry.text("lost");
  while (!lost.empty()) change.lost_numbers.emplace_back(take_until(lost, ','));
  return change;
}

Read read_bindings(const Entry& entry) {
  auto bindings = bindings_from(entry.body);
  if (!bindings) return std::unexpected(bindings.error());
  return directory::BindingsKept{*std::move(bindings)};
}

Read read_forwardings(const Entry& entry) {
  auto kept = forwardings_from(entry.body);
  if (!kept) return std::unexpected(kept.error());
  return *std::move(kept);
}

Read read_plan(const Entry& entry) {
  auto plan = routing::found_good_before(entry.body);
  if (!plan) return std::unexpected("a plan cannot be read");
  return switchboard::PlanApplied{*std::move(plan)};
}

Read read_engine(const Entry& entry) {
  media::v2::Event event;
  if (!google::protobuf::TextFormat::ParseFromString(entry.body, &event)) {
    return std::unexpected("an event of the engine cannot be read");
  }
  return event;
}

Read read_dns(const Entry& entry) {
  auto told = dns_told_from(entry);
  if (!told) return std::unexpected("an answer of DNS cannot be read");
  return *std::move(told);
}

Read read_source(const Entry& entry) {
  const auto found = source_found_from(entry);
  if (!found) return std::unexpected("an address of ours cannot be read");
  return *found;
}

Read read_clock(const Entry& entry) {
  return switchboard::WallClock{UnixSeconds(entry.signed_number("wall"))};
}

}  // namespace

Entry entry_of(const Input& input) {
  return std::visit(
      overloaded{
          [](const sip::Received& it) { return entry_of(it); },
          [](const sip::FlowClosed& it) { return entry_of(it); },
          [](const identity::TokenJudged& it) { return entry_of_verdict(it.verdict); },
          [](const identity::SignedOut& it) { return entry_of(it.logout); },
          [](const directory::DirectoryChanged& it) { return entry_of(it); },
          [](const directory::BindingsKept& it) {
            return Entry{.kind = "bindings", .body = text_of(it.bindings)};
          },
          [](const directory::ForwardingsKept& it) {
            return Entry{.kind = "forwardings", .body = text_of(it)};
          },
          [](const directory::ForwardingChanged& it) { return entry_of(it); },
          // What people wrote to each other is nobody's business.
          [](const directory::MessagesKept&) { return Entry{.kind = "messages"}; },
          [](const media::v2::Event& it) {
            return Entry{.kind = "engine", .body = scrubbed(it).ShortDebugString()};
          },
          [](const trunk::DnsTold& it) { return entry_of_dns(it); },
          [](const trunk::SourceFound& it) { return entry_of_source(it); },
          [](const contract::EngineLost&) { return Entry{.kind = "engine-lost"}; },
          [](const switchboard::PlanApplied& it) { return entry_of(it); },
          [](const switchboard::WallClock& it) {
            return Entry{.kind = "clock"}.add("wall", it.wall.count());
          },
          [](const switchboard::TimePassed&) { return Entry{.kind = "time"}; },
          [](const switchboard::EndAllCalls&) { return Entry{.kind = "end-all"}; },
      },
      input);
}

std::expected<std::optional<Input>, std::string> input_of(const Entry& entry,
                                                          std::string_view realm) {
  static const std::map<std::string_view, std::function<Read(const Entry&)>> readers{
      {"message", read_message},
      {"closed", read_closed},
      {"token", read_token},
      {"signed-out", read_signed_out},
      {"bindings", read_bindings},
      {"engine", read_engine},
      {"forwardings", read_forwardings},
      {"forwarding", [](const Entry& it) -> Read { return forwarding_from(it); }},
      {"plan", read_plan},
      {"dns", read_dns},
      {"source", read_source},
      {"engine-lost", [](const Entry&) -> Read { return contract::EngineLost{}; }},
      {"clock", read_clock},
      {"time", [](const Entry&) -> Read { return switchboard::TimePassed{}; }},
      {"end-all", [](const Entry&) -> Read { return switchboard::EndAllCalls{}; }},
  };
  if (entry.kind == "directory") return read_directory(entry, realm);
  const auto reader = readers.find(entry.kind);
  if (reader == readers.end()) return std::nullopt;
  return reader->second(entry);
}

}  // namespace dering::recording
