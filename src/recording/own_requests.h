// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sip/message/message.h"

namespace dering::recording {

/// The requests of a replayed switchboard. One that sends a request more than was recorded gives
/// those after it other branches and numbers, perhaps what another request had then: the recorded
/// responses are told which are meant. One thread.
class OwnRequests {
 public:
  void on_sent(std::string_view bytes);
  /// The recorded message; a response gets the branch of the request which it answers by dialog and
  /// method, where none of these has the one that it came with.
  std::string addressed(const sip::Message& message, std::string_view text) const;

 private:
  using Kind = std::pair<std::string, std::string>;  ///< Call-ID and method

  std::map<Kind, std::map<std::uint32_t, std::string>> requests_;  ///< branches by CSeq
};

}  // namespace dering::recording
