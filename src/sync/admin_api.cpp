// SPDX-License-Identifier: Apache-2.0
#include "sync/admin_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "identity/json.h"

namespace dering::sync {
namespace {

using boost::json::object;
using boost::json::value;
using identity::string_in;

constexpr std::size_t longest_id = 255;
constexpr std::size_t longest_group_name = 255;
constexpr std::size_t longest_token = 16 * 1024;
constexpr std::size_t longest_error = 64;
constexpr std::size_t most_depth = 16;
/// A page in full takes Keycloak 26.7 some eight times as long: 200 users took 9 s on a busy
/// machine, where an answer has 10 s.
constexpr std::size_t full_page_size = 50;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// A path segment as RFC 3986 §3.3 writes it: what is to be encoded is encoded already.
bool is_segment(std::string_view text) {
  if (text.empty() || text == "." || text == "..") return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_unreserved(text[i]) &&
               std::string_view("!$&'()*+,;=:@").find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::optional<value> json_value(std::string_view body) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = most_depth;
  value parsed = boost::json::parse(body, failed, {}, options);
  if (failed) return std::nullopt;
  return parsed;
}

/// What makes something of each object of a list; nothing if it is no list or one of them is bad.
template <class Read>
auto read_list(std::string_view body, Read read)
    -> std::optional<std::vector<typename std::invoke_result_t<Read, const value&>::value_type>> {
  const auto whole = json_value(body);
  if (!whole || !whole->is_array()) return std::nullopt;
  std::vector<typename std::invoke_result_t<Read, const value&>::value_type> list;
  list.reserve(whole->get_array().size());
  for (const value& one : whole->get_array()) {
    auto item = read(one);
    if (!item) return std::nullopt;
    list.push_back(*std::move(item));
  }
  return list;
}

std::optional<std::string> id_in(const object& holder) {
  const auto id = string_in(holder, "id");
  if (!id || id->empty() || id->size() > longest_id) return std::nullopt;
  return std::string(*id);
}

/// Attributes are lists, also where there is one value (Keycloak's UserRepresentation).
std::string attribute_in(const object& user, std::string_view name) {
  const value* attributes = user.if_contains("attributes");
  if (!attributes || !attributes->is_object()) return "";
  const value* list = attributes->get_object().if_contains(name);
  if (!list || !list->is_array() || list->get_array().empty()) return "";
  const value& first = list->get_array().front();
  return first.is_string() ? std::string(first.get_string()) : "";
}

std::optional<ListedUser> user_in(const value& one) {
  if (!one.is_object()) return std::nullopt;
  const object& user = one.get_object();
  ListedUser listed;
  auto id = id_in(user);
  if (!id) return std::nullopt;
  listed.id = *std::move(id);
  listed.username = string_in(user, "username").value_or("");
  listed.first_name = string_in(user, "firstName").value_or("");
  listed.last_name = string_in(user, "lastName").value_or("");
  listed.extension = attribute_in(user, "extension");
  if (const value* enabled = user.if_contains("enabled")) {
    if (!enabled->is_bool()) return std::nullopt;
    listed.is_enabled = enabled->get_bool();
  }
  return listed;
}

std::optional<ListedGroup> group_in(const value& one) {
  if (!one.is_object()) return std::nullopt;
  auto id = id_in(one.get_object());
  const auto name = string_in(one.get_object(), "name");
  if (!id || !name || name->empty() || name->size() > longest_group_name) return std::nullopt;
  return ListedGroup{*std::move(id), std::string(*name)};
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::optional<AdminApi> AdminApi::of_issuer(std::string_view issuer) {
  constexpr std::string_view mark = "/realms/";
  const std::size_t at = issuer.rfind(mark);
  const std::size_t scheme = issuer.find("://");
  if (at == issuer.npos || scheme == issuer.npos || at < scheme + 4) return std::nullopt;
  const std::string_view realm = issuer.substr(at + mark.size());
  if (!is_segment(realm)) return std::nullopt;
  return AdminApi(fmt::format("{}/admin/realms/{}", issuer.substr(0, at), realm));
}

std::string AdminApi::users_count() const {
  return root_ + "/users/count";
}

std::string AdminApi::users(std::size_t first, bool is_brief) const {
  return fmt::format("{}/users?first={}&max={}&briefRepresentation={}", root_, first,
                     is_brief ? page_size : full_page_size, is_brief);
}

std::string AdminApi::group_by_path(std::string_view path) const {
  std::string url = root_ + "/group-by-path";
  if (path.starts_with('/')) path.remove_prefix(1);
  for (bool is_more = true; is_more;) {
    const std::size_t at = path.find('/');
    is_more = at != path.npos;
    url += '/' + percent_encoded(path.substr(0, at));
    path = is_more ? path.substr(at + 1) : "";
  }
  return url;
}

std::string AdminApi::members(std::string_view group, std::size_t first) const {
  return fmt::format("{}/groups/{}/members?first={}&max={}&briefRepresentation=true", root_,
                     percent_encoded(group), first, page_size);
}

std::string AdminApi::children(std::string_view group, std::size_t first) const {
  return fmt::format("{}/groups/{}/children?first={}&max={}&briefRepresentation=true", root_,
                     percent_encoded(group), first, page_size);
}

std::optional<std::string> read_access_token(std::string_view body) {
  const auto answer = identity::json_object(body);
  if (!answer) return std::nullopt;
  const auto token = string_in(*answer, "access_token");
  // It goes into a header field: nothing but what RFC 6750 §2.1 allows there.
  const auto is_allowed = [](char c) {
    return is_unreserved(c) || c == '+' || c == '/' || c == '=';
  };
  if (!token || token->empty() || token->size() > longest_token ||
      !std::ranges::all_of(*token, is_allowed)) {
    return std::nullopt;
  }
  return std::string(*token);
}

std::optional<std::size_t> read_count(std::string_view body) {
  const auto count = json_value(body);
  if (!count || !count->is_int64() || count->get_int64() < 0) return std::nullopt;
  return static_cast<std::size_t>(count->get_int64());
}

std::optional<std::vector<ListedUser>> read_users(std::string_view body) {
  return read_list(body, user_in);
}

std::optional<ListedGroup> read_group(std::string_view body) {
  const auto whole = json_value(body);
  return whole ? group_in(*whole) : std::nullopt;
}

std::optional<std::vector<ListedGroup>> read_groups(std::string_view body) {
  return read_list(body, group_in);
}

std::string read_error(std::string_view body) {
  const auto answer = identity::json_object(body);
  if (!answer) return "";
  const auto error = string_in(*answer, "error").value_or("");
  const bool is_word = error.size() <= longest_error && std::ranges::all_of(error, is_unreserved);
  return is_word ? std::string(error) : "";
}

bool is_service_account(const ListedUser& user) {
  return user.username.starts_with("service-account-");
}

}  // namespace dering::sync
