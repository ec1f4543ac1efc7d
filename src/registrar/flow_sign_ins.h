// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/instant.h"
#include "base/table_size.h"
#include "base/timer_queue.h"
#include "registrar/held.h"
#include "sip/flow.h"

namespace dering::registrar {

/// What a token says of the sign-in that it carries on to a connection.
struct TokenSignIn {
  std::string extension;
  std::string sid;  ///< the session at the issuer; may be empty
  Instant ends_at;
};

/// Who is signed in on which connection. A browser's connection has one user, until its token ends;
/// a desk phone with several lines may sign several users in on one connection, until it closes.
/// Signalling thread.
class FlowSignIns {
 public:
  static constexpr std::size_t max_lines = 16;  ///< users of one desk phone

  explicit FlowSignIns(std::size_t max_flows) : max_flows_(max_flows) {}

  /// By token: 403 if the connection is another user's, 503 if there are too many; else nothing.
  std::optional<int> add_by_token(const sip::Flow& flow, TokenSignIn sign_in);
  /// By digest: 403 for too many lines, 503 for too many connections; else nothing.
  std::optional<int> add_line(const sip::Flow& flow, const std::string& extension);
  /// A sign-in by token ends at this moment at the latest, unless a newer token prolongs it.
  void shorten(const sip::Flow& flow, Instant end);
  bool has(const sip::Flow& flow) const { return by_flow_.contains(flow); }
  /// All users who were signed in.
  std::vector<std::string> remove(const sip::Flow& flow);

  /// The only user of this connection; empty if there is none or more than one.
  std::string_view extension_of(const sip::Flow& flow) const;
  bool is_on(const sip::Flow& flow, std::string_view extension) const;
  /// Somebody who is not signed in has called by this connection: a switchboard or a proxy may be
  /// at its other end.
  void note_guest(const sip::Flow& flow);
  /// True if there is one user, and never was a guest.
  bool is_sole(const sip::Flow& flow) const;
  /// Connections on which any user is signed in for whom this is true.
  template <class IsChosen>
  std::vector<sip::Flow> flows_where(IsChosen is_chosen) const {
    std::vector<sip::Flow> flows;
    for (const auto& [flow, sign_in] : by_flow_) {
      if (std::ranges::any_of(sign_in.extensions, is_chosen)) flows.push_back(flow);
    }
    return flows;
  }

  /// Connections that a token of this user has signed in, each with the session it named.
  template <class IsChosen>
  std::vector<sip::Flow> flows_by_token_where(IsChosen is_chosen) const {
    std::vector<sip::Flow> flows;
    for (const auto& [flow, sign_in] : by_flow_) {
      const bool is_by_token = sign_in.ends_at != Instant::max();
      if (is_by_token && is_chosen(sign_in.extensions.front(), sign_in.sid)) flows.push_back(flow);
    }
    return flows;
  }

  std::vector<HeldSignIn> held(Instant now) const;
  /// A connection whose sign-in has ended; it stays until remove().
  std::optional<sip::Flow> take_ended(Instant now);
  std::optional<Instant> next_deadline() const { return timers_.next(); }
  std::size_t count() const { return by_flow_.size(); }
  void list(TableSizes& out) const {
    out.insert(out.end(), {{"sign-ins", by_flow_.size()},
                           {"sign-in timers", timers_.size()},
                           {"connections with guests", guests_.size()}});
  }

 private:
  struct SignIn {
    std::vector<std::string> extensions;
    std::string sid{};
    Instant ends_at = Instant::max();  ///< by digest: with its connection
  };

  std::size_t max_flows_;
  std::unordered_map<sip::Flow, SignIn> by_flow_;
  std::unordered_set<sip::Flow> guests_;  ///< connections by which such have called
  TimerQueue<sip::Flow> timers_;
};

}  // namespace dering::registrar
