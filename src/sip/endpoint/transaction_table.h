// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/give_back.h"
#include "base/keyed_hash.h"
#include "base/table_size.h"
#include "base/timer_queue.h"
#include "sip/flow.h"

namespace dering::sip {

/// What a TransactionTable writes on each of its transactions.
template <class IdType>
struct TableEntry {
  using Id = IdType;

  Id id;
  Fingerprint key;
  Flow flow;
  std::optional<Instant> wakes_at;  ///< when the table's timer for it fires
};

/// Owns the transactions of one side: found by id, by key, by connection and by deadline.
/// `Transaction` is a TableEntry with is_over() and next_deadline(). Pointers to a transaction hold
/// until it is removed. Signalling thread only.
template <class Transaction>
class TransactionTable {
 public:
  using Id = typename Transaction::Id;

  /// The key must be free.
  Transaction& add(const Fingerprint& key, const Flow& flow, Transaction transaction) {
    const Id id{++last_id_};
    Transaction& added = by_id_.emplace(id, std::move(transaction)).first->second;
    added.id = id;
    added.key = key;
    added.flow = flow;
    DERING_CHECK(by_key_.emplace(key, &added).second);
    if (is_reliable(flow.transport)) by_connection_.emplace(flow.connection, id);
    return added;
  }

  Transaction* find(Id id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
  }
  Transaction* find(const Fingerprint& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
  }
  /// Oldest first.
  std::vector<Id> on_connection(std::uint64_t connection) const {
    std::vector<Id> ids;
    for (auto it = by_connection_.lower_bound({connection, Id{}});
         it != by_connection_.end() && it->first == connection; ++it) {
      ids.push_back(it->second);
    }
    return ids;
  }

  // -- those whose connection is gone
  /// Keeps one until its phone is back on another connection, or its time is over.
  void strand(const Transaction& transaction) { stranded_.insert(transaction.id); }
  bool is_stranded(const Transaction& transaction) const {
    return stranded_.contains(transaction.id);
  }
  std::size_t stranded_count() const { return stranded_.size(); }
  Transaction& oldest_stranded() { return by_id_.at(*stranded_.begin()); }
  /// It belongs to this connection from now on, and is found under this key, if that is free.
  void move(Transaction& transaction, const Fingerprint& key, const Flow& flow) {
    stranded_.erase(transaction.id);
    leave_connection(transaction);
    transaction.flow = flow;
    if (is_reliable(flow.transport)) by_connection_.emplace(flow.connection, transaction.id);
    if (key == transaction.key || !by_key_.emplace(key, &transaction).second) return;
    by_key_.erase(transaction.key);
    transaction.key = key;
  }

  /// To be called when an input may have changed the next deadline.
  void schedule(Transaction& transaction) {
    const std::optional<Instant> deadline = transaction.next_deadline();
    if (!deadline || (transaction.wakes_at && *transaction.wakes_at <= *deadline)) return;
    timers_.add(*deadline, {transaction.id, *deadline});
    transaction.wakes_at = deadline;
  }
  /// A transaction whose timer has fired: give it the time, then schedule() or remove() it.
  Transaction* take_due(Instant now) {
    while (const std::optional<Wake> wake = timers_.take_due(now)) {
      Transaction* transaction = find(wake->id);
      if (!transaction || transaction->wakes_at != wake->at) continue;
      transaction->wakes_at.reset();
      return transaction;
    }
    return nullptr;
  }
  std::optional<Instant> next_deadline() const { return timers_.next(); }

  void remove(const Transaction& transaction) {
    by_key_.erase(transaction.key);
    stranded_.erase(transaction.id);
    leave_connection(transaction);
    by_id_.erase(transaction.id);
    give_back_buckets(by_key_);
    give_back_buckets(by_id_);
  }

  std::size_t size() const { return by_id_.size(); }
  void list(TableSizes& out) const {
    out.insert(out.end(), {{"transactions", by_id_.size()},
                           {"transaction keys", by_key_.size()},
                           {"transactions by connection", by_connection_.size()},
                           {"transactions without a connection", stranded_.size()},
                           {"transaction timers", timers_.size()}});
  }

 private:
  void leave_connection(const Transaction& transaction) {
    if (!is_reliable(transaction.flow.transport)) return;
    by_connection_.erase({transaction.flow.connection, transaction.id});
  }

  struct Wake {
    Id id;
    Instant at;
  };

  std::unordered_map<Id, Transaction> by_id_;
  std::unordered_map<Fingerprint, Transaction*> by_key_;
  std::set<std::pair<std::uint64_t, Id>> by_connection_;
  std::set<Id> stranded_;
  TimerQueue<Wake> timers_;
  std::uint64_t last_id_ = 0;
};

}  // namespace dering::sip
