// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sip/endpoint/endpoint.h"

// Picks outputs of an endpoint apart, for tests.

namespace dering::sip::testing {

/// All outputs of one kind, in order.
template <class Kind>
std::vector<const Kind*> all_of(const Outbox& out) {
  std::vector<const Kind*> found;
  for (const Output& output : out) {
    if (const Kind* one = std::get_if<Kind>(&output)) found.push_back(one);
  }
  return found;
}

/// The first output of a kind, or null.
template <class Kind>
const Kind* first_of(const Outbox& out) {
  const auto found = all_of<Kind>(out);
  return found.empty() ? nullptr : found.front();
}

/// Start lines of what was sent: "SIP/2.0 100 Trying".
inline std::vector<std::string> sent_lines(const Outbox& out) {
  std::vector<std::string> lines;
  for (const Send* send : all_of<Send>(out)) {
    lines.push_back(send->bytes.substr(0, send->bytes.find("\r\n")));
  }
  return lines;
}

}  // namespace dering::sip::testing
