// SPDX-License-Identifier: Apache-2.0
#include "api/device_api.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/codecs_json.h"
#include "api/form.h"
#include "api/gate.h"
#include "api/json_body.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/person.h"
#include "identity/digest.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using directory::Device;
using directory::DeviceRefusal;
using directory::User;
using identity::DigestAlgorithm;
using net::HttpResponse;

constexpr std::size_t longest_label = 64;  ///< bytes
/// Each change makes everybody read the directory anew.
constexpr unsigned most_changes = 30;
constexpr std::chrono::seconds change_time{20};
constexpr int name_tries = 5;

/// What can be read out and typed on the keys of a desk phone: no look-alikes.
std::string readable(Random& random, std::size_t length) {
  constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string text;
  while (text.size() < length) text.push_back(alphabet[random.below(alphabet.size())]);
  return text;
}
constexpr std::size_t password_length = 16;  ///< 79 bits

object json_of(const Device& device) {
  return {{"id", std::to_string(device.id.value)},
          {"name", device.label},
          {"username", device.username},
          {"algorithm", device.algorithm},
          {"renew", device.renew},
          {"created_at", device.created_at},
          {"codecs", json_of_codecs(device.codecs)}};
}

/// The same for an id or extension that does not exist and for one that is somebody else's.
HttpResponse not_there() {
  return problem(404, "There is no such device or extension.");
}

HttpResponse too_many_changes(Duration wait) {
  return too_many("Too many changes of devices. Wait a few minutes.", wait);
}

}  // namespace

DeviceApi::DeviceApi(const Settings& settings, directory::Records& records, const Outlets& outlets,
                     Random& random)
    : settings_(settings),
      records_(records),
      outlets_(outlets),
      random_(random),
      changes_({.burst = most_changes, .each = change_time}, random) {}

HttpResponse DeviceApi::answer_to(const DeviceRefusal& refusal, UnixSeconds now) {
  switch (refusal.reason) {
    case DeviceRefusal::Reason::too_many:
      return problem(409, fmt::format("There are {} devices already. Remove one first.",
                                      directory::most_devices));
    case DeviceRefusal::Reason::no_such_user:
      return not_there();
    case DeviceRefusal::Reason::name_taken:
    case DeviceRefusal::Reason::store_failed:
      return store_failure(refusal.sentence, now);
  }
  return store_failure(refusal.sentence, now);
}

HttpResponse DeviceApi::store_failure(const std::string& reason, UnixSeconds now) {
  store_line_.error(instant_of(now), "devices: {}", reason);
  return problem(500, "The store can't be used.");
}

Answer DeviceApi::list(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const User* owner = owner_at(exchange, (*query)["extension"]);
  if (!owner) return not_there();
  const auto devices = records_.devices_of(owner->id);
  if (!devices) return store_failure(devices.error(), exchange.now);
  array list;
  for (const Device& device : *devices) list.push_back(json_of(device));
  return json_response(serialize(object{{"devices", std::move(list)},
                                        {"server",
                                         {{"host", settings_.sip_host},
                                          {"port", settings_.sip_port},
                                          {"tls_port", settings_.sip_tls_port},
                                          {"transports", array{"udp", "tcp", "tls"}},
                                          {"domain", settings_.realm}}}}));
}

Answer DeviceApi::add(const Exchange& exchange) {
  const auto wish = wish_in(exchange.request);
  if (!wish) return wish.error();
  const User* owner = owner_at(exchange, wish->extension);
  if (!owner) return not_there();
  if (const auto wait = change_refused(exchange)) return too_many_changes(*wait);
  return made(exchange, *owner, *wish);
}

std::expected<DeviceApi::Wish, HttpResponse> DeviceApi::wish_in(const net::HttpRequest& request) {
  auto body = json_body(request);
  if (!body) return std::unexpected(std::move(body.error()));
  Wish wish;
  for (const auto& [name, value] : *body) {
    if (name == "name" && value.is_string()) {
      wish.label = directory::one_line(value.get_string(), longest_label + 1);
    } else if (name == "extension" && value.is_string() && !value.get_string().empty()) {
      wish.extension = value.get_string();
    } else if (name == "md5" && value.is_bool()) {
      // Every device knows both algorithms; older clients still say which they want.
    } else {
      return std::unexpected(problem(422,
                                     "name is a text, md5 true or false, extension a number "
                                     "as text; nothing else is known."));
    }
  }
  if (wish.label.empty() || wish.label.size() > longest_label) {
    return std::unexpected(
        problem(422, fmt::format("A device has a name, of {} bytes at most.", longest_label)));
  }
  return wish;
}

Answer DeviceApi::made(const Exchange& exchange, const User& owner, const Wish& wish) {
  const std::string password = readable(random_, password_length);
  directory::NewDevice device{.user = owner.id,
                              .label = wish.label,
                              .username = {},
                              .ha1_md5 = {},
                              .ha1_sha256 = {},
                              .created_at = exchange.now.count()};
  std::expected<Device, DeviceRefusal> kept = std::unexpected(DeviceRefusal{});
  for (int tries = 0; tries < name_tries; ++tries) {
    device.username = fmt::format("{}-{}", owner.extension, readable(random_, 5));
    const auto ha1 = [&](DigestAlgorithm algorithm) {
      return identity::digest_ha1(algorithm, device.username, settings_.realm, password);
    };
    device.ha1_md5 = ha1(DigestAlgorithm::md5);
    device.ha1_sha256 = ha1(DigestAlgorithm::sha256);
    kept = records_.add_device(device);
    if (kept || kept.error().reason != DeviceRefusal::Reason::name_taken) break;
  }
  if (!kept) return answer_to(kept.error(), exchange.now);
  on_changed(exchange, "made " + kept->username, owner);
  object answer = json_of(*kept);
  answer["password"] = password;
  return json_response(serialize(answer), 201);
}

Answer DeviceApi::remove(const Exchange& exchange) {
  const auto query = Form::parse(exchange.request.query);
  if (!query) return problem(400, "The query can't be read.");
  const auto id = to_number<std::uint64_t>(exchange.id);
  const User* owner = owner_at(exchange, (*query)["extension"]);
  if (!id || !owner) return not_there();
  if (const auto wait = change_refused(exchange)) return too_many_changes(*wait);
  const auto is_removed = records_.remove_device(owner->id, directory::DeviceId{*id});
  if (!is_removed) return store_failure(is_removed.error(), exchange.now);
  if (!*is_removed) return not_there();
  on_changed(exchange, fmt::format("removed {}", *id), *owner);
  return net::HttpResponse{204, {{"Cache-Control", "no-store"}}, ""};
}

std::optional<Duration> DeviceApi::change_refused(const Exchange& exchange) {
  return changes_.try_spend(std::to_string(exchange.user->id.value), instant_of(exchange.now));
}

/// The line that tells later who let which desk phone in.
void DeviceApi::on_changed(const Exchange& exchange, std::string_view what, const User& owner) {
  log::info("audit: {}: device {} of extension {}", who_asks(exchange), what, owner.extension);
  if (outlets_.directory_touched) outlets_.directory_touched();
}

}  // namespace dering::api
