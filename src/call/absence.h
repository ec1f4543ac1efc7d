// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "directory/errand.h"

namespace dering::call {

/// Whether the phone of one who talks can be reached and heard, and what its other side is told of
/// that: a page that is loaded anew is away for less than anybody needs to know. A value.
/// Signalling thread.
class Absence {
 public:
  using Away = directory::LineChanged::Away;

  /// Its connection is gone, or it does not know the call.
  void on_gone(Instant now) {
    if (!gone_at_) gone_at_ = now;
  }
  void on_back() {
    gone_at_.reset();
    is_long_ = false;
  }
  /// Nothing was heard of it for seconds.
  enum class Silence : std::uint8_t {
    may_be_wanted,  ///< of a desk phone whose person says nothing
    is_absence,     ///< of a browser, which sends all the time: its network is away, whatever its
                    ///< connection says
  };
  void on_silence(Silence silence) { silence_ = silence; }
  void on_sound() { silence_.reset(); }
  void on_time(Instant now) { is_long_ = gone_at_ && now >= *gone_at_ + unnoticed; }

  bool is_silent() const { return silence_.has_value(); }
  /// As the other side is told.
  Away seen() const {
    if (silence_ == Silence::is_absence || (silence_ && is_long_)) return Away::unheard;
    return is_long_ ? Away::unreached : Away::no;
  }
  std::optional<Instant> next_deadline() const {
    if (!gone_at_ || is_long_) return std::nullopt;
    return *gone_at_ + unnoticed;
  }

  /// Of whom its own person was told that they are away, if they talk with somebody else by now:
  /// for them it is over.
  std::optional<std::string> take_told_other_than(std::string_view number) {
    if (told_ == Away::no || told_of_ == number) return std::nullopt;
    told_ = Away::no;
    return std::exchange(told_of_, {});
  }
  /// Its own person is told this of who has that number; true if that is news.
  bool tell(std::string_view number, Away other) {
    if (told_ == other) return false;
    told_ = other;
    told_of_ = number;
    return true;
  }

 private:
  static constexpr Duration unnoticed = std::chrono::seconds(3);

  std::optional<Instant> gone_at_;
  bool is_long_ = false;
  std::optional<Silence> silence_;
  Away told_ = Away::no;
  std::string told_of_;
};

}  // namespace dering::call
