// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <unordered_set>
#include <utility>

namespace dering::directory {
namespace {

std::string subject_key(std::string_view issuer, std::string_view subject) {
  std::string key(issuer);
  key.push_back('\0');
  return key.append(subject);
}

/// Removes whatever has the same key as an earlier one.
template <class Value>
void keep_first(std::vector<Value>& values, std::string Value::* key) {
  std::unordered_set<std::string> seen;
  std::erase_if(values, [&](const Value& value) { return !seen.insert(value.*key).second; });
}

template <class Map, class Key, class Value>
const Value* find(const Map& map, const Key& key, const std::vector<Value>& values) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &values[found->second];
}

}  // namespace

Directory::Directory(std::vector<User> users, std::vector<DeviceCredential> devices)
    : users_(std::move(users)), devices_(std::move(devices)) {
  keep_first(users_, &User::extension);
  keep_first(devices_, &DeviceCredential::username);
  // The indexes view into the vectors, which from here on never change.
  for (std::size_t i = 0; i < users_.size(); ++i) {
    by_extension_.emplace(users_[i].extension, i);
    by_subject_.emplace(subject_key(users_[i].issuer, users_[i].subject), i);
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    by_device_.emplace(devices_[i].username, i);
    by_device_extension_.emplace(devices_[i].extension, i);
  }
}

const User* Directory::by_extension(std::string_view extension) const {
  return find(by_extension_, extension, users_);
}

const User* Directory::by_subject(std::string_view issuer, std::string_view subject) const {
  return find(by_subject_, subject_key(issuer, subject), users_);
}

const DeviceCredential* Directory::device(std::string_view username) const {
  return find(by_device_, username, devices_);
}

const DeviceCredential* Directory::device_of(std::string_view extension) const {
  return find(by_device_extension_, extension, devices_);
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
  return "";
}

}  // namespace dering::directory
