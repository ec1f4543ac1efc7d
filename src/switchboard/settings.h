// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/instant.h"
#include "call/media.h"
#include "sip/endpoint/endpoint.h"

namespace dering::switchboard {

/// What becomes of a call in progress when the sign-in of one party ends. New calls need a new
/// sign-in in any case.
enum class CallsAfterSignOut : std::uint8_t {
  finish,  ///< it goes on until somebody hangs up; its connection is kept for that long
  end,
};

/// What signs in at a trunk, beside the user name in the plan.
struct TrunkSecret {
  std::string password;
  std::string realm{};  ///< the only one that is answered; empty: any of that trunk
};

struct Settings {
  /// 24 bits that no other start of a switchboard has: they stand in the ids of its calls and legs.
  std::uint32_t node = 0;
  sip::EndpointNames names;
  sip::EndpointLimits endpoint_limits;
  std::string realm = "dering";  ///< digest realm and SIP domain
  /// Names and addresses that stand for us in what phones dial, besides the realm, names.host and
  /// the address that a request came to. Lower case.
  std::vector<std::string> domains{};
  std::string authorization_server;  ///< authz_server of a Bearer challenge: the issuer's URL
  call::MediaSettings media;
  std::map<std::string, TrunkSecret> trunk_secrets{};  ///< by id of the trunk
  bool md5 = true;  ///< desk phones may answer challenges with MD5
  Duration ring_time = std::chrono::seconds(60);
  Duration park_time = std::chrono::seconds(60);  ///< then a parked call returns to who parked it
  std::size_t bindings_per_user = 10;
  Duration probe_interval = std::chrono::seconds(60);  ///< OPTIONS to phones on UDP
  CallsAfterSignOut calls_after_sign_out = CallsAfterSignOut::finish;
  std::size_t calls = 5'000;
  std::size_t calls_per_user = 4;
  // Of one phone, so many at once, and four times as many of one user; past it 503.
  unsigned new_calls_per_minute = 60;
  unsigned refreshes_per_minute = 120;  ///< INVITE and UPDATE in a call
  unsigned registrations_per_minute = 60;
  /// A phone with many lamps asks for all of them when it is switched on.
  unsigned subscriptions_per_minute = 600;
  unsigned texts_per_minute = 60;
  std::size_t subscriptions = 50'000;          ///< of all; past it 503
  std::size_t subscriptions_per_user = 1'000;  ///< of one who watches; past it 403
};

}  // namespace dering::switchboard
