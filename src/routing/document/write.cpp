// SPDX-License-Identifier: Apache-2.0
#include "routing/document/write.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace dering::routing {
namespace {

void put(Node& node, std::string_view name, const std::string& text) {
  if (!text.empty()) node.put(name, Node::of(std::string_view(text)));
}
void put(Node& node, std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) node.put(name, Node::of(texts));
}
void put_if(Node& node, std::string_view name, bool truth) {
  if (truth) node.put(name, Node::of(true));
}
void put_number(Node& node, std::string_view name, unsigned number, unsigned usual) {
  if (number != usual) node.put(name, Node::of(static_cast<std::int64_t>(number)));
}
void put_word(Node& node, std::string_view name, std::string_view word) {
  node.put(name, Node::of(word));
}
template <typename Entry, typename ToNode>
void put_list(Node& node, std::string_view name, const std::vector<Entry>& entries,
              const ToNode& to_node) {
  if (entries.empty()) return;
  Node list = Node::list();
  for (const Entry& entry : entries) list.items.push_back(to_node(entry));
  node.put(name, std::move(list));
}

Node node_of(const Target& target) {
  Node node = Node::object();
  if (target.kind == Target::Kind::dialled) {
    node.put(
        "dialled",
        Node::of(static_cast<std::int64_t>(to_number<std::uint32_t>(target.value).value_or(0))));
  } else if (target.value.empty()) {
    put_if(node, name_of(target.kind), true);
  } else {
    put(node, name_of(target.kind), target.value);
  }
  put(node, "class", target.permission_class);
  return node;
}
void put(Node& node, std::string_view name, const Target& target) {
  if (target.kind != Target::Kind::none) node.put(name, node_of(target));
}
void put(Node& node, const Members& members) {
  put(node, "people", members.people);
  put(node, "units", members.units);
  put(node, "extensions", members.extensions);
}

Node node_of(const Numbering& numbering) {
  const Numbering usual;
  Node node = Node::object();
  if (numbering.country != usual.country) put(node, "country", numbering.country);
  if (numbering.trunk_prefix != usual.trunk_prefix) {
    node.put("trunk_prefix", Node::of(std::string_view(numbering.trunk_prefix)));
  }
  put(node, "area", numbering.area);
  if (numbering.international_prefixes != usual.international_prefixes) {
    node.put("international_prefixes", Node::of(numbering.international_prefixes));
  }
  put_number(node, "longest_local", numbering.longest_local, usual.longest_local);
  put_number(node, "national_length", numbering.national_length, usual.national_length);
  return node;
}

Node node_of(const Trunk& trunk) {
  Node node = Node::object();
  put(node, "id", trunk.id);
  put(node, "name", trunk.name);
  put(node, "servers", trunk.servers);
  put_word(node, "transport", name_of(trunk.transport));
  put_if(node, "registers", trunk.registers);
  put(node, "username", trunk.username);
  put(node, "sources", trunk.sources);
  put_word(node, "numbers", name_of(trunk.numbers));
  put_number(node, "channels", trunk.channels, Trunk().channels);
  return node;
}

Node node_of(const Emergency& emergency) {
  Node node = Node::object();
  put(node, "numbers", emergency.numbers);
  put(node, "trunks", emergency.trunks);
  put(node, "caller_id", emergency.caller_id);
  return node;
}

Node node_of(const InboundRoute& route) {
  Node node = Node::object();
  put(node, "id", route.id);
  put(node, "trunks", route.trunks);
  put(node, "called", route.called);
  put(node, "caller", route.caller);
  put(node, "schedule", route.schedule);
  put(node, "to", route.to);
  put(node, "closed", route.closed);
  return node;
}

Node node_of(const DialPattern& pattern) {
  Node node = Node::object();
  put(node, "match", pattern.match);
  put_number(node, "strip", pattern.strip, 0);
  put(node, "prepend", pattern.prepend);
  return node;
}

Node node_of(const OutboundRoute& route) {
  Node node = Node::object();
  put(node, "id", route.id);
  put(node, "name", route.name);
  put_list(node, "patterns", route.patterns,
           [](const DialPattern& pattern) { return node_of(pattern); });
  put(node, "trunks", route.trunks);
  put_if(node, "shows_extension", route.shows_extension);
  return node;
}

Node node_of(const PermissionClass& permissions) {
  Node node = Node::object();
  put(node, "id", permissions.id);
  put(node, "name", permissions.name);
  put(node, "routes", permissions.routes);
  put(node, "countries", permissions.countries);
  put(node, permissions.members);
  return node;
}

Node node_of(const CallerIdRule& rule) {
  Node node = Node::object();
  put(node, "id", rule.id);
  put_word(node, "shows", name_of(rule.shows));
  put(node, "number", rule.number);
  put(node, rule.members);
  return node;
}

Node node_of(const RingGroup& group) {
  Node node = Node::object();
  put(node, "id", group.id);
  put(node, "name", group.name);
  put(node, "number", group.number);
  put_word(node, "order", name_of(group.order));
  put_number(node, "ring_seconds", group.ring_seconds, RingGroup().ring_seconds);
  put_list(node, "members", group.members, [](const Target& target) { return node_of(target); });
  put(node, "then", group.then);
  return node;
}

Node node_of(const PickupGroup& group) {
  Node node = Node::object();
  put(node, "id", group.id);
  put(node, "name", group.name);
  put(node, group.members);
  return node;
}

Node node_of(const OpenHours& hours) {
  constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  std::vector<std::string> days;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (hours.days.at(i)) days.emplace_back(names.at(i));
  }
  Node node = Node::object();
  put(node, "days", days);
  put(node, "from", fmt::format("{:02}:{:02}", hours.from / 60, hours.from % 60));
  put(node, "to", fmt::format("{:02}:{:02}", hours.to / 60, hours.to % 60));
  return node;
}

Node node_of(const Holiday& holiday) {
  Node node = Node::object();
  put(node, "date", text_of(holiday));
  put(node, "name", holiday.name);
  return node;
}

Node node_of(const Schedule& schedule) {
  Node node = Node::object();
  put(node, "id", schedule.id);
  put(node, "name", schedule.name);
  put(node, "zone", schedule.zone);
  put_list(node, "open", schedule.open, [](const OpenHours& hours) { return node_of(hours); });
  put_list(node, "holidays", schedule.holidays,
           [](const Holiday& holiday) { return node_of(holiday); });
  return node;
}

Node node_of(const Extension& extension) {
  Node node = Node::object();
  put(node, "number", extension.number);
  put(node, "name", extension.name);
  put_word(node, "kind", name_of(extension.kind));
  return node;
}

Node node_of(const Contact& contact) {
  Node node = Node::object();
  put(node, "name", contact.name);
  put(node, "number", contact.number);
  put(node, "organisation", contact.organisation);
  return node;
}

Node node_of(const ReservedRange& range) {
  Node node = Node::object();
  put(node, "first", range.first);
  put(node, "last", range.last);
  put(node, "why", range.why);
  return node;
}

}  // namespace

Node tree_of(const Draft& draft) {
  const auto to_node = [](const auto& entry) { return node_of(entry); };
  Node node = Node::object();
  node.put("version", Node::of(static_cast<std::int64_t>(plan_version)));
  if (draft.numbering != Numbering()) node.put("numbering", node_of(draft.numbering));
  put_list(node, "trunks", draft.trunks, to_node);
  if (draft.emergency != Emergency()) node.put("emergency", node_of(draft.emergency));
  put_list(node, "inbound", draft.inbound, to_node);
  put_list(node, "outbound", draft.outbound, to_node);
  put_list(node, "classes", draft.classes, to_node);
  put(node, "default_class", draft.default_class);
  put_list(node, "caller_ids", draft.caller_ids, to_node);
  put_list(node, "groups", draft.groups, to_node);
  put_list(node, "pickup_groups", draft.pickup_groups, to_node);
  put_list(node, "schedules", draft.schedules, to_node);
  put_list(node, "extensions", draft.extensions, to_node);
  put_list(node, "contacts", draft.contacts, to_node);
  put_list(node, "reserved", draft.reserved, to_node);
  return node;
}

std::string document_of(const Draft& draft) {
  return text_of(tree_of(draft));
}

}  // namespace dering::routing
