// SPDX-License-Identifier: Apache-2.0
#include "api/account_api.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/codecs_json.h"
#include "api/gate.h"
#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using net::HttpResponse;

/// What the store says is for the person who typed.
HttpResponse refused(const std::string& sentence) {
  return problem(422, sentence);
}

object json_of(const directory::Account& account) {
  // For other issuers' people their issuer says what they may do.
  const bool is_ours = account.user.issuer.empty();
  return {{"username", account.user.username}, {"name", account.user.display_name},
          {"unit", account.user.unit},         {"extension", account.user.extension},
          {"issuer", account.user.issuer},     {"role", is_ours ? account.role : std::string()},
          {"enabled", account.enabled}};
}

/// The texts of a body, into the places that are named; false for a field that has none.
bool read_texts(const object& body,
                std::initializer_list<std::pair<std::string_view, std::string*>> places) {
  return std::ranges::all_of(body, [&](const auto& field) {
    const std::string_view name = field.key();
    const auto place =
        std::ranges::find(places, name, &std::pair<std::string_view, std::string*>::first);
    if (place == places.end() || !field.value().is_string()) return false;
    *place->second = field.value().get_string();
    return true;
  });
}

}  // namespace

Answer AccountApi::list(const Exchange&) {
  const auto accounts = accounts_.list();
  if (!accounts) return problem(503, accounts.error());
  array all;
  for (const directory::Account& account : *accounts) all.push_back(json_of(account));
  return json_response(serialize(object{{"accounts", std::move(all)}}));
}

Answer AccountApi::add(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  directory::AccountRequest wish;
  if (!read_texts(*body, {{"username", &wish.username},
                          {"name", &wish.display_name},
                          {"unit", &wish.unit},
                          {"extension", &wish.extension},
                          {"password", &wish.password},
                          {"role", &wish.role}})) {
    return problem(422, "username, name, unit, extension, password and role are texts.");
  }
  const auto added = accounts_.add(wish);
  if (!added) return refused(added.error());
  touched(exchange, fmt::format("added with extension {}: {}", added->user.extension,
                                log::shown(added->user.username)));
  object answer{{"username", added->user.username}, {"extension", added->user.extension}};
  if (!added->made_up_password.empty()) answer["password"] = added->made_up_password;
  return json_response(serialize(answer), 201);
}

Answer AccountApi::change(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  const auto* change = body->size() == 1 ? &*body->begin() : nullptr;
  const auto is_text = [&](std::string_view name) {
    return change && std::string_view(change->key()) == name && change->value().is_string();
  };
  if (is_text("role")) {
    const auto done = accounts_.change_role(exchange.id, change->value().get_string());
    if (!done) return refused(done.error());
    touched(exchange, fmt::format("role of {} changed", log::shown(exchange.id)));
    return json_response("{}");
  }
  if (change && change->key() == "enabled" && change->value().is_bool()) {
    const bool is_enabled = change->value().get_bool();
    if (auto done = accounts_.set_enabled(exchange.id, is_enabled); !done) {
      return refused(done.error());
    }
    if (!is_enabled) end_sign_ins(exchange);
    touched(exchange,
            fmt::format("{} {}", log::shown(exchange.id), is_enabled ? "enabled" : "disabled"));
    return json_response("{}");
  }
  const bool is_made_up =
      change && change->key() == "made_up_password" && change->value() == boost::json::value(true);
  if (!is_made_up && !(is_text("password") && !change->value().get_string().empty())) {
    return problem(422,
                   "One of: role (a text), enabled (true or false), password (a text), "
                   "made_up_password (true).");
  }
  const auto told = accounts_.change_password(
      exchange.id,
      is_made_up ? std::string_view() : std::string_view(change->value().get_string()));
  if (!told) return refused(told.error());
  end_sign_ins(exchange);
  touched(exchange, fmt::format("password of {} changed", log::shown(exchange.id)));
  return json_response(told->empty() ? "{}" : serialize(object{{"password", *told}}));
}

Answer AccountApi::put_device(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  directory::DeviceRequest wish;
  wish.device_name = exchange.id;
  wish.realm = settings_.realm;
  object texts = *body;
  if (const auto* md5 = texts.if_contains("md5"); md5 && md5->is_bool()) {
    wish.md5_only = md5->get_bool();
    texts.erase("md5");
  }
  if (!read_texts(texts, {{"account", &wish.username}, {"password", &wish.password}})) {
    return problem(422, "account and password are texts, md5 true or false.");
  }
  const auto told = accounts_.put_device(wish);
  if (!told) return refused(told.error());
  touched(exchange, fmt::format("device {} of {} set up", log::shown(exchange.id),
                                log::shown(wish.username)));
  return json_response(told->empty() ? "{}" : serialize(object{{"password", *told}}));
}

Answer AccountApi::devices(const Exchange&) {
  const auto devices = accounts_.devices();
  if (!devices) return problem(503, devices.error());
  array all;
  for (const directory::AccountDevice& device : *devices) {
    all.push_back(object{{"username", device.username},
                         {"account", device.account},
                         {"extension", device.extension},
                         {"name", device.label},
                         {"codecs", json_of_codecs(device.codecs)}});
  }
  return json_response(serialize(object{{"devices", std::move(all)}}));
}

Answer AccountApi::change_device(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  const auto* change = body->size() == 1 ? &*body->begin() : nullptr;
  const auto codecs =
      change && change->key() == "codecs" ? codecs_in_json(change->value()) : std::nullopt;
  if (!codecs) {
    return problem(422,
                   "codecs is a list of opus, g722, pcmu and pcma, one at least and the best "
                   "first, or null; nothing else can be changed.");
  }
  if (auto done = accounts_.set_codecs(exchange.id, *codecs); !done) return refused(done.error());
  touched(exchange,
          fmt::format("device {}: codecs {}", log::shown(exchange.id),
                      codecs->empty() ? "of all" : fmt::format("{}", fmt::join(*codecs, ","))));
  return json_response("{}");
}

Answer AccountApi::sign_out(const Exchange& exchange) {
  const auto body = json_body(exchange.request);
  if (!body) return body.error();
  std::string username;
  if (!read_texts(*body, {{"username", &username}}) || username.empty()) {
    return problem(422, "username is a text.");
  }
  if (news_.ends && !news_.ends(username, exchange.now)) {
    return refused("there is no user " + username);
  }
  touched(exchange, "all sign-ins ended of " + log::shown(username));
  return json_response("{}");
}

void AccountApi::end_sign_ins(const Exchange& exchange) {
  if (news_.ends) (void)news_.ends(exchange.id, exchange.now);
}

/// The line that tells later who did it.
void AccountApi::touched(const Exchange& exchange, std::string_view what) {
  log::info("audit: {}: account {}", who_asks(exchange), what);
  if (news_.directory_touched) news_.directory_touched();
}

HttpResponse act_alone(AccountApi& accounts, Answer (AccountApi::*act)(const Exchange&),
                       const net::HttpRequest& request, UnixSeconds now) {
  std::unique_ptr<net::HttpReply> nobody;
  const ShownToken none;
  const std::string_view path = request.path;
  const Exchange exchange{.request = request,
                          .reply = nobody,
                          .shown = none,
                          .now = now,
                          .directory = nullptr,
                          .claims = {},
                          .user = &administrator_of_this_machine(),
                          .id = path.substr(path.rfind('/') + 1)};
  return (accounts.*act)(exchange).value_or(problem(500, "There is no answer."));
}

}  // namespace dering::api
