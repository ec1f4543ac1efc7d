// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

// How an issuer describes people, and which number and department Dering gives them.
namespace dering::directory {

/// What a token or a sync says of somebody. From outside: tidied() before it is kept.
struct Person {
  std::string issuer;  ///< its URL; never empty, because the built-in provider has accounts
  std::string subject;
  std::string username;
  std::string display_name;         ///< UTF-8
  std::vector<std::string> groups;  ///< full paths, "/Fakultas Teknik/Sipil"
  std::string extension;            ///< the issuer's wish; usually empty
};

/// Both ends belong to it.
struct NumberRange {
  unsigned first = 0;
  unsigned last = 0;

  bool operator==(const NumberRange&) const = default;
};

/// What members of a group get. A member of /A/B is a member of /A.
struct GroupRule {
  std::string path;
  std::string unit;  ///< empty: says nothing about it
  std::optional<NumberRange> extensions;
};

/// Which numbers an issuer's people get. The first rule that matches and says something about the
/// unit decides the unit; likewise the range.
struct NumberPlan {
  NumberRange usual{1001, 9999};
  std::vector<GroupRule> groups;
};

/// Of well-formed UTF-8: without control characters and those that turn the direction of writing,
/// blanks as single spaces and none at the ends, cut before the character that does not fit into so
/// many bytes.
std::string one_line(std::string_view text, std::size_t longest);

/// True when the group is that one or below it. Paths are compared by whole segments.
bool is_within(std::string_view group, std::string_view path);

NumberRange range_for(const NumberPlan& plan, const std::vector<std::string>& groups);
std::string unit_for(const NumberPlan& plan, const std::vector<std::string>& groups);

/// Digits only, 2 to 15 of them: what an issuer may wish for. (So it is never a feature code.)
bool is_extension(std::string_view text);

/// The person with text that is fit for pages, logs and SIP header fields: one line, bounded, no
/// control characters, nor those that turn the direction of writing; at most 64 groups; no
/// extension that is none. Nothing if the text is not UTF-8, or if issuer or subject are not usable
/// as they are: those two are never altered.
std::optional<Person> tidied(const Person& person);

/// The name that others see: the display name, else the user name, else the subject's start. Of a
/// tidied person.
std::string shown_name(const Person& person);

/// All people of one issuer, as it told them.
struct Population {
  std::string issuer;
  std::vector<Person> people;
  std::int64_t as_of = 0;  ///< Unix seconds, when the reading began: later arrivals are not missing
  bool is_forced = false;  ///< even if it disables more than half of the people
};

/// What became of a person who showed a good token.
struct Provisioned {
  enum class Outcome : std::uint8_t {
    unchanged,
    changed,     ///< another name or unit than before
    added,       ///< seen for the first time
    disabled,    ///< known, and not welcome: refuse
    range_full,  ///< no number is left for them: refuse
    malformed,   ///< tidied() gave nothing: refuse
  };
  Outcome outcome = Outcome::malformed;
  User user;  ///< with a number; empty when range_full or malformed

  bool is_welcome() const {
    return outcome == Outcome::unchanged || outcome == Outcome::changed ||
           outcome == Outcome::added;
  }
  /// Whether the directory has to follow.
  bool is_news() const { return outcome == Outcome::changed || outcome == Outcome::added; }
};
std::string_view name_of(Provisioned::Outcome outcome);

/// What one sync did, in people.
struct Reconciled {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t enabled = 0;   ///< had been missing and returned
  std::size_t disabled = 0;  ///< are missing
  std::size_t unchanged = 0;
  std::size_t refused = 0;  ///< malformed, or no number was left for them

  bool is_news() const { return added + changed + enabled + disabled > 0; }
  bool operator==(const Reconciled&) const = default;
};

/// Where the sync of one issuer stands, for the API.
struct SyncState {
  enum class Phase : std::uint8_t { idle, running, failed };
  std::string issuer;
  Phase phase = Phase::idle;
  std::int64_t started_at = 0;   ///< Unix seconds, of the one that runs or ran last; 0: never
  std::int64_t finished_at = 0;  ///< Unix seconds; 0: never
  Reconciled done;               ///< of the last one that succeeded
  std::string error;             ///< why the last one failed; empty if it did not
};
std::string_view name_of(SyncState::Phase phase);  ///< "idle", "running", "failed"

}  // namespace dering::directory
