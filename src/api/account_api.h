// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/exchange.h"
#include "api/settings.h"
#include "directory/accounts.h"

namespace dering::api {

/// What administrators do with the accounts of the built-in provider, and with sign-in names for
/// desk phones. The command line speaks to the same functions, over the admin socket or, where no
/// dering runs, at once. Worker thread, or the only thread of a command.
class AccountApi {
 public:
  /// What has to be told once the store has changed; empty ones tell nobody.
  struct News {
    std::function<void()> directory_touched = {};
    /// All sign-ins of that account are to end.
    /// False if nobody of that name is in the directory.
    std::function<bool(std::string_view username, UnixSeconds now)> ends = {};
  };

  AccountApi(const Settings& settings, directory::Accounts& accounts, News news)
      : settings_(settings), accounts_(accounts), news_(std::move(news)) {}

  Answer list(const Exchange& exchange);
  Answer add(const Exchange& exchange);
  /// One of: role, enabled, password, made_up_password.
  Answer change(const Exchange& exchange);
  /// The id is the name that the desk phone signs in as.
  Answer put_device(const Exchange& exchange);
  /// All desk phones.
  Answer devices(const Exchange& exchange);
  /// The codecs of one; the id is the same.
  Answer change_device(const Exchange& exchange);
  Answer sign_out(const Exchange& exchange);

 private:
  void touched(const Exchange& exchange, std::string_view what);
  void end_sign_ins(const Exchange& exchange);

  const Settings& settings_;
  directory::Accounts& accounts_;
  News news_;
};

/// The API with nothing around it, for a command that works on the store itself: lets the account
/// functions do what the admin socket would have had them do, and gives their answer.
net::HttpResponse act_alone(AccountApi& accounts, Answer (AccountApi::*act)(const Exchange&),
                            const net::HttpRequest& request, UnixSeconds now);

}  // namespace dering::api
