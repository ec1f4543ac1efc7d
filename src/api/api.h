// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/outlets.h"
#include "api/settings.h"
#include "base/instant.h"
#include "base/random.h"
#include "directory/directory.h"
#include "directory/records.h"
#include "identity/keys.h"
#include "identity/token.h"
#include "net/http_message.h"

namespace dering::api {

/// What the API works with; all of it outlives the Api and lives on the worker thread.
struct Surroundings {
  directory::Records& records;
  identity::TokenVerifier& verifier;
  const identity::SigningKey& key;
  Random& random;
  Outlets outlets = {};
};

/// The issuers whose tokens the built-in provider signs, for the TokenVerifier.
std::vector<identity::Issuer> built_in_issuers(const std::vector<std::string>& origins,
                                               const identity::SigningKey& key);

/// The HTTP side of dering: the phone's API, its event streams and the built-in OpenID provider.
/// Worker thread; checking a password blocks it for some 30 ms.
class Api {
 public:
  Api(Settings settings, Surroundings surroundings);
  ~Api();

  /// Whether a path is the API's; every other one is a file of the web app.
  static bool serves(std::string_view path);

  void on_request(const net::HttpRequest& request, std::unique_ptr<net::HttpReply> reply,
                  UnixSeconds now);
  void on_presence(std::string_view extension, directory::Presence presence);
  void on_directory_changed(directory::DirectorySnapshot snapshot);
  /// The verifier may have got other keys: requests whose token waited for one of them are
  /// answered.
  void on_keys_changed(UnixSeconds now);
  /// All sign-ins of a person of the built-in provider end, as after a change of their password by
  /// another program; what begins within the same second ends too. Nothing if nobody of that
  /// name is in the directory.
  void sign_out(std::string_view username, UnixSeconds now);
  /// Once a second: closes streams whose token has expired and forgets what is out of date.
  void on_time(UnixSeconds now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::api
