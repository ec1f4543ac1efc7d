// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/index.h"
#include "base/instant.h"
#include "base/table_size.h"
#include "base/timer_queue.h"
#include "call/numbers.h"
#include "call/turn.h"
#include "directory/errand.h"
#include "directory/text_message.h"
#include "sip/endpoint/endpoint.h"

namespace dering::switchboard {

/// Longest text that is taken, in bytes.
inline constexpr std::size_t max_text_size = 4'096;

struct PostLimits {
  std::uint32_t node = 0;         ///< stands in the ids of texts; see Settings
  std::size_t of_person = 1'000;  ///< that wait for one
  std::size_t all = 20'000;
};

/// Texts between people (RFC 3428, page mode): each goes to all phones of its recipient at once,
/// and waits where none takes it. The first phone that takes it has it: it is delivered once. Who
/// sends hears 200 when it was taken and 202 when it waits. Signalling thread.
class MessagePost {
 public:
  /// What waits is kept for so long, and is tried again from time to time.
  static constexpr UnixSeconds longest_wait = std::chrono::days(7);
  static constexpr Duration retry_interval = std::chrono::minutes(10);
  /// How long a sender waits for an answer (RFC 4320: not until the transaction is over).
  static constexpr Duration patience = std::chrono::seconds(4);

  /// What is to be written or struck out in the store.
  using Changes = std::vector<directory::Errand>;

  explicit MessagePost(PostLimits limits) : limits_(limits) {}

  /// A MESSAGE that was found good. It is answered here, now or when a phone has answered.
  void send(sip::RequestArrived request, directory::TextMessage message, call::Turn& turn);
  /// Of an earlier run.
  void restore(std::vector<directory::TextMessage> messages, Instant now);
  /// A phone of this person came: what waits for them is tried, one text after the other.
  void on_phone(const std::string& recipient, call::Turn& turn);
  void on_number_lost(const std::string& recipient);
  /// False if that request was no text of ours.
  bool on_response(const sip::ResponseArrived& response, call::Turn& turn);
  bool on_request_failed(const sip::RequestFailed& failure, call::Turn& turn);
  void on_time(call::Turn& turn);
  std::optional<Instant> next_deadline() const;

  Changes take_changes() { return std::exchange(changes_, {}); }
  struct Counts {
    std::size_t waiting = 0;
    std::uint64_t delivered = 0;  ///< since the start
    std::uint64_t refused = 0;    ///< for want of room, since the start
    std::uint64_t expired = 0;    ///< waited for too long, since the start
  };
  Counts counts() const;
  void list(TableSizes& out) const;

 private:
  using Requests = Index<sip::ClientTransactionId, std::uint64_t>;
  /// A phone that was sent the text and has not answered yet.
  struct Attempt {
    Requests::Entry at_request;
    std::string uri;
    sip::Flow flow;
  };
  struct Letter {
    directory::TextMessage message;
    std::optional<sip::RequestArrived> asked;  ///< its sender, who still waits for an answer
    std::unordered_map<sip::ClientTransactionId, Attempt> attempts{};
    bool is_wanted = false;  ///< by a phone that came while it was being tried
  };
  using Ids = std::vector<std::uint64_t>;

  std::uint64_t new_id() { return (std::uint64_t{limits_.node} << 40U) | ++last_id_; }
  void attempt(Letter& letter, const call::Contact& phone, call::Turn& turn);
  /// To all phones that are not being tried; false if there are none.
  bool attempt_all(Letter& letter, call::Turn& turn);
  /// One of its attempts has failed.
  void on_refused(std::uint64_t id, sip::ClientTransactionId attempt, call::Turn& turn);
  void deliver(std::uint64_t id, call::Turn& turn);
  /// It waits from now on, if there is room; its sender is told.
  void keep(std::uint64_t id, call::Turn& turn);
  void answer(const sip::RequestArrived& request, int status, std::string_view warning,
              call::Turn& turn);
  /// Strikes out what waits.
  void drop(std::uint64_t id);
  void sweep(call::Turn& turn);
  void schedule_sweep(Instant now);

  PostLimits limits_;
  std::uint64_t last_id_ = 0;
  Requests requests_;
  std::unordered_map<std::uint64_t, Letter> letters_;  ///< after the index, which outlives it
  std::unordered_map<std::string, Ids> waiting_;       ///< kept ones, by recipient, oldest first
  TimerQueue<std::uint64_t> timers_;                   ///< patience of senders
  std::optional<Instant> next_sweep_;
  Changes changes_;
  Counts counts_;
};

}  // namespace dering::switchboard
