// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "net/byte_stream.h"

namespace dering::net {

/// The one deadline of a connection: setting it again replaces what was set before. Edge thread.
class Deadline {
 public:
  explicit Deadline(const asio::any_io_executor& executor) : timer_(executor) {}

  /// Calls (owner->*on_passed)() unless it is set again, cancelled, or the owner is gone.
  template <class Owner>
  void set(std::chrono::milliseconds wait, const std::shared_ptr<Owner>& owner,
           void (Owner::*on_passed)()) {
    timer_.expires_after(wait);
    timer_.async_wait(
        [this, number = ++number_, weak = std::weak_ptr(owner), on_passed](const IoError& error) {
          // A wait that ended just before it was replaced still arrives without an error; its
          // number tells. `this` is part of the owner.
          const auto alive = weak.lock();
          if (!error && alive && number == number_) (*alive.*on_passed)();
        });
  }

  void cancel() {
    ++number_;
    timer_.cancel();
  }

 private:
  asio::steady_timer timer_;
  unsigned number_ = 0;
};

}  // namespace dering::net
