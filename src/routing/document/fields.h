// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "routing/document/fault.h"
#include "routing/document/tree.h"

namespace dering::routing {

/// What a text must be, and the sentence for one that is not.
struct TextRule {
  bool (*is_good)(std::string_view);
  std::string_view sentence;  ///< "An id is …"
};
enum class Need : bool { optional, required };
struct Range {
  unsigned least;
  unsigned most;
};

/// Reads one object of a plan's document, and tells what is wrong with it. What was asked for is
/// what the object may have: finish() tells the rest.
class Fields {
 public:
  Fields(const Node& node, std::string path, Faults& faults);

  const std::string& path() const { return path_; }
  Faults& faults() const { return faults_; }
  bool has(std::string_view name) const { return node_.member(name) != nullptr; }

  void read(std::string_view name, std::string& out, const TextRule& rule,
            Need need = Need::optional);
  void read(std::string_view name, std::vector<std::string>& out, const TextRule& rule);
  void read(std::string_view name, bool& out);
  void read(std::string_view name, unsigned& out, Range range);
  /// One of some words, which name_of() knows.
  template <typename Enum>
  void read_word(std::string_view name, Enum& out, std::initializer_list<Enum> words) {
    const Node* node = take(name, Node::Kind::text);
    if (!node) return;
    std::string known;
    for (const Enum word : words) {
      if (node->text == name_of(word)) {
        out = word;
        return;
      }
      known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", name_of(word));
    }
    add(Fault::Code::bad_value, name,
        fmt::format("\"{}\" is none of {}.", shown(node->text), known));
  }
  /// A list of objects.
  template <typename Entry>
  void read_list(std::string_view name, std::vector<Entry>& out,
                 void (*read_entry)(Fields&, Entry&)) {
    const Node* node = take(name, Node::Kind::list);
    if (!node) return;
    for (std::size_t i = 0; i < node->items.size() && !faults_.is_full(); ++i) {
      Fields fields(node->items[i], fmt::format("{}/{}/{}", path_, pointer_part(name), i), faults_);
      Entry entry;
      read_entry(fields, entry);
      fields.finish();
      out.push_back(std::move(entry));
    }
  }
  template <typename Entry>
  void read_object(std::string_view name, Entry& out, void (*read_entry)(Fields&, Entry&)) {
    const Node* node = take(name, Node::Kind::object);
    if (!node) return;
    Fields fields(*node, fmt::format("{}/{}", path_, pointer_part(name)), faults_);
    read_entry(fields, out);
    fields.finish();
  }
  void require(std::string_view name);
  /// Without a fault for its absence; with one for another kind.
  const Node* take(std::string_view name, Node::Kind kind);
  void add(Fault::Code code, std::string_view name, std::string sentence);
  void finish();

  /// As much of a text from outside as a sentence can bear, on one line.
  static std::string shown(std::string_view text);

 private:
  const Node& node_;
  std::string path_;
  Faults& faults_;
  std::vector<std::string_view> known_;
  bool is_object_;
};

}  // namespace dering::routing
