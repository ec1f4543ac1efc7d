// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "routing/document/write.h"

namespace dering::routing {
namespace {

/// By what an entry of a list is known; empty if it has nothing of the kind.
std::string name_of_entry(const Node& entry) {
  for (const char* key : {"id", "number", "match", "date", "first"}) {
    const Node* name = entry.member(key);
    if (name && name->kind == Node::Kind::text) return name->text;
  }
  return {};
}

/// The whole value on one line: "08., strip 1".
std::string line_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
    case Node::Kind::fraction:
      return "nothing";
    case Node::Kind::truth:
      return node.truth ? "yes" : "no";
    case Node::Kind::whole:
      return std::to_string(node.whole);
    case Node::Kind::text:
      return node.text.empty() ? "nothing" : node.text;
    case Node::Kind::list:
    case Node::Kind::object:
      break;
  }
  std::string line;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) line += ", ";
    if (node.kind == Node::Kind::object) line += node.names[i] + " ";
    const bool is_deep = node.items[i].kind == Node::Kind::object;
    line += is_deep ? "(" + line_of(node.items[i]) + ")" : line_of(node.items[i]);
  }
  return line.empty() ? "nothing" : line;
}

bool is_named_list(const Node& node) {
  return node.kind == Node::Kind::list && !node.items.empty() &&
         std::ranges::all_of(node.items, [](const Node& item) {
           return item.kind == Node::Kind::object && !name_of_entry(item).empty();
         });
}

void compare(const std::string& where, const Node& older, const Node& newer,
             std::vector<std::string>& lines);

void compare_entries(const std::string& where, const Node& older, const Node& newer,
                     std::vector<std::string>& lines) {
  std::unordered_map<std::string, const Node*> before;
  for (const Node& entry : older.items) before.emplace(name_of_entry(entry), &entry);
  std::unordered_set<std::string> now;
  for (const Node& entry : newer.items) {
    const std::string name = name_of_entry(entry);
    now.insert(name);
    const auto found = before.find(name);
    if (found != before.end()) {
      compare(fmt::format("{} {}", where, name), *found->second, entry, lines);
    } else {
      lines.push_back(fmt::format("+ {} {}: {}", where, name, line_of(entry)));
    }
  }
  for (const Node& entry : older.items) {
    const std::string name = name_of_entry(entry);
    if (!now.contains(name)) lines.push_back(fmt::format("- {} {}", where, name));
  }
}

void compare_members(const std::string& where, const Node& older, const Node& newer,
                     std::vector<std::string>& lines) {
  const auto below = [&](const std::string& name) {
    return where.empty() ? name : where + ", " + name;
  };
  for (std::size_t i = 0; i < older.names.size(); ++i) {
    const Node* other = newer.member(older.names[i]);
    compare(below(older.names[i]), older.items[i], other ? *other : Node(), lines);
  }
  for (std::size_t i = 0; i < newer.names.size(); ++i) {
    if (!older.member(newer.names[i]))
      compare(below(newer.names[i]), Node(), newer.items[i], lines);
  }
}

void compare(const std::string& where, const Node& older, const Node& newer,
             std::vector<std::string>& lines) {
  if (older == newer) return;
  const auto is_nothing = [](const Node& node) { return node.kind == Node::Kind::null; };
  const std::size_t so_far = lines.size();
  if ((is_named_list(older) || is_nothing(older)) && (is_named_list(newer) || is_nothing(newer))) {
    compare_entries(where, older, newer, lines);
    if (lines.size() == so_far) lines.push_back(fmt::format("{}: another order", where));
  } else if (older.kind == Node::Kind::object && newer.kind == Node::Kind::object) {
    compare_members(where, older, newer, lines);
  } else {
    lines.push_back(fmt::format("{}: {} → {}", where, line_of(older), line_of(newer)));
  }
}

}  // namespace

std::vector<std::string> difference(const Draft& older, const Draft& newer) {
  std::vector<std::string> lines;
  compare("", tree_of(older), tree_of(newer), lines);
  return lines;
}

}  // namespace dering::routing
