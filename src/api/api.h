// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/settings.h"
#include "api/shown_token.h"
#include "api/surroundings.h"
#include "base/instant.h"
#include "directory/directory.h"
#include "directory/errand.h"
#include "directory/forwarding.h"
#include "directory/records.h"
#include "identity/issuer.h"
#include "net/http_message.h"
#include "refusal/refusal.h"

namespace dering::api {

/// The issuers whose tokens the built-in provider signs, for the TokenVerifier.
std::vector<identity::Issuer> built_in_issuers(const std::vector<std::string>& origins,
                                               const identity::SigningKey& key);

/// The HTTP side of dering: the phone's API, its event streams and the built-in OpenID provider.
/// Worker thread. What costs CPU (signatures, passwords) is done elsewhere.
class Api {
 public:
  Api(Settings settings, Surroundings surroundings);
  ~Api();

  /// Whether a path is the API's; every other one is a file of the web app.
  static bool serves(std::string_view path);

  /// One whole request, whose token was judged already.
  struct Arrival {
    const net::HttpRequest& request;
    std::unique_ptr<net::HttpReply> reply;
    const ShownToken& shown;
  };
  void on_request(Arrival arrival, UnixSeconds now);
  /// Another thread did not let somebody in.
  void on_refused(refusal::Refusal refused, UnixSeconds now);
  /// So many more have been refused elsewhere, of too many kinds at once to be told one by one.
  void on_refusals_unseen(std::uint64_t count);
  /// Somebody is signed in from that address until then, other than by the API.
  void on_sign_in(const SocketAddress& source, UnixSeconds until);
  void on_presence(std::string_view extension, directory::Presence presence);
  void on_line(const directory::LineChanged& line);
  void on_ringing(const directory::RingingChanged& change);
  void on_parking(const directory::ParkingChanged& changed);
  void on_trunks(const directory::TrunkChanged& changed);
  void on_forwarding(const directory::ForwardingChanged& changed);
  /// Those calls can be found in the store from now on.
  void on_calls_kept(std::span<const directory::CallKept> calls, UnixSeconds now);
  void on_directory_changed(directory::DirectorySnapshot snapshot);
  void on_password_judged(PasswordQuestionId question, bool is_right, UnixSeconds now);
  /// A sign-in was ended, and no token of it will be found good any more: its streams end.
  void on_signed_out(const identity::LogoutClaims& logout, UnixSeconds now);
  /// The answer to Outlets::status_wanted.
  void on_status(const Status& status);
  /// The answer to Outlets::recording_ordered.
  void on_recording(RecordingPart part);
  /// The answer to Outlets::live_ordered.
  void on_live(const LivePart& part);
  /// Once a second: closes streams whose token has expired and forgets what is out of date.
  void on_time(UnixSeconds now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::api
