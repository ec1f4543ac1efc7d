// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/check.h"

namespace dering::sip {

/// What a transaction machine wants done. The machines hold no bytes: their owner keeps the one
/// message that may have to be repeated.
enum class Action : std::uint8_t {
  send,                ///< client: send the request (again); server: the latest response (again)
  acknowledge,         ///< send the ACK of the non-2xx response at hand
  send_cancel,         ///< send CANCEL in a transaction of its own
  deliver,             ///< hand the response at hand to the user
  report_failure,      ///< tell the user that no final response will come
  report_cancel,       ///< tell the user that the caller cancelled
  report_missing_ack,  ///< tell the user that no ACK came for its 2xx
};

/// The outbox of a machine: what one input made it want, in order.
class Actions {
 public:
  void push(Action action) {
    DERING_CHECK(size_ < actions_.size());
    actions_[size_++] = action;
  }
  const Action* begin() const { return actions_.data(); }
  const Action* end() const { return actions_.data() + size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<Action, 3> actions_{};
  std::size_t size_ = 0;
};

}  // namespace dering::sip
