// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <algorithm>
#include <iterator>
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
  std::unordered_set<std::string_view> seen;
  seen.reserve(values.size());
  const auto is_new = [&](const Value& value) { return seen.insert(value.*key).second; };
  if (std::ranges::all_of(values, is_new)) return;
  // Removing moves the texts about: from here on the keys are copies.
  std::unordered_set<std::string> kept;
  std::erase_if(values, [&](const Value& value) { return !kept.insert(value.*key).second; });
}

bool is_before(const User& one, const User& other) {
  if (one.display_name != other.display_name) return one.display_name < other.display_name;
  return one.id < other.id;
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
  if (!std::ranges::is_sorted(users_, is_before)) std::ranges::sort(users_, is_before);
  by_extension_.reserve(users_.size());
  by_subject_.reserve(users_.size());
  // The indexes view into the vectors, which from here on never change.
  for (std::size_t i = 0; i < users_.size(); ++i) {
    by_extension_.emplace(users_[i].extension, i);
    by_subject_.emplace(subject_key(users_[i].issuer, users_[i].subject), i);
  }
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    by_device_.emplace(devices_[i].username, i);
  }
}

DirectorySnapshot Directory::with(std::vector<User> users) const {
  std::unordered_set<UserId> replaced;
  for (const User& user : users) replaced.insert(user.id);
  std::vector<User> kept;
  kept.reserve(users_.size());
  std::ranges::copy_if(users_, std::back_inserter(kept),
                       [&](const User& user) { return !replaced.contains(user.id); });
  std::ranges::sort(users, is_before);
  std::vector<User> all;
  all.reserve(kept.size() + users.size());
  std::merge(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()),
             std::make_move_iterator(users.begin()), std::make_move_iterator(users.end()),
             std::back_inserter(all), is_before);
  return std::make_shared<const Directory>(std::move(all), devices_);
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

bool may_pick_up(const User& who, const User& whose) {
  if (who.extension == whose.extension) return true;
  return !who.unit.empty() && who.unit == whose.unit;
}

std::string_view name_of(Presence presence) {
  switch (presence) {
    case Presence::offline:
      return "offline";
    case Presence::available:
      return "available";
    case Presence::in_call:
      return "in_call";
    case Presence::do_not_disturb:
      return "do_not_disturb";
  }
  return "";
}

}  // namespace dering::directory
