// SPDX-License-Identifier: Apache-2.0
#include "call/approach.h"

#include <fmt/format.h>

#include <ranges>

#include "sip/message/fields.h"
#include "sip/message/uri.h"

namespace dering::call {
namespace {

constexpr std::string_view anonymous_uri = "sip:anonymous@anonymous.invalid";

/// RFC 5806 §4: "reason".
std::string_view reason_of(Diverted why) {
  switch (why) {
    case Diverted::always:
      return "unconditional";
    case Diverted::busy:
      return "user-busy";
    case Diverted::no_answer:
      return "no-answer";
    case Diverted::unreachable:
      return "unavailable";
    case Diverted::do_not_disturb:
      return "do-not-disturb";
    case Diverted::by_phone:
      return "deflection";
  }
  return "unknown";
}

/// RFC 4458 §2: the cause that brought the call to the next one.
int cause_of(Diverted why) {
  switch (why) {
    case Diverted::always:
      return 302;
    case Diverted::busy:
    case Diverted::do_not_disturb:
      return 486;
    case Diverted::no_answer:
      return 408;
    case Diverted::unreachable:
      return 503;
    case Diverted::by_phone:
      return 480;
  }
  return 302;
}

std::string uri_of(const Party& party, std::string_view domain) {
  if (party.is_hidden) return std::string(anonymous_uri);
  return fmt::format("sip:{}@{}", sip::escaped_user(number_of(party)), domain);
}

std::string diversion_of(const std::vector<Hop>& through, std::string_view domain) {
  std::string value;
  for (const Hop& hop : std::views::reverse(through)) {
    if (!value.empty()) value += ", ";
    value +=
        fmt::format("{};reason={};counter=1", address_of(hop.person, domain), reason_of(hop.why));
    if (hop.person.is_hidden) value += ";privacy=full";
  }
  return value;
}

/// Each target a level below the one it came from (RFC 7044 §10.3), "mp" and whose it was.
std::string history_of(const Approach& approach, const Party& callee, std::string_view domain) {
  std::string index = "1";
  std::string value = fmt::format("<{}>;index=1", uri_of(approach.through.front().person, domain));
  for (std::size_t i = 0; i < approach.through.size(); ++i) {
    const bool is_last = i + 1 == approach.through.size();
    const Party& next = is_last ? callee : approach.through[i + 1].person;
    const std::string before = index;
    index += ".1";
    value += fmt::format(", <{};cause={}>;index={};mp={}", uri_of(next, domain),
                         cause_of(approach.through[i].why), index, before);
  }
  return value;
}

}  // namespace

std::string address_of(const Party& party, std::string_view domain) {
  std::string address;
  address.reserve(128);  // with room for a tag
  if (party.is_hidden) return address.append("\"Anonymous\" <").append(anonymous_uri).append(">");
  if (!party.display_name.empty()) {
    address.append(sip::quoted_string(party.display_name)).append(" ");
  }
  address.append("<sip:").append(sip::escaped_user(number_of(party)));
  return address.append("@").append(domain).append(">");
}

Party shown_caller(const Party& caller, const Approach& approach, MediaProfile profile) {
  Party shown = approach.shown.value_or(caller);
  if (approach.parked_at.empty() || profile == MediaProfile::webrtc) return shown;
  const std::string& name = caller.display_name;
  shown.display_name = "Parked: " + (name.empty() ? caller.extension : name);
  return shown;
}

std::vector<ua::ToldField> fields_of(const Approach& approach, const Party& callee,
                                     std::string_view domain) {
  std::vector<ua::ToldField> fields;
  if (!approach.through.empty()) {
    fields.push_back({"Diversion", diversion_of(approach.through, domain)});
    fields.push_back({"History-Info", history_of(approach, callee, domain)});
  }
  // "Anonymous" would be a referrer that nobody could ask.
  if (approach.sent_by && !approach.sent_by->is_hidden) {
    fields.push_back({"Referred-By", address_of(*approach.sent_by, domain)});
  }
  if (!approach.parked_at.empty()) fields.push_back({"X-Dering-Parked", approach.parked_at});
  return fields;
}

}  // namespace dering::call
