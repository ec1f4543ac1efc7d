// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "engine/stream/quality.h"
#include "engine/stream/receiver.h"
#include "engine/stream/sender.h"
#include "rtp/rtcp.h"

namespace dering::engine {

/// RTCP of one port: what goes out every five seconds, and what the phone's reports say of what it
/// gets. A pure machine; one thread.
class Reports {
 public:
  static constexpr Duration interval = std::chrono::seconds(5);

  void set_cname(std::string cname) { cname_ = std::move(cname); }
  /// From here on something is to be reported.
  void begin(Instant now) {
    if (!next_) next_ = now + interval;
  }
  std::optional<Instant> next_deadline() const { return next_; }

  /// What the phone's report says of our stream, and what of it has left since the one before.
  void on_block(const Reported& reported, Instant now);
  /// The next report, in plain; its size, or 0. To be asked for when it is due.
  std::size_t write(const rtp::SenderReport& sent, const std::optional<rtp::ReportBlock>& block,
                    MutableBytes buffer);
  void schedule(Instant now) { next_ = now + interval; }

  /// What the phone's last report says of our stream, once.
  std::optional<Reported> take_block() { return std::exchange(theirs_, std::nullopt); }
  /// Of the last report that could tell; zero: not known.
  Duration round_trip() const { return round_trip_; }

 private:
  std::string cname_;
  std::optional<Instant> next_;
  std::optional<Reported> theirs_;
  Duration round_trip_{};
};

}  // namespace dering::engine
