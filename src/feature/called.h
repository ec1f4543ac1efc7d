// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "call/approach.h"
#include "call/outcome.h"
#include "call/scene.h"
#include "directory/forwarding.h"

// Of feature/dial: somebody whom a call came to, and where it goes from there.
namespace dering::feature {

struct Called {
  call::Party person;
  call::Approach approach{};
  directory::Forwarding forwarding{};
  std::vector<call::Contact> rung{};
  Instant gives_up_at{};
  std::optional<Instant> back_by{};     ///< a page is gone and perhaps only loaded anew
  std::optional<call::Outcome> said{};  ///< the most telling of the refusals of their phones
};

/// When a person has their calls go on that end so at their phones.
std::optional<directory::ForwardingCase> case_of(call::Outcome outcome);
/// Of a call that goes on in that case, and would end so.
call::Diverted diverted_by(directory::ForwardingCase when, call::Outcome outcome);
/// How the call comes from there to the next one; `word`: of the stays there.
call::Approach onward(const Called& from, std::string_view word, call::Diverted why);

bool is_rung(const Called& called, const call::Contact& phone);
/// How it ends for somebody whose time to answer is over; nothing while it is not. Is to be asked
/// again at gives_up_at and back_by.
std::optional<call::Outcome> time_up(Called& called, const call::Scene& scene);
/// The call goes on to somebody else: their phones stop.
void pass_by(const Called& called, call::Scene& scene);
/// Extension of who called; empty if they are not there any more.
std::string_view caller_of(const call::Scene& scene);

}  // namespace dering::feature
