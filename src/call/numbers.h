// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/outcome.h"
#include "call/party.h"
#include "directory/forwarding.h"

namespace dering::call {

/// What a feature may ask about numbers while it decides. The answers are of this moment.
class Numbers {
 public:
  virtual ~Numbers() = default;

  /// Whom a number belongs to.
  virtual std::optional<Party> party_of(std::string_view number) const = 0;
  /// The phones of that number that can be rung.
  virtual std::vector<Contact> phones_of(std::string_view number) const = 0;
  /// Where the calls of whoever has that number go.
  virtual directory::Forwarding forwarding_of(std::string_view number) const = 0;
  /// Why nobody more may call there now; nothing if they may.
  virtual std::optional<Outcome> crowding_of(std::string_view caller,
                                             std::string_view callee) const = 0;
  /// The servers of a trunk that seem to be there, as those who are to be called for that number;
  /// best first.
  virtual std::vector<Contact> servers_of(std::string_view trunk,
                                          std::string_view number) const = 0;
  /// The number of ours that a SIP or telephone URI asks for, as the phone on this flow means it.
  virtual std::optional<std::string> number_in(std::string_view uri,
                                               const sip::Flow& flow) const = 0;
};

}  // namespace dering::call
