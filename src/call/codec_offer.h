// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "call/turn.h"

namespace dering::call {

class Leg;

/// An offer of ours to a page that talks with the engine and speaks a codec which the one it talks
/// with does not take: codecs of that one first, so that nothing has to be decoded. So it is after
/// a transfer, when somebody answers whose codecs were not known while the page was asked. Made
/// once for each one it talks with, and never needed: where the page refuses, the engine turns one
/// codec into the other. A machine; signalling thread.
class CodecOffer {
 public:
  /// After each input.
  void settle(Leg& leg, Turn& turn);
  /// The page has not answered yet.
  bool is_under_way() const { return state_ == State::made; }
  /// What became of the offer.
  void on_offered(Leg& leg, int status, std::string_view answer, Turn& turn);

 private:
  enum class State : std::uint8_t { none, made };

  State state_ = State::none;
  LegId made_for_;  ///< who it talked with when it was asked last
};

}  // namespace dering::call
