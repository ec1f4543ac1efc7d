// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "directory/directory.h"

namespace dering::sim {

/// Every call that a phone tried, what its user was told, and what the switchboard wrote down.
class Ledger {
 public:
  using AttemptId = std::size_t;

  AttemptId open(std::string caller, std::string callee);
  /// "answered", the word of the outcome, or a bare status for what never became a call.
  void close(AttemptId id, std::string word);
  /// The phone lost its memory or its connection: nobody knows what it was told.
  void give_up(AttemptId id);
  void write(const directory::CallRecord& record) { records_.push_back(record); }

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
  };

  std::vector<Attempt> attempts_;
  std::vector<directory::CallRecord> records_;
};

}  // namespace dering::sim
