// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Keycloak's Admin REST API as far as the sync needs it: where things are, and how to read what
// comes back. Seen with Keycloak 26.
namespace dering::sync {

inline constexpr std::size_t page_size = 200;

/// The places of one realm.
class AdminApi {
 public:
  /// {base}/realms/{realm} has its Admin API at {base}/admin/realms/{realm}. Nothing for an issuer
  /// whose URL is not of that form.
  static std::optional<AdminApi> of_issuer(std::string_view issuer);

  std::string users_count() const;
  /// From the `first`-th on, ordered by user name. The brief form lacks attributes, and the full
  /// one costs Keycloak several times as much.
  std::string users(std::size_t first, bool is_brief) const;
  std::string group_by_path(std::string_view path) const;
  /// Of the group itself, not of those below it.
  std::string members(std::string_view group, std::size_t first) const;
  std::string children(std::string_view group, std::size_t first) const;

 private:
  explicit AdminApi(std::string root) : root_(std::move(root)) {}

  std::string root_;
};

/// Everything but the unreserved characters of RFC 3986 §2.3 as %XX.
std::string percent_encoded(std::string_view text);

struct ListedUser {
  std::string id;  ///< the `sub` of this user's tokens
  std::string username;
  std::string first_name;
  std::string last_name;
  std::string extension;  ///< attribute; in full representations only
  bool is_enabled = true;
};
struct ListedGroup {
  std::string id;
  std::string name;
};

// Each gives nothing for a document that is not what it should be, however little it differs.
std::optional<std::string> read_access_token(std::string_view body);
std::optional<std::size_t> read_count(std::string_view body);
std::optional<std::vector<ListedUser>> read_users(std::string_view body);
std::optional<ListedGroup> read_group(std::string_view body);
std::optional<std::vector<ListedGroup>> read_groups(std::string_view body);
/// The `error` word of RFC 6749 §5.2, for a sentence in a log; empty if there is none.
std::string read_error(std::string_view body);

/// True for the account that a client has for itself: nobody's phone.
bool is_service_account(const ListedUser& user);

}  // namespace dering::sync
