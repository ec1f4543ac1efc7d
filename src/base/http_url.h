// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dering {

/// An address from which this program may fetch what it believes: https, or http on this machine
/// only, where nobody listens in between. Without user name, query and fragment. Any thread.
class FetchableUrl {
 public:
  /// At most 2,048 bytes of printable ASCII.
  static std::optional<FetchableUrl> parse(std::string_view text);

  bool is_https() const { return is_https_; }
  /// "https://sso.example:8443": scheme and authority, as a page of it sends in Origin (RFC 6454).
  const std::string& origin() const { return origin_; }
  /// In lower case, without port and brackets.
  const std::string& host() const { return host_; }
  /// With its leading slash; may be empty.
  const std::string& path() const { return path_; }

 private:
  FetchableUrl() = default;

  bool is_https_ = true;
  std::string origin_;
  std::string host_;
  std::string path_;
};

}  // namespace dering
