// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/instant.h"
#include "directory/person.h"
#include "store/parts.h"

// Only for the store's own .cpp files.
namespace dering::store {

/// The rows of external issuers' people: finds, adds and follows one at a time, with statements
/// that stay prepared. Works inside the caller's transaction, and throws as SOCI does.
class People {
 public:
  explicit People(soci::session& sql);

  /// Who speaks: a token is silent about what it does not carry, and never lets a disabled user
  /// in; a sync is the whole truth.
  enum class Voice : std::uint8_t { token, sync };
  enum class Change : std::uint8_t { none, followed, added, enabled, is_disabled, range_full };
  struct Outcome {
    Change change = Change::none;
    directory::User user;
  };
  Outcome take(const directory::Person& tidy, const directory::NumberPlan& plan, Voice voice,
               UnixSeconds now);

  /// After a rollback: what was learnt about free numbers may be wrong.
  void forget() { next_number_.clear(); }

 private:
  struct Row {
    long long id = 0;
    std::string issuer;
    std::string subject;
    std::string username;
    std::string display_name;
    std::string unit;
    std::string extension;
    int enabled = 1;
    long long created_at = 0;
  };

  bool find(const directory::Person& person);
  bool insert_as(std::string extension);
  Change add(const directory::Person& person, const directory::NumberPlan& plan, UnixSeconds now);
  Change follow(const directory::Person& person, const directory::NumberPlan& plan, Voice voice);

  Row row_;  ///< what the statements read from and write to
  soci::statement find_;
  soci::statement insert_;
  soci::statement update_;
  /// Where to look for the next free number of an issuer and a range's start. Only ever too low,
  /// because no number becomes free again.
  std::map<std::pair<std::string, unsigned>, std::uint64_t> next_number_;
};

}  // namespace dering::store
