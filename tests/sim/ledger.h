// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "directory/directory.h"

namespace dering::sim {

/// Every call that a phone tried, what its user was told, and what the switchboard wrote down.
class Ledger {
 public:
  using AttemptId = std::size_t;
  enum class Kind : std::uint8_t {
    call,
    /// Of a call that is there already, ringing, talking or parked: no record of its own where that
    /// comes to pass.
    pickup,
  };

  AttemptId open(std::string caller, std::string callee, Kind kind = Kind::call);
  /// "answered", the word of the outcome, or a bare status for what never became a call.
  void close(AttemptId id, std::string word);
  /// The phone lost its memory or its connection: nobody knows what it was told.
  void give_up(AttemptId id);
  void write(const directory::CallRecord& record) { records_.push_back(record); }
  /// Whether somebody who was sent on to that number, or parked, has a record for it.
  enum class Certainty : std::uint8_t { must, may };
  void expect_sent_on(std::string number, Certainty certainty) {
    sent_on_.emplace_back(std::move(number), certainty);
  }

  const std::vector<directory::CallRecord>& records() const { return records_; }
  /// One sentence for each attempt without exactly one outcome and each outcome without exactly one
  /// record.
  std::vector<std::string> faults() const;
  std::size_t attempts() const { return attempts_.size(); }

 private:
  struct Attempt {
    std::string caller;
    std::string callee;
    std::string word;  ///< empty: still open
    int outcomes = 0;
    bool is_given_up = false;
    Kind kind = Kind::call;
  };
  /// What no attempt has claimed yet.
  struct Left {
    std::vector<directory::CallRecord> records;
    std::vector<directory::CallRecord> sent_on;  ///< of calls that a transfer or parking made
    std::vector<directory::CallStay> pickups;
  };
  Left all() const;
  static bool take(const Attempt& attempt, Left& left);
  static void judge(const Attempt& attempt, Left& left, std::vector<std::string>& faults);
  void judge_sent_on(Left& left, std::vector<std::string>& faults) const;

  std::vector<Attempt> attempts_;
  std::vector<directory::CallRecord> records_;
  std::vector<std::pair<std::string, Certainty>> sent_on_;
};

}  // namespace dering::sim
