// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routing/document/fault.h"

namespace dering::routing {

/// A JSON value (RFC 8259) with the members of objects in their order.
struct Node {
  enum class Kind : std::uint8_t { null, truth, whole, fraction, text, list, object };
  Kind kind = Kind::null;
  bool truth = false;
  std::int64_t whole = 0;
  std::string text{};
  std::vector<std::string> names{};  ///< of an object's members
  std::vector<Node> items{};         ///< of a list; of an object, beside their names

  bool operator==(const Node&) const = default;
  const Node* member(std::string_view name) const;

  static Node of(std::string_view text);
  static Node of(std::int64_t whole);
  static Node of(bool truth);
  static Node of(const std::vector<std::string>& texts);
  static Node object() { return with_kind(Kind::object); }
  static Node list() { return with_kind(Kind::list); }
  Node& put(std::string_view name, Node value);

 private:
  static Node with_kind(Kind kind) {
    Node node;
    node.kind = kind;
    return node;
  }
};
std::string_view name_of(Node::Kind kind);  ///< "a text"

inline constexpr std::size_t most_plan_bytes = 10U << 20;
inline constexpr std::size_t most_plan_depth = 8;
inline constexpr std::size_t most_plan_values = 200'000;
inline constexpr std::size_t most_members = 64;  ///< of one object

/// The value that is the whole text, or nothing with the faults. Each name that is there twice is
/// told, and the first one is kept.
std::optional<Node> parse_tree(std::string_view text, Faults& faults);

/// As JSON of two blanks a level, with a line end at the end. Lists of texts stand on one line.
std::string text_of(const Node& node);

/// A name as part of a JSON pointer (RFC 6901 §3).
std::string pointer_part(std::string_view name);

}  // namespace dering::routing
