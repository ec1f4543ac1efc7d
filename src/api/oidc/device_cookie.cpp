// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/device_cookie.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "api/oidc/cookies.h"
#include "identity/json.h"

namespace dering::api::oidc {
namespace {

constexpr std::string_view purpose = "device";
constexpr std::size_t id_length = 22;  ///< 128 bits

}  // namespace

std::vector<Device> DeviceCookies::shown_by(const net::HttpRequest& request,
                                            UnixSeconds now) const {
  const std::string name = cookie_name(request.origin, purpose);
  for (const std::string_view sealed : cookies_in(request.field("Cookie").value_or(""), name)) {
    if (auto devices = opened(sealed, now)) return *std::move(devices);
  }
  return {};
}

std::optional<std::vector<Device>> DeviceCookies::opened(std::string_view sealed,
                                                         UnixSeconds now) const {
  const auto text = box_.open(sealed, purpose);
  const auto ours = text ? identity::json_object(*text) : std::nullopt;
  if (!ours) return std::nullopt;
  std::vector<Device> devices;
  for (const auto& value : ours->at("devices").as_array()) {
    const auto& one = value.as_object();
    Device device{.username = std::string(one.at("username").as_string()),
                  .id = std::string(one.at("id").as_string()),
                  .until = one.at("until").as_int64()};
    if (now.count() < device.until) devices.push_back(std::move(device));
  }
  return devices;
}

std::string DeviceCookies::after_sign_in(std::string_view address, const std::string& username,
                                         std::vector<Device> shown, UnixSeconds now) const {
  std::erase_if(shown, [&](const Device& one) { return one.username == username; });
  if (shown.size() >= most_names) shown.resize(most_names - 1);
  shown.insert(shown.begin(), {username, random_.token(id_length), (now + lifetime).count()});
  boost::json::array devices;
  for (const Device& one : shown) {
    devices.push_back(
        boost::json::object{{"username", one.username}, {"id", one.id}, {"until", one.until}});
  }
  const std::string sealed = box_.seal(
      boost::json::serialize(boost::json::object{{"devices", std::move(devices)}}), purpose);
  return set_cookie(
      address,
      {.purpose = purpose, .value = sealed, .lifetime = lifetime, .same_site = SameSite::strict});
}

}  // namespace dering::api::oidc
