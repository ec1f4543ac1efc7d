// SPDX-License-Identifier: Apache-2.0
#include "routing/document/fields.h"

#include <algorithm>
#include <array>

#include "directory/person.h"

namespace dering::routing {
namespace {

/// For what a later version has rules.
constexpr std::array not_yet{"menu",    "menus",     "queue", "queues",
                             "mailbox", "mailboxes", "room",  "rooms"};
constexpr std::array secrets{"secret", "password", "ha1", "key"};

/// Insertions, deletions and exchanges of one character that make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t exchanged = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({exchanged, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

/// The word that was probably meant; empty if none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  constexpr std::size_t longest_word = 40;
  if (word.size() > longest_word) return {};
  std::string_view best;
  std::size_t least = 3;
  for (const std::string_view one : words) {
    const std::size_t far = distance(word, one);
    if (far < std::min(least, one.size())) {
      least = far;
      best = one;
    }
  }
  return best;
}

}  // namespace

Fields::Fields(const Node& node, std::string path, Faults& faults)
    : node_(node),
      path_(std::move(path)),
      faults_(faults),
      is_object_(node.kind == Node::Kind::object) {
  if (!is_object_) {
    faults_.add(Fault::Code::wrong_type, path_,
                fmt::format("Here belongs an object, not {}.", name_of(node.kind)));
  }
}

std::string Fields::shown(std::string_view text) {
  return directory::one_line(text, 60);
}

void Fields::add(Fault::Code code, std::string_view name, std::string sentence) {
  faults_.add(code, fmt::format("{}/{}", path_, pointer_part(name)), std::move(sentence));
}

const Node* Fields::take(std::string_view name, Node::Kind kind) {
  known_.push_back(name);
  const Node* node = node_.member(name);
  if (!node || node->kind == kind) return node;
  add(Fault::Code::wrong_type, name,
      fmt::format("\"{}\" is {}, not {}.", name, name_of(kind), name_of(node->kind)));
  return nullptr;
}

void Fields::require(std::string_view name) {
  if (is_object_ && !node_.member(name)) {
    add(Fault::Code::missing, name, fmt::format("\"{}\" is missing.", name));
  }
}

void Fields::read(std::string_view name, std::string& out, const TextRule& rule, Need need) {
  if (need == Need::required) require(name);
  const Node* node = take(name, Node::Kind::text);
  if (!node) return;
  if (!rule.is_good(node->text)) {
    add(Fault::Code::bad_value, name,
        fmt::format("\"{}\" cannot be: {}.", shown(node->text), rule.sentence));
    return;
  }
  out = node->text;
}

void Fields::read(std::string_view name, std::vector<std::string>& out, const TextRule& rule) {
  const Node* node = take(name, Node::Kind::list);
  if (!node) return;
  for (std::size_t i = 0; i < node->items.size() && !faults_.is_full(); ++i) {
    const Node& item = node->items[i];
    const std::string path = fmt::format("{}/{}/{}", path_, pointer_part(name), i);
    if (item.kind != Node::Kind::text) {
      faults_.add(Fault::Code::wrong_type, path,
                  fmt::format("Here belongs a text, not {}.", name_of(item.kind)));
    } else if (!rule.is_good(item.text)) {
      faults_.add(Fault::Code::bad_value, path,
                  fmt::format("\"{}\" cannot be: {}.", shown(item.text), rule.sentence));
    }
    // Later faults name the place by its position, so what is wrong keeps its place.
    out.push_back(item.text);
  }
}

void Fields::read(std::string_view name, bool& out) {
  if (const Node* node = take(name, Node::Kind::truth)) out = node->truth;
}

void Fields::read(std::string_view name, unsigned& out, Range range) {
  const Node* node = take(name, Node::Kind::whole);
  if (!node) return;
  if (node->whole < range.least || node->whole > range.most) {
    add(Fault::Code::bad_value, name,
        fmt::format("{} is not between {} and {}.", node->whole, range.least, range.most));
    return;
  }
  out = static_cast<unsigned>(node->whole);
}

void Fields::finish() {
  if (!is_object_) return;
  for (const std::string& name : node_.names) {
    if (faults_.is_full()) return;
    if (std::ranges::find(known_, name) != known_.end()) continue;
    if (std::ranges::find(not_yet, name) != not_yet.end()) {
      add(Fault::Code::not_yet, name,
          fmt::format("\"{}\" is not understood yet: a later version will.", name));
    } else if (std::ranges::find(secrets, name) != secrets.end()) {
      add(Fault::Code::secret, name, "A plan holds no secrets, because many read it.");
    } else {
      const std::string_view meant = nearest(name, known_);
      add(Fault::Code::unknown_key, name,
          meant.empty()
              ? fmt::format("There is no \"{}\" here.", shown(name))
              : fmt::format("There is no \"{}\" here. Did you mean \"{}\"?", shown(name), meant));
    }
  }
}

}  // namespace dering::routing
