// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/call_engine.h"
#include "call/numbers.h"
#include "call/own_codecs.h"
#include "directory/directory.h"
#include "registrar/registrar.h"
#include "switchboard/forwarding_board.h"
#include "switchboard/settings.h"
#include "switchboard/trunk_table.h"

namespace dering::switchboard {

/// Directory and registrar as calls see them: whose a number is, and where it rings. Signalling
/// thread.
class HouseNumbers final : public call::Numbers {
 public:
  /// All of it outlives this.
  struct House {
    const Settings& settings;
    const registrar::Registrar& registrar;
    const directory::DirectorySnapshot& directory;
    const ForwardingBoard& forwardings;
    const call::CallEngine& calls;
    const TrunkTable& trunks;
  };
  explicit HouseNumbers(const House& house) : house_(house) {}

  /// What is asked from now on is asked at this moment.
  void set_now(Instant now) { now_ = now; }

  std::optional<call::Party> party_of(std::string_view number) const override;
  std::vector<call::Contact> phones_of(std::string_view number) const override;
  directory::Forwarding forwarding_of(std::string_view number) const override;
  std::optional<call::Outcome> crowding_of(std::string_view caller,
                                           std::string_view callee) const override;
  std::vector<call::Contact> servers_of(std::string_view trunk,
                                        std::string_view number) const override;
  std::optional<std::string> number_in(std::string_view uri, const sip::Flow& flow) const override;

  /// What that desk phone alone is offered, best first; empty: what its kind is.
  call::OwnCodecs codecs_of(std::string_view device) const;
  /// True if a URI with this host, from the phone on this flow, asks for somebody here.
  bool is_own_domain(std::string_view host, const sip::Flow& flow) const;

 private:
  House house_;
  Instant now_{};
};

}  // namespace dering::switchboard
