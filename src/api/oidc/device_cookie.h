// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "identity/keys.h"
#include "identity/sealed_box.h"
#include "net/http_message.h"

namespace dering::api::oidc {

/// A name that signed in with a browser. Its tries are counted by `id`, which is a new one each
/// time.
struct Device {
  std::string username;
  std::string id;
  std::int64_t until = 0;  ///< seconds since 1970
};

/// What a browser keeps of who signed in with it: a sealed cookie, made after a right password. It
/// opens nothing; it only tells somebody who was here before from others who type that name, also
/// after a restart, and without a table here that could be filled. Worker thread.
class DeviceCookies {
 public:
  static constexpr std::chrono::hours lifetime{90 * 24};
  static constexpr std::size_t most_names = 4;  ///< at one browser; the newest stay

  DeviceCookies(const identity::SigningKey& key, Random& random)
      : box_(random, key.derived("device cookies")), random_(random) {}

  /// Those of the request's cookie that are still good, newest first; none of what we did not seal.
  std::vector<Device> shown_by(const net::HttpRequest& request, UnixSeconds now) const;
  /// A value of Set-Cookie for that name and the others that the browser has shown.
  std::string after_sign_in(std::string_view address, const std::string& username,
                            std::vector<Device> shown, UnixSeconds now) const;

 private:
  std::optional<std::vector<Device>> opened(std::string_view sealed, UnixSeconds now) const;

  identity::SealedBox box_;
  Random& random_;
};

}  // namespace dering::api::oidc
