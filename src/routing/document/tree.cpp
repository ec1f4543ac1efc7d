// SPDX-License-Identifier: Apache-2.0
#include "routing/document/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "base/text.h"

namespace dering::routing {
namespace {

using boost::json::error_code;

/// Takes what the parser reads. A node is finished when it is put into the one around it.
class Builder {
 public:
  static constexpr std::size_t max_object_size = most_members;
  static constexpr std::size_t max_array_size = most_plan_values;
  static constexpr std::size_t max_key_size = 200;
  static constexpr std::size_t max_string_size = 4000;

  explicit Builder(Faults& faults) : faults_(faults) {}
  Node& whole() { return whole_; }
  bool is_too_big() const { return values_ > most_plan_values; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& failed) { return begin(Node::object(), failed); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code& failed) { return begin(Node::list(), failed); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(boost::json::string_view part, std::size_t, error_code&) { return gather(part); }
  bool on_key(boost::json::string_view part, std::size_t, error_code&) {
    gather(part);
    Frame& frame = frames_.back();
    const auto& names = frame.node.names;
    frame.is_twice = std::ranges::find(names, gathered_) != names.end();
    frame.name = std::move(gathered_);
    gathered_.clear();
    if (frame.is_twice) {
      faults_.add(Fault::Code::duplicate_key, path(),
                  fmt::format("\"{}\" stands here twice.", frame.name));
    }
    return true;
  }
  bool on_string_part(boost::json::string_view part, std::size_t, error_code&) {
    return gather(part);
  }
  bool on_string(boost::json::string_view part, std::size_t, error_code& failed) {
    gather(part);
    Node node = Node::of(gathered_);
    gathered_.clear();
    return put(std::move(node), failed);
  }
  bool on_number_part(boost::json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, boost::json::string_view, error_code& failed) {
    return put(Node::of(number), failed);
  }
  bool on_uint64(std::uint64_t, boost::json::string_view, error_code& failed) {
    return put(fraction(), failed);
  }
  bool on_double(double, boost::json::string_view, error_code& failed) {
    return put(fraction(), failed);
  }
  bool on_bool(bool truth, error_code& failed) { return put(Node::of(truth), failed); }
  bool on_null(error_code& failed) { return put(Node(), failed); }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }

 private:
  /// An object or list that is not finished.
  struct Frame {
    Node node;
    std::string name{};  ///< of the member that comes next
    bool is_twice = false;
  };

  static Node fraction() {
    Node node;
    node.kind = Node::Kind::fraction;
    return node;
  }
  bool gather(boost::json::string_view part) {
    gathered_.append(part.data(), part.size());
    return true;
  }
  std::string path() const {
    std::string text;
    for (const Frame& frame : frames_) {
      text += '/';
      text += frame.node.kind == Node::Kind::list ? std::to_string(frame.node.items.size())
                                                  : pointer_part(frame.name);
    }
    return text;
  }
  bool count(error_code& failed) {
    if (++values_ <= most_plan_values) return true;
    failed = boost::json::error::array_too_large;
    return false;
  }
  bool begin(Node node, error_code& failed) {
    if (!count(failed)) return false;
    frames_.push_back({std::move(node)});
    return true;
  }
  bool end() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    keep(std::move(node));
    return true;
  }
  bool put(Node node, error_code& failed) {
    if (!count(failed)) return false;
    keep(std::move(node));
    return true;
  }
  void keep(Node node) {
    if (frames_.empty()) {
      whole_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::object) {
      if (frame.is_twice) return;
      frame.node.names.push_back(std::move(frame.name));
    }
    frame.node.items.push_back(std::move(node));
  }

  Faults& faults_;
  Node whole_;
  std::vector<Frame> frames_;
  std::string gathered_;
  std::size_t values_ = 0;
};

/// "line 3, column 14"
std::string place_in(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? at + 1 : at - start;
  return fmt::format("line {}, column {}", lines + 1, column);
}

bool is_about_size(const error_code& failed) {
  using boost::json::error;
  return failed == error::too_deep || failed == error::array_too_large ||
         failed == error::object_too_large || failed == error::key_too_large ||
         failed == error::string_too_large;
}

void write(const Node& node, std::size_t level, std::string& out);

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

void write_items(const Node& node, std::size_t level, std::string& out) {
  const bool is_object = node.kind == Node::Kind::object;
  const bool is_short = !is_object && std::ranges::all_of(node.items, [](const Node& item) {
    return item.kind == Node::Kind::text;
  });
  out += is_object ? '{' : '[';
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += is_short ? ", " : ",";
    if (!is_short) out += '\n' + std::string(2 * (level + 1), ' ');
    if (is_object) out += quoted(node.names[i]) + ": ";
    write(node.items[i], level + 1, out);
  }
  if (!is_short && !node.items.empty()) out += '\n' + std::string(2 * level, ' ');
  out += is_object ? '}' : ']';
}

void write(const Node& node, std::size_t level, std::string& out) {
  switch (node.kind) {
    case Node::Kind::null:
    case Node::Kind::fraction:
      out += "null";
      return;
    case Node::Kind::truth:
      out += node.truth ? "true" : "false";
      return;
    case Node::Kind::whole:
      out += std::to_string(node.whole);
      return;
    case Node::Kind::text:
      out += quoted(node.text);
      return;
    case Node::Kind::list:
    case Node::Kind::object:
      write_items(node, level, out);
  }
}

}  // namespace

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::truth:
      return "true or false";
    case Node::Kind::whole:
      return "a whole number";
    case Node::Kind::fraction:
      return "a number";
    case Node::Kind::text:
      return "a text";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::object:
      return "an object";
  }
  return "";
}

const Node* Node::member(std::string_view name) const {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

Node Node::of(std::string_view text) {
  Node node = with_kind(Kind::text);
  node.text = text;
  return node;
}
Node Node::of(std::int64_t whole) {
  Node node = with_kind(Kind::whole);
  node.whole = whole;
  return node;
}
Node Node::of(bool truth) {
  Node node = with_kind(Kind::truth);
  node.truth = truth;
  return node;
}
Node Node::of(const std::vector<std::string>& texts) {
  Node node = list();
  for (const std::string& one : texts) node.items.push_back(of(std::string_view(one)));
  return node;
}
Node& Node::put(std::string_view name, Node value) {
  names.emplace_back(name);
  items.push_back(std::move(value));
  return *this;
}

std::optional<Node> parse_tree(std::string_view text, Faults& faults) {
  if (text.size() > most_plan_bytes) {
    faults.add(Fault::Code::too_big, "", "A plan has 10 MB at most.");
    return std::nullopt;
  }
  boost::json::parse_options options;
  options.max_depth = most_plan_depth;
  boost::json::basic_parser<Builder> parser(options, faults);
  error_code failed;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failed);
  if (!failed && trimmed(text.substr(read)).find_first_not_of("\r\n") != std::string_view::npos) {
    failed = boost::json::error::extra_data;
  }
  if (!failed) return std::move(parser.handler().whole());
  const bool is_big = is_about_size(failed);
  faults.add(is_big ? Fault::Code::too_big : Fault::Code::not_json, "",
             fmt::format("{} at {}: {}.",
                         is_big ? "This has more levels, entries or characters than a plan may have"
                                : "This is no JSON",
                         place_in(text, read), failed.message()));
  return std::nullopt;
}

std::string text_of(const Node& node) {
  std::string out;
  write(node, 0, out);
  return out + '\n';
}

std::string pointer_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (c == '~') {
      part += "~0";
    } else if (c == '/') {
      part += "~1";
    } else {
      part += c;
    }
  }
  return part;
}

}  // namespace dering::routing
