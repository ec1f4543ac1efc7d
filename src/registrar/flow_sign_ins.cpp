// SPDX-License-Identifier: Apache-2.0
#include "registrar/flow_sign_ins.h"

#include <algorithm>
#include <utility>

namespace dering::registrar {

std::optional<int> FlowSignIns::add_by_token(const sip::Flow& flow, TokenSignIn by_token) {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end()) {
    if (by_flow_.size() >= max_flows_) return 503;
    timers_.add(by_token.ends_at, flow);
    by_flow_.emplace(flow, SignIn{.extensions = {std::move(by_token.extension)},
                                  .sid = std::move(by_token.sid),
                                  .ends_at = by_token.ends_at});
    return std::nullopt;
  }
  SignIn& sign_in = found->second;
  if (extension_of(flow) != by_token.extension) return 403;
  // A later end is found when the timer that is under way comes due.
  if (by_token.ends_at < sign_in.ends_at) timers_.add(by_token.ends_at, flow);
  sign_in.sid = std::move(by_token.sid);
  sign_in.ends_at = by_token.ends_at;
  return std::nullopt;
}

void FlowSignIns::shorten(const sip::Flow& flow, Instant end) {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end() || found->second.ends_at <= end) return;
  found->second.ends_at = end;
  timers_.add(end, flow);
}

std::optional<int> FlowSignIns::add_line(const sip::Flow& flow, const std::string& extension) {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end()) {
    if (by_flow_.size() >= max_flows_) return 503;
    by_flow_.emplace(flow, SignIn{.extensions = {extension}});
    return std::nullopt;
  }
  auto& extensions = found->second.extensions;
  if (std::ranges::count(extensions, extension) > 0) return std::nullopt;
  if (extensions.size() >= max_lines) return 403;
  extensions.push_back(extension);
  return std::nullopt;
}

std::vector<std::string> FlowSignIns::remove(const sip::Flow& flow) {
  guests_.erase(flow);
  auto node = by_flow_.extract(flow);
  return node ? std::move(node.mapped().extensions) : std::vector<std::string>{};
}

std::vector<HeldSignIn> FlowSignIns::held(Instant now) const {
  std::vector<HeldSignIn> all;
  for (const auto& [flow, sign_in] : by_flow_) {
    const bool is_by_token = sign_in.ends_at != Instant::max();
    for (const std::string& extension : sign_in.extensions) {
      all.push_back({flow, extension, sign_in.sid,
                     is_by_token ? std::optional(sign_in.ends_at - now) : std::nullopt});
    }
  }
  return all;
}

std::string_view FlowSignIns::extension_of(const sip::Flow& flow) const {
  const auto found = by_flow_.find(flow);
  if (found == by_flow_.end() || found->second.extensions.size() != 1) return {};
  return found->second.extensions.front();
}

bool FlowSignIns::is_on(const sip::Flow& flow, std::string_view extension) const {
  const auto found = by_flow_.find(flow);
  return found != by_flow_.end() && std::ranges::count(found->second.extensions, extension) > 0;
}

void FlowSignIns::note_guest(const sip::Flow& flow) {
  if (guests_.size() < max_flows_) guests_.insert(flow);
}

bool FlowSignIns::is_sole(const sip::Flow& flow) const {
  const auto found = by_flow_.find(flow);
  return found != by_flow_.end() && found->second.extensions.size() == 1 && !guests_.contains(flow);
}

std::optional<sip::Flow> FlowSignIns::take_ended(Instant now) {
  while (const auto flow = timers_.take_due(now)) {
    const auto found = by_flow_.find(*flow);
    if (found == by_flow_.end()) continue;
    if (found->second.ends_at <= now) return flow;
    timers_.add(found->second.ends_at, *flow);
  }
  return std::nullopt;
}

}  // namespace dering::registrar
