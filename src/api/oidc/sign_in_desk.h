// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "api/exchange.h"
#include "api/form.h"
#include "api/oidc/device_cookie.h"
#include "api/oidc/login_ticket.h"
#include "api/oidc/password_throttle.h"
#include "api/oidc/session_cookie.h"
#include "api/oidc/sign_in_page.h"
#include "api/outlets.h"
#include "api/refusal_api.h"
#include "base/log_gate.h"
#include "base/random.h"
#include "directory/records.h"

namespace dering::api::oidc {

/// The way from an authorization request to a right password: shows the form, takes it, and has the
/// password checked elsewhere. A browser that is signed in needs none. Worker thread.
class SignInDesk {
 public:
  /// Where a right password leads to, and one that was typed in another tab.
  using Welcome =
      std::function<net::HttpResponse(const AuthorizationRequest&, const Session&, UnixSeconds)>;

  /// What it works with.
  struct Around {
    directory::Records& records;
    const identity::SigningKey& key;  ///< outlives what is sealed with what is derived from it
    const Outlets& outlets;
    Random& random;
    RefusalApi& refusals;
    const SessionCookies& sessions;
    const Organisation& organisation;
  };
  SignInDesk(const Around& around, Welcome welcome);

  Answer authorize(const Exchange& exchange);  ///< GET: shows the form, or gives a code
  Answer sign_in(const Exchange& exchange);    ///< POST: takes the form
  /// Questions that are not known are ignored.
  void on_password_judged(PasswordQuestionId question, bool is_right, UnixSeconds now);
  void on_time(UnixSeconds now) { throttle_.on_time(now); }

 private:
  /// A form on its way: who typed what, and what for.
  struct Attempt {
    AuthorizationRequest request;
    std::string typed;  ///< the name as it was typed
    Typist typist;
    std::string address;                      ///< of the page
    std::vector<Device> devices{};            ///< of the browser
    std::optional<Duration> is_paused_for{};  ///< the name there, though it is heard
  };
  struct Pending {
    Attempt attempt;
    directory::UserId user;
    bool may_sign_in = false;
    bool is_known = false;  ///< somebody is called that
    std::string account{};  ///< of the throttle
    std::unique_ptr<net::HttpReply> reply;
  };

  std::optional<Session> standing(const net::HttpRequest& request, const Form& query,
                                  UnixSeconds now);
  net::HttpResponse form_for(const Attempt& attempt, SignInFault fault, UnixSeconds now);
  net::HttpResponse wait_for(const Attempt& attempt, SignInFault fault, Duration wait,
                             UnixSeconds now);
  void tell(const Attempt& attempt, refusal::Reason reason, UnixSeconds now);
  bool has_too_many_open(const std::string& account) const;
  std::string cookie_of(const net::HttpRequest& request);
  void on_wrong_password(const Pending& it, UnixSeconds now);
  Answer password_checked(const Exchange& exchange, Attempt attempt, const std::string& password);

  directory::Records& records_;
  RefusalApi& refusals_;
  const Outlets& outlets_;
  Random& random_;
  const SessionCookies& sessions_;
  const Organisation& organisation_;
  Welcome welcome_;
  LoginTickets tickets_;
  DeviceCookies devices_;
  PasswordThrottle throttle_;
  std::unordered_map<PasswordQuestionId, Pending> pending_;  ///< as many as the lane takes
  std::uint64_t last_question_ = 0;
  LogGate store_line_;
};

}  // namespace dering::api::oidc
