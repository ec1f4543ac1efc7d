// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "sync/fetch.h"

namespace dering::sync::testing {

/// A Keycloak realm in memory: answers fetches as its Admin API does, and can misbehave.
class FakeRealm {
 public:
  struct User {
    std::string id;
    std::string username;
    std::string first_name = "First";
    std::string last_name = "Last";
    bool is_enabled = true;
    std::string extension = {};
  };
  struct Group {
    std::string id;
    std::string path;
    std::vector<std::string> members = {};  ///< user ids
  };
  static constexpr std::string_view issuer = "https://sso.example/realms/dering";
  static constexpr std::string_view root = "https://sso.example/admin/realms/dering";
  static constexpr std::string_view token_endpoint =
      "https://sso.example/realms/dering/protocol/openid-connect/token";

  std::vector<User> users;
  std::vector<Group> groups;
  std::string token = "token-1";
  std::map<std::string, int> asked;  ///< how often each kind of thing was
  std::vector<Fetch> fetches;        ///< all of them
  /// Given each request first: what it returns is the answer.
  std::function<std::optional<Fetched>(const Fetch&)> trick;

  void add_users(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("user{:05}", users.size());
      users.push_back({.id = "id-" + name, .username = name});
    }
  }

  Fetched answer(const Fetch& fetch) {
    fetches.push_back(fetch);
    if (trick) {
      if (auto odd = trick(fetch)) return *odd;
    }
    if (fetch.url == token_endpoint) return on_token(fetch);
    if (field(fetch, "Authorization") != "Bearer " + token) return FetchedDocument{401, "{}"};
    std::string_view rest = fetch.url;
    if (!rest.starts_with(root)) return FetchedDocument{404, "{}"};
    rest.remove_prefix(root.size());
    const std::string_view path = take_until(rest, '?');
    return on_admin(path, number_in(rest, "first"), number_in(rest, "max"),
                    rest.find("briefRepresentation=false") != rest.npos);
  }

  static std::string field(const Fetch& fetch, std::string_view name) {
    for (const auto& [key, value] : fetch.fields) {
      if (key == name) return value;
    }
    return "";
  }

 private:
  Fetched on_token(const Fetch& fetch) {
    ++asked["token"];
    const bool is_right =
        fetch.method == "POST" && fetch.body == "grant_type=client_credentials" &&
        field(fetch, "Authorization") == "Basic " + to_base64("dering-sync:s%26cret%2F%C3%A9");
    if (!is_right) return FetchedDocument{401, R"({"error":"unauthorized_client"})"};
    return FetchedDocument{
        200,
        fmt::format(R"({{"access_token":"{}","expires_in":300,"token_type":"Bearer"}})", token)};
  }

  Fetched on_admin(std::string_view path, std::size_t first, std::size_t max, bool is_full) {
    if (path == "/users/count") {
      ++asked["count"];
      return FetchedDocument{200, fmt::format("{}", users.size())};
    }
    if (path == "/users") {
      ++asked["users"];
      return list(users, first, max, [&](const User& one) { return json(one, is_full); });
    }
    for (Group& group : groups) {
      if (path == "/group-by-path" + encoded(group.path)) {
        ++asked["group"];
        return FetchedDocument{200, json(group)};
      }
      if (path == fmt::format("/groups/{}/members", group.id)) {
        ++asked["members"];
        return list(group.members, first, max, [&](const std::string& id) {
          const auto user = std::ranges::find(users, id, &User::id);
          return json(user == users.end() ? User{id, id} : *user, false);
        });
      }
      if (path == fmt::format("/groups/{}/children", group.id)) {
        ++asked["children"];
        std::vector<Group> below;
        for (const Group& one : groups) {
          if (one.path.substr(0, one.path.rfind('/')) == group.path) below.push_back(one);
        }
        return list(below, first, max, [&](const Group& one) { return json(one); });
      }
    }
    return FetchedDocument{404, R"({"error":"Group path does not exist"})"};
  }

  template <class Item, class Write>
  static Fetched list(const std::vector<Item>& items, std::size_t first, std::size_t max,
                      Write write) {
    std::string text = "[";
    for (std::size_t i = first; i < std::min(items.size(), first + max); ++i) {
      if (text.size() > 1) text += ',';
      text += write(items[i]);
    }
    return FetchedDocument{200, text + "]"};
  }

  static std::string json(const User& user, bool is_full) {
    const std::string attributes =
        is_full && !user.extension.empty()
            ? fmt::format(R"(,"attributes":{{"extension":["{}"]}})", user.extension)
            : "";
    return fmt::format(
        R"({{"id":"{}","username":"{}","firstName":"{}","lastName":"{}","email":"x@example",)"
        R"("emailVerified":false,"enabled":{},"createdTimestamp":1700000000000{}}})",
        user.id, user.username, user.first_name, user.last_name, user.is_enabled, attributes);
  }
  static std::string json(const Group& group) {
    return fmt::format(R"({{"id":"{}","name":"{}","path":"{}","subGroups":[]}})", group.id,
                       group.path.substr(group.path.rfind('/') + 1), group.path);
  }

  static std::size_t number_in(std::string_view query, std::string_view name) {
    while (!query.empty()) {
      std::string_view value = take_until(query, '&');
      if (take_until(value, '=') == name) return to_number<std::size_t>(value).value_or(0);
    }
    return 0;
  }
  static std::string encoded(std::string_view path) {
    std::string text;
    for (const char c : path) text += c == ' ' ? std::string("%20") : std::string(1, c);
    return text;
  }
};

}  // namespace dering::sync::testing
