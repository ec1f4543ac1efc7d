// SPDX-License-Identifier: Apache-2.0
#include "routing/document/read.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "routing/document/fields.h"
#include "routing/document/text_rules.h"
#include "routing/plan/pattern.h"

namespace dering::routing {
namespace {

namespace rule = text_rules;

void read_pattern(Fields& fields, std::string_view name, std::string& out) {
  fields.read(name, out, rule::anything);
  if (!fields.has(name) || out == withheld_caller) return;
  const auto pattern = Pattern::parse(out);
  if (pattern) return;
  fields.add(
      Fault::Code::bad_pattern, name,
      fmt::format("\"{}\" is no pattern: {}.", Fields::shown(out), sentence_of(pattern.error())));
  out.clear();
}

void read_target(Fields& fields, Target& target) {
  using Kind = Target::Kind;
  struct Way {
    Kind kind;
    const TextRule& value;
  };
  const std::array ways{Way{Kind::person, rule::extension}, Way{Kind::extension, rule::extension},
                        Way{Kind::group, rule::id}, Way{Kind::outside, rule::number}};
  std::size_t named = 0;
  for (const Way& way : ways) {
    if (!fields.has(name_of(way.kind))) continue;
    target.kind = way.kind;
    ++named;
  }
  for (const Way& way : ways) fields.read(name_of(way.kind), target.value, way.value);
  if (fields.has(name_of(Kind::dialled))) {
    unsigned digits = 4;
    fields.read(name_of(Kind::dialled), digits, {2, 15});
    target.kind = Kind::dialled;
    target.value = std::to_string(digits);
    ++named;
  }
  for (const Kind kind : {Kind::echo, Kind::closed}) {
    bool is_meant = false;
    fields.read(name_of(kind), is_meant);
    if (!is_meant) continue;
    target.kind = kind;
    ++named;
  }
  fields.read("class", target.permission_class, rule::id,
              target.kind == Kind::outside ? Need::required : Need::optional);
  if (named == 1) return;
  fields.faults().add(Fault::Code::bad_value, fields.path(),
                      "A destination is one of \"person\", \"extension\", \"group\", \"outside\", "
                      "\"dialled\", \"echo\": true and \"closed\": true.");
}

void read_members(Fields& fields, Members& members) {
  fields.read("people", members.people, rule::extension);
  fields.read("units", members.units, rule::name);
  fields.read("extensions", members.extensions, rule::extension);
}

void read_numbering(Fields& fields, Numbering& numbering) {
  fields.read("country", numbering.country, rule::digits);
  fields.read("trunk_prefix", numbering.trunk_prefix, rule::digits_or_empty);
  fields.read("area", numbering.area, rule::digits_or_empty);
  if (fields.has("international_prefixes")) numbering.international_prefixes.clear();
  fields.read("international_prefixes", numbering.international_prefixes, rule::digits);
  fields.read("longest_local", numbering.longest_local, {3, 15});
  fields.read("national_length", numbering.national_length, {0, 15});
}

void read_trunk(Fields& fields, Trunk& trunk) {
  fields.read("id", trunk.id, rule::id, Need::required);
  fields.read("name", trunk.name, rule::name);
  fields.read("servers", trunk.servers, rule::host);
  if (trunk.servers.empty()) fields.require("servers");
  using enum Trunk::Transport;
  fields.read_word("transport", trunk.transport, {udp, tcp, tls});
  fields.read("registers", trunk.registers);
  fields.read("username", trunk.username, rule::name);
  fields.read("sources", trunk.sources, rule::network);
  fields.read_word("numbers", trunk.numbers,
                   {NumberForm::as_is, NumberForm::e164, NumberForm::national});
  fields.read("channels", trunk.channels, {1, 10'000});
}

void read_emergency(Fields& fields, Emergency& emergency) {
  fields.read("numbers", emergency.numbers, rule::digits);
  fields.read("trunks", emergency.trunks, rule::id);
  fields.read("caller_id", emergency.caller_id, rule::number);
}

void read_inbound(Fields& fields, InboundRoute& route) {
  fields.read("id", route.id, rule::id, Need::required);
  fields.read("trunks", route.trunks, rule::id);
  read_pattern(fields, "called", route.called);
  read_pattern(fields, "caller", route.caller);
  fields.read("schedule", route.schedule, rule::id);
  fields.require("to");
  fields.read_object("to", route.to, read_target);
  fields.read_object("closed", route.closed, read_target);
}

void read_dial_pattern(Fields& fields, DialPattern& pattern) {
  fields.require("match");
  read_pattern(fields, "match", pattern.match);
  fields.read("strip", pattern.strip, {0, longest_pattern});
  fields.read("prepend", pattern.prepend, rule::prefix);
}

void read_outbound(Fields& fields, OutboundRoute& route) {
  fields.read("id", route.id, rule::id, Need::required);
  fields.read("name", route.name, rule::name);
  fields.read_list("patterns", route.patterns, read_dial_pattern);
  fields.read("trunks", route.trunks, rule::id);
  fields.read("shows_extension", route.shows_extension);
}

void read_class(Fields& fields, PermissionClass& permissions) {
  fields.read("id", permissions.id, rule::id, Need::required);
  fields.read("name", permissions.name, rule::name);
  fields.read("routes", permissions.routes, rule::id);
  fields.read("countries", permissions.countries, rule::country);
  read_members(fields, permissions.members);
}

void read_caller_id(Fields& fields, CallerIdRule& caller_id) {
  using enum CallerIdRule::Shows;
  fields.read("id", caller_id.id, rule::id, Need::required);
  fields.read_word("shows", caller_id.shows, {number, own, withheld});
  fields.read("number", caller_id.number, rule::number,
              caller_id.shows == number ? Need::required : Need::optional);
  read_members(fields, caller_id.members);
}

void read_group(Fields& fields, RingGroup& group) {
  using enum RingGroup::Order;
  fields.read("id", group.id, rule::id, Need::required);
  fields.read("name", group.name, rule::name);
  fields.read("number", group.number, rule::extension);
  fields.read_word("order", group.order, {all_at_once, in_turn, longest_idle});
  fields.read("ring_seconds", group.ring_seconds, {5, 300});
  fields.read_list("members", group.members, read_target);
  fields.read_object("then", group.then, read_target);
}

void read_pickup_group(Fields& fields, PickupGroup& group) {
  fields.read("id", group.id, rule::id, Need::required);
  fields.read("name", group.name, rule::name);
  read_members(fields, group.members);
}

constexpr std::array<std::string_view, 7> days{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

bool is_day(std::string_view text) {
  return std::ranges::find(days, text) != days.end();
}
constexpr TextRule day_rule{is_day, "a day is one of sun, mon, tue, wed, thu, fri, sat"};

/// "08:30" in minutes, up to "24:00".
std::optional<std::uint16_t> clock_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = to_number<std::uint16_t>(text.substr(0, 2));
  const auto minutes = to_number<std::uint16_t>(text.substr(3));
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  const auto time = static_cast<std::uint16_t>(*hours * 60 + *minutes);
  return time <= 24 * 60 ? std::optional(time) : std::nullopt;
}

void read_time(Fields& fields, std::string_view name, std::uint16_t& out) {
  fields.require(name);
  std::string text;
  fields.read(name, text, rule::anything);
  if (text.empty()) return;
  if (const auto time = clock_time(text)) {
    out = *time;
    return;
  }
  fields.add(Fault::Code::bad_schedule, name,
             fmt::format("\"{}\" is no time from 00:00 to 24:00.", Fields::shown(text)));
}

void read_hours(Fields& fields, OpenHours& hours) {
  std::vector<std::string> names;
  fields.read("days", names, day_rule);
  for (const std::string& name : names) {
    const auto at = static_cast<std::size_t>(std::ranges::find(days, name) - days.begin());
    if (at < days.size()) hours.days.at(at) = true;
  }
  if (names.empty()) {
    fields.add(Fault::Code::bad_schedule, "days", "Hours without a day are never open.");
  }
  const std::size_t before = fields.has("from") && fields.has("to") ? 1 : 0;
  read_time(fields, "from", hours.from);
  read_time(fields, "to", hours.to);
  if (before == 1 && hours.from == hours.to) {
    fields.add(Fault::Code::bad_schedule, "to",
               "These hours end when they begin; a whole day is from 00:00 to 24:00.");
  }
  if (hours.from == 24 * 60) {
    fields.add(Fault::Code::bad_schedule, "from", "A day begins at 00:00.");
  }
}

/// "2026-12-25" or "12-25".
std::optional<Holiday> holiday_of(std::string_view text) {
  const bool has_year = text.size() == 10 && text[4] == '-';
  if (!has_year && text.size() != 5) return std::nullopt;
  const auto year = has_year ? to_number<unsigned>(text.substr(0, 4)) : std::optional(0U);
  if (has_year) text.remove_prefix(5);
  if (text[2] != '-') return std::nullopt;
  const auto month = to_number<unsigned>(text.substr(0, 2));
  const auto day = to_number<unsigned>(text.substr(3));
  if (!year || !month || !day || (has_year && *year < 1970)) return std::nullopt;
  // Of each year: also the day that only leap years have.
  const std::chrono::year_month_day date{
      std::chrono::year(has_year ? static_cast<int>(*year) : 2024), std::chrono::month(*month),
      std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return Holiday{static_cast<int>(*year), *month, *day, {}};
}

void read_holiday(Fields& fields, Holiday& holiday) {
  std::string text;
  fields.read("date", text, rule::anything, Need::required);
  const auto date = holiday_of(text);
  if (date) holiday = *date;
  if (!date && fields.has("date")) {
    fields.add(Fault::Code::bad_schedule, "date",
               fmt::format("\"{}\" is no day, such as 2026-12-25, or 12-25 for each year.",
                           Fields::shown(text)));
  }
  fields.read("name", holiday.name, rule::name);
}

void read_schedule(Fields& fields, Schedule& schedule) {
  fields.read("id", schedule.id, rule::id, Need::required);
  fields.read("name", schedule.name, rule::name);
  fields.read("zone", schedule.zone, rule::name, Need::required);
  if (!schedule.zone.empty() && !Zone::named(schedule.zone)) {
    fields.add(
        Fault::Code::bad_schedule, "zone",
        fmt::format("\"{}\" is no time zone, such as Asia/Jakarta.", Fields::shown(schedule.zone)));
  }
  fields.read_list("open", schedule.open, read_hours);
  fields.read_list("holidays", schedule.holidays, read_holiday);
}

void read_extension(Fields& fields, Extension& extension) {
  using enum Extension::Kind;
  fields.read("number", extension.number, rule::extension, Need::required);
  fields.read("name", extension.name, rule::name);
  fields.read_word("kind", extension.kind, {lobby, door, ata, meeting_room});
}

void read_contact(Fields& fields, Contact& contact) {
  fields.read("name", contact.name, rule::name, Need::required);
  fields.read("number", contact.number, rule::number, Need::required);
  fields.read("organisation", contact.organisation, rule::name);
}

void read_reserved(Fields& fields, ReservedRange& range) {
  fields.read("first", range.first, rule::digits, Need::required);
  fields.read("last", range.last, rule::digits, Need::required);
  fields.read("why", range.why, rule::name);
  if (range.first.empty() || range.last.empty()) return;
  if (range.first.size() != range.last.size() || range.last < range.first) {
    fields.add(Fault::Code::bad_value, "last",
               "A range goes from a number to a greater one of as many digits.");
  }
}

void read_version(Fields& fields) {
  unsigned version = plan_version;
  fields.require("version");
  fields.read("version", version, {0, 1'000'000});
  if (version != plan_version) {
    fields.add(Fault::Code::unknown_version, "version",
               fmt::format("This is version {}, and only version {} is understood.", version,
                           plan_version));
  }
}

}  // namespace

Draft read_draft(const Node& tree, Faults& faults) {
  Draft draft;
  Fields fields(tree, "", faults);
  read_version(fields);
  fields.read_object("numbering", draft.numbering, read_numbering);
  fields.read_list("trunks", draft.trunks, read_trunk);
  fields.read_object("emergency", draft.emergency, read_emergency);
  fields.read_list("inbound", draft.inbound, read_inbound);
  fields.read_list("outbound", draft.outbound, read_outbound);
  fields.read_list("classes", draft.classes, read_class);
  fields.read("default_class", draft.default_class, rule::id);
  fields.read_list("caller_ids", draft.caller_ids, read_caller_id);
  fields.read_list("groups", draft.groups, read_group);
  fields.read_list("pickup_groups", draft.pickup_groups, read_pickup_group);
  fields.read_list("schedules", draft.schedules, read_schedule);
  fields.read_list("extensions", draft.extensions, read_extension);
  fields.read_list("contacts", draft.contacts, read_contact);
  fields.read_list("reserved", draft.reserved, read_reserved);
  fields.finish();
  return draft;
}

}  // namespace dering::routing
