// SPDX-License-Identifier: Apache-2.0
#include "registrar/md5_phones.h"

#include <algorithm>

#include "base/text.h"

namespace dering::registrar {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// SIPp names itself by nothing but its branch: "z9hG4bK-<process>-<call>-<message>".
bool is_branch_of_sipp(std::string_view branch) {
  constexpr std::string_view begin = "z9hG4bK-";
  if (!branch.starts_with(begin)) return false;
  branch.remove_prefix(begin.size());
  const std::string_view process = take_until(branch, '-');
  const std::string_view call = take_until(branch, '-');
  return is_number(process) && is_number(call) && is_number(branch);
}

}  // namespace

bool stops_at_sha256(const sip::Message& request) {
  const std::string_view program = request.header(sip::HeaderId::user_agent).value_or("");
  if (program.starts_with("baresip v0.") || program.starts_with("baresip v1.")) return true;
  return program.empty() && is_branch_of_sipp(request.via().branch);
}

}  // namespace dering::registrar
