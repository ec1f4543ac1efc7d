// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "sip/flow.h"

namespace dering::registrar {

/// Who is signed in on a connection.
struct HeldSignIn {
  sip::Flow flow;
  std::string extension;
  std::string sid;                    ///< of a token's session; may be empty
  std::optional<Duration> ends_in{};  ///< by token; nothing: by digest, with the connection
};
/// A phone that can be rung, or lost its connection a moment ago.
struct HeldBinding {
  std::string extension;
  std::string contact_uri;
  std::string instance;
  std::string path;
  std::string device;
  sip::Flow flow;
  std::uint64_t call_id = 0;     ///< hash of that of its REGISTERs
  std::uint64_t user_agent = 0;  ///< hash
  std::uint32_t reg_id = 0;
  std::uint32_t cseq = 0;
  bool is_lost = false;
  Duration ends_in{};
  std::uint64_t stamp = 0;             ///< the greater, the younger
  std::optional<Duration> probe_in{};  ///< until it is asked whether it is there
};
/// What a registrar knows at one moment, for a recording to begin with. Not among it: budgets and
/// failures of phones, and tokens that are being judged.
struct Held {
  std::vector<HeldSignIn> sign_ins;
  std::vector<HeldBinding> bindings;
};

}  // namespace dering::registrar
