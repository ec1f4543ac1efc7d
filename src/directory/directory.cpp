// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <optional>

namespace dering::directory {
namespace {

std::string subject_key(std::string_view issuer, std::string_view subject) {
  std::string key(issuer);
  key.push_back('\0');
  key.append(subject);
  return key;
}

template <class Map, class Key>
std::optional<std::size_t> index_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

Directory::Directory(std::vector<User> users, std::vector<DeviceCredential> devices)
    : users_(std::move(users)), devices_(std::move(devices)) {
  for (std::size_t i = 0; i < users_.size(); ++i) {
    if (!by_extension_.emplace(users_[i].extension, i).second) continue;
    by_subject_.emplace(subject_key(users_[i].issuer, users_[i].subject), i);
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) by_device_.emplace(devices_[i].username, i);
}

const User* Directory::by_extension(std::string_view extension) const {
  const auto index = index_in(by_extension_, extension);
  return index ? &users_[*index] : nullptr;
}

const User* Directory::by_subject(std::string_view issuer, std::string_view subject) const {
  const auto index = index_in(by_subject_, subject_key(issuer, subject));
  return index ? &users_[*index] : nullptr;
}

const DeviceCredential* Directory::device(std::string_view username) const {
  const auto index = index_in(by_device_, username);
  return index ? &devices_[*index] : nullptr;
}

std::string_view name_of(Presence presence) {
  switch (presence) {
    case Presence::offline:
      return "offline";
    case Presence::available:
      return "available";
    case Presence::in_call:
      return "in_call";
  }
  return "offline";
}

}  // namespace dering::directory
