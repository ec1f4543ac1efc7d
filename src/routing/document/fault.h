// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dering::routing {

/// What is wrong with a plan's document, at one place.
struct Fault {
  enum class Code : std::uint8_t {
    not_json,       ///< or not UTF-8
    too_big,        ///< more bytes, levels or entries than a plan may have
    duplicate_key,  ///< one name twice in an object
    unknown_key,    ///< a name that the schema does not have
    not_yet,        ///< a name for what this version does not do yet
    secret,         ///< passwords stand elsewhere
    missing,
    wrong_type,  ///< a number where a text belongs
    bad_value,   ///< of the right type, and out of range or malformed
    bad_pattern,
    unknown_version,
    duplicate,        ///< two entries of one name
    dangling,         ///< names an entry or a person that is not there
    taken,            ///< a number that somebody or something else has
    reserved,         ///< a number that another exchange has
    unreachable,      ///< no call gets there
    ambiguous,        ///< two rules for the same calls, and none is narrower
    circle,           ///< ring groups that follow each other for ever
    bad_schedule,     ///< hours or days that cannot be, or a zone that is not known
    hides_emergency,  ///< emergency numbers would not be reached
  };
  Code code;
  std::string path;      ///< JSON pointer (RFC 6901): "/outbound/2/patterns/0/match"
  std::string sentence;  ///< in English, with a capital and a full stop

  bool operator==(const Fault&) const = default;
};
std::string_view name_of(Fault::Code code);  ///< "unknown_key"

/// All that is wrong, up to a number that people can read.
class Faults {
 public:
  static constexpr std::size_t most = 1000;

  void add(Fault::Code code, std::string path, std::string sentence) {
    if (!is_full()) all_.push_back({code, std::move(path), std::move(sentence)});
  }
  bool is_full() const { return all_.size() >= most; }
  bool is_empty() const { return all_.empty(); }
  std::vector<Fault> take() { return std::move(all_); }

 private:
  std::vector<Fault> all_;
};

}  // namespace dering::routing
