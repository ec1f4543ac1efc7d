// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/form.h"
#include "api/shown_token.h"
#include "base/text.h"
#include "identity/json.h"
#include "identity/password.h"
#include "routing/document/plan_book.h"
#include "store/accounts.h"
#include "store/forwarding_book.h"
#include "store/plan_versions.h"
#include "store/store.h"

namespace dering::api {

struct FakeStream final : net::EventStream {
  bool send(std::string_view event, std::string_view data) override {
    EXPECT_EQ(data.find('\n'), std::string_view::npos);
    if (is_gone || is_closed) return false;
    events.emplace_back(event, data);
    return true;
  }
  void close() override { is_closed = true; }

  std::vector<std::pair<std::string, std::string>> events;
  bool is_closed = false;
  bool is_gone = false;  ///< the reader went away
};

struct FakeReply final : net::HttpReply {
  struct Outcome {
    std::optional<net::HttpResponse> response;
    std::shared_ptr<FakeStream> stream;
  };
  explicit FakeReply(Outcome& where) : outcome(where) {}
  void respond(net::HttpResponse response) override {
    EXPECT_FALSE(outcome.response || outcome.stream) << "answered twice";
    outcome.response = std::move(response);
  }
  std::shared_ptr<net::EventStream> open_event_stream() override {
    EXPECT_FALSE(outcome.response || outcome.stream) << "answered twice";
    return outcome.stream = std::make_shared<FakeStream>();
  }
  Outcome& outcome;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

inline std::string encoded(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text.push_back('&');
    text += percent_encoded(name) + '=' + percent_encoded(value);
  }
  return text;
}

inline std::string field_of(const net::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.fields) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return "";
}

/// The API over a real store in memory, with two users of the built-in provider, an external issuer
/// and a browser to ask it. What it says to the program around it is written down.
class World : public ::testing::Test {
 protected:
  static constexpr std::string_view origin = "https://phone.example:8443";
  static constexpr std::string_view verifier_text = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  World() {
    add("ayu", "Ayu <b>\"L\"</b>\xE2\x80\xA8");
    add("budi", "Budi");
    reload();
  }

  /// With "<name>'s password", whose hash is made once: it is made to take long.
  void add(const std::string& username, std::string display_name, std::string role = "user") {
    static std::map<std::string, std::string> hashes;
    std::string& hash = hashes[username];
    if (hash.empty()) hash = identity::hash_password(username + "'s password", random);
    EXPECT_TRUE(store->add_account({.issuer = "",
                                    .subject = "subject of " + username,
                                    .username = username,
                                    .display_name = std::move(display_name),
                                    .unit = "Library",
                                    .extension = "",
                                    .password_hash = hash,
                                    .role = std::move(role)}));
  }
  void reload() { api.on_directory_changed(*store->load_directory()); }

  net::HttpRequest request(std::string method, std::string path) const {
    net::HttpRequest made;
    made.method = std::move(method);
    made.path = std::move(path);
    made.origin = origin;
    made.peer = *SocketAddress::from_text("192.0.2.7", 5555);
    return made;
  }
  FakeReply::Outcome ask(const net::HttpRequest& asked) {
    FakeReply::Outcome outcome;
    ask_later(outcome, asked);
    EXPECT_TRUE(outcome.response || outcome.stream) << asked.path << " was not answered";
    return outcome;
  }
  void ask_later(FakeReply::Outcome& outcome, const net::HttpRequest& asked) {
    ask_of(api, outcome, asked);
  }
  /// As the program does it: the token is judged first. Cookies go along as in a browser.
  void ask_of(Api& which, FakeReply::Outcome& outcome, net::HttpRequest asked) {
    if (!cookie.empty()) asked.fields.emplace_back("Cookie", cookie);
    const ShownToken shown = judged(verifier, asked, token_in(asked), now);
    which.on_request({asked, std::make_unique<FakeReply>(outcome), shown}, now);
    if (!outcome.response) return;
    const std::string set = field_of(*outcome.response, "Set-Cookie");
    if (!set.empty()) keep_cookie(set.substr(0, set.find(';')));
  }
  /// Beside those with other names.
  void keep_cookie(const std::string& added) {
    const std::string_view name = std::string_view(added).substr(0, added.find('=') + 1);
    std::string kept;
    for (std::string_view rest = cookie; !rest.empty();) {
      const std::string_view one = trimmed(take_until(rest, ';'));
      if (!one.starts_with(name)) kept.append(one).append("; ");
    }
    cookie = kept + added;
  }
  static net::HttpFields bearer(std::string_view token) {
    return {{"Authorization", "Bearer " + std::string(token)}};
  }
  net::HttpResponse send_json(std::string method, std::string path, std::string_view token,
                              std::string body) {
    net::HttpRequest asked = request(std::move(method), std::move(path));
    asked.fields = bearer(token);
    asked.fields.emplace_back("Content-Type", "application/json");
    asked.body = std::move(body);
    return *ask(asked).response;
  }
  net::HttpResponse get(std::string path, const Fields& query = {},
                        const net::HttpFields& fields = {}) {
    net::HttpRequest asked = request("GET", std::move(path));
    asked.query = encoded(query);
    asked.fields = fields;
    return *ask(asked).response;
  }
  net::HttpResponse get_as(std::string_view token, std::string path, const Fields& query = {}) {
    return get(std::move(path), query, {{"Authorization", "Bearer " + std::string(token)}});
  }
  net::HttpResponse post(std::string path, const Fields& form) {
    net::HttpRequest asked = request("POST", std::move(path));
    asked.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
    asked.body = encoded(form);
    return *ask(asked).response;
  }
  std::shared_ptr<FakeStream> stream_as(std::string_view token) {
    net::HttpRequest asked = request("GET", "/api/v1/events");
    asked.fields = {{"authorization", "Bearer " + std::string(token)}};
    return ask(asked).stream;
  }

  Fields authorize_query() const {
    return {{"client_id", "dering-web"},
            {"redirect_uri", std::string(origin) + "/auth/callback"},
            {"response_type", "code"},
            {"scope", "openid profile"},
            {"state", "a state & more"},
            {"nonce", "n-1"},
            {"code_challenge", to_base64url(identity::sha256(verifier_text))},
            {"code_challenge_method", "S256"}};
  }
  static std::string ticket_in(const net::HttpResponse& page) {
    constexpr std::string_view mark = R"(name="ticket" value=")";
    const std::size_t at = page.body.find(mark);
    if (at == std::string::npos) return "";
    return page.body.substr(at + mark.size(),
                            page.body.find('"', at + mark.size()) - at - mark.size());
  }
  /// What the form answers when these are typed into a fresh one, whoever is signed in.
  net::HttpResponse typed(std::string username, std::string password) {
    Fields query = authorize_query();
    query.emplace_back("prompt", "login");
    const auto page = get("/oidc/authorize", query);
    return post("/oidc/authorize", {{"ticket", ticket_in(page)},
                                    {"username", std::move(username)},
                                    {"password", std::move(password)}});
  }
  static Form query_of(const net::HttpResponse& redirect) {
    const std::string location = field_of(redirect, "Location");
    const std::size_t at = location.find('?');
    return *Form::parse(at == std::string::npos ? "" : location.substr(at + 1));
  }
  std::string code_for(const std::string& username) {
    return query_of(typed(username, username + "'s password"))["code"];
  }
  Fields code_form(std::string code) const {
    return {{"grant_type", "authorization_code"},
            {"client_id", "dering-web"},
            {"redirect_uri", std::string(origin) + "/auth/callback"},
            {"code", std::move(code)},
            {"code_verifier", std::string(verifier_text)}};
  }
  net::HttpResponse refreshed(std::string token) {
    return post("/oidc/token", {{"grant_type", "refresh_token"},
                                {"client_id", "dering-web"},
                                {"refresh_token", std::move(token)}});
  }
  static std::string string_of(const net::HttpResponse& response, std::string_view name) {
    const auto object = identity::json_object(response.body);
    if (!object) return "no JSON";
    return std::string(identity::string_in(*object, name).value_or(""));
  }
  net::HttpResponse tokens_for(const std::string& username) {
    return post("/oidc/token", code_form(code_for(username)));
  }
  std::string access_token_for(const std::string& username) {
    return string_of(tokens_for(username), "access_token");
  }

  // ---- an issuer like Keycloak

  static constexpr std::string_view sso = "https://sso.example/realms/dering";

  /// A good access token of that issuer for somebody with these roles, with `changes` on top.
  std::string sso_token(const std::string& subject,
                        const std::vector<std::string>& roles = {"user"},
                        const boost::json::object& changes = {}) {
    boost::json::array list;
    for (const std::string& role : roles) list.push_back(boost::json::value(role));
    boost::json::object claims{{"iss", sso},
                               {"sub", subject},
                               {"aud", "dering-api"},
                               {"azp", "dering-web"},
                               {"typ", "Bearer"},
                               {"iat", now.count()},
                               {"exp", (now + std::chrono::minutes(5)).count()},
                               {"sid", "sign-in of " + subject},
                               {"preferred_username", subject},
                               {"name", subject},
                               {"resource_access", {{"dering-api", {{"roles", list}}}}}};
    for (const auto& [name, value] : changes) claims[name] = value;
    return sso_key.sign(serialize(claims), "JWT");
  }
  std::string logout_token(const boost::json::object& changes) {
    boost::json::object claims{
        {"iss", sso},
        {"aud", "dering-web"},
        {"iat", now.count()},
        {"exp", (now + std::chrono::minutes(2)).count()},
        {"jti", "logout " + std::to_string(++logouts)},
        {"typ", "Logout"},
        {"events",
         {{"http://schemas.openid.net/event/backchannel-logout", boost::json::object()}}}};
    for (const auto& [name, value] : changes) claims[name] = value;
    return sso_key.sign(serialize(claims), "logout+jwt");
  }
  net::HttpResponse log_out(const std::string& token) {
    return post("/oidc/backchannel-logout", {{"logout_token", token}});
  }
  /// Puts somebody of that issuer into the store and the directory.
  void provision(const std::string& subject) {
    const auto done = store->provision({.issuer = std::string(sso),
                                        .subject = subject,
                                        .username = subject,
                                        .display_name = subject,
                                        .groups = {},
                                        .extension = ""},
                                       {}, now);
    EXPECT_TRUE(done && done->is_welcome());
    reload();
  }
  static std::vector<identity::Issuer> issuers(const identity::SigningKey& built_in,
                                               const identity::SigningKey& external) {
    auto all = built_in_issuers({std::string(origin)}, built_in);
    all.push_back({.url = std::string(sso),
                   .name = std::string(sso),
                   .audience = "dering-api",
                   .clients = {"dering-web"},
                   .keys = std::make_shared<const identity::KeySet>(external.public_keys())});
    return all;
  }
  Outlets outlets() {
    return {
        .provision = [this](const identity::TokenClaims& claims) { return on_provision(claims); },
        .signed_out =
            [this](const identity::LogoutClaims& it) {
              signed_out.push_back(it);
              verifier.sign_out(it, now);
              api.on_signed_out(it, now);
            },
        .directory_touched =
            [this] {
              ++directory_touches;
              reload();
            },
        .check_password = [this](const PasswordQuestion& it) { return on_password(it); },
        .start_sync = [this](bool force) { syncs_started.push_back(force); },
        .status_wanted = [this] { ++statuses_wanted; },
        .live_ordered =
            [this](const LiveOrder& it) {
              live_orders.push_back(it);
              api.on_live({.order = it.id, .what = trace.part(0)});
            },
        .registrations = [this] { return registered; },
        .change_logging = [this](const LoggingWish& it) { return on_logging(it); },
        .reload = [this]() -> std::expected<void, std::string> {
          if (!reload_fault.empty()) return std::unexpected(reload_fault);
          return {};
        },
        .sync_state = [this] { return syncs; }};
  }
  /// As the program does it.
  std::expected<directory::DirectorySnapshot, NotProvisioned> on_provision(
      const identity::TokenClaims& claims) {
    provisioned.push_back(claims.subject);
    if (provision_refusal) return std::unexpected(*provision_refusal);
    const auto done = store->provision({.issuer = claims.issuer,
                                        .subject = claims.subject,
                                        .username = claims.username,
                                        .display_name = claims.display_name,
                                        .groups = claims.groups,
                                        .extension = claims.extension},
                                       {}, now);
    if (!done) return std::unexpected(NotProvisioned::store_failed);
    if (!done->is_welcome()) return std::unexpected(NotProvisioned::disabled);
    return *store->load_directory();
  }

  std::expected<LoggingState, std::string> on_logging(const LoggingWish& wish) {
    if (!logging_fault.empty()) return std::unexpected(logging_fault);
    logging.level = wish.level.value_or(logging.level);
    logging.writes_sip = wish.writes_sip.value_or(logging.writes_sip);
    return logging;
  }

  bool on_password(const PasswordQuestion& question) {
    password_questions.push_back(question);
    if (is_password_lane_full) return false;
    if (is_password_lane_slow) return true;
    answer(question);
    return true;
  }
  void answer(const PasswordQuestion& question) {
    const bool is_right = identity::password_matches(question.password, question.hash);
    api.on_password_judged(question.id, is_right, now);
  }

  std::string cookie;                                ///< of the browser
  std::vector<PasswordQuestion> password_questions;  ///< in order
  bool is_password_lane_full = false;
  bool is_password_lane_slow = false;
  int logouts = 0;
  std::vector<std::string> provisioned;  ///< subjects, in order
  std::optional<NotProvisioned> provision_refusal;
  std::vector<identity::LogoutClaims> signed_out;
  int directory_touches = 0;
  std::vector<bool> syncs_started;
  std::vector<directory::SyncState> syncs;
  int statuses_wanted = 0;
  std::vector<LiveOrder> live_orders;
  monitor::TraceRing trace{4096};
  std::vector<directory::StoredBinding> registered;
  LoggingState logging{.level = "info", .writes_sip = false, .sip_file = "/var/sip.log"};
  std::string logging_fault;
  std::string reload_fault;

  SeededRandom random{1};
  UnixSeconds now{1'900'000'000};
  std::unique_ptr<store::Store> store = *store::Store::open(":memory:");
  store::AccountBook accounts{*store, random};
  identity::SigningKey key = identity::SigningKey::generate();
  identity::SigningKey sso_key = identity::SigningKey::generate();
  identity::TokenVerifier verifier{issuers(key, sso_key)};
  Settings settings{.origins = {std::string(origin)},
                    .realm = "phone.example",
                    .issuers = {{.url = std::string(sso),
                                 .client_id = "dering-web",
                                 .audience = "dering-api",
                                 .label = "Universitas"}},
                    .sip_host = "phone.example",
                    .sip_port = 5060};
  store::ForwardingBook forwardings{*store,
                                    [this](const auto& changed) { api.on_forwarding(changed); }};
  store::PlanVersions plan_versions{*store};
  std::vector<routing::PlanSnapshot> plans_told;
  routing::PlanBook plans{plan_versions, [this](const auto& plan) { plans_told.push_back(plan); }};
  Api api{settings, {*store, accounts, forwardings, plans, key, random, outlets()}};
};

}  // namespace dering::api
