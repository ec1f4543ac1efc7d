// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api/exchange.h"
#include "api/outlets.h"
#include "api/settings.h"
#include "base/budgets.h"
#include "base/log_gate.h"
#include "base/random.h"
#include "directory/records.h"

namespace dering::api {

/// Desk phones: whoever is signed in makes and removes what their own phones sign in with; an
/// administrator does it for any extension. A password is shown once and not kept. Worker thread.
class DeviceApi {
 public:
  DeviceApi(const Settings& settings, directory::Records& records, const Outlets& outlets,
            Random& random);

  Answer list(const Exchange& exchange);
  Answer add(const Exchange& exchange);
  Answer remove(const Exchange& exchange);

 private:
  struct Wish {
    std::string label;
    std::string extension;  ///< empty: one's own
  };
  static std::expected<Wish, net::HttpResponse> wish_in(const net::HttpRequest& request);
  Answer made(const Exchange& exchange, const directory::User& owner, const Wish& wish);
  /// How long they have to wait; nothing if they may, which counts.
  std::optional<Duration> change_refused(const Exchange& exchange);
  net::HttpResponse answer_to(const directory::DeviceRefusal& refusal, UnixSeconds now);
  net::HttpResponse store_failure(const std::string& reason, UnixSeconds now);
  void on_changed(const Exchange& exchange, std::string_view what, const directory::User& owner);

  const Settings& settings_;
  directory::Records& records_;
  const Outlets& outlets_;
  Random& random_;
  Budgets changes_;
  LogGate store_line_;
};

}  // namespace dering::api
