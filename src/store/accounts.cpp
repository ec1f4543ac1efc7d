// SPDX-License-Identifier: Apache-2.0
#include "store/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "directory/codec_list.h"
#include "identity/digest.h"
#include "identity/password.h"
#include "identity/verdict.h"

namespace dering::store {

using directory::AccountRequest;
using directory::AddedAccount;
using directory::DeviceRequest;

namespace {

constexpr std::size_t longest_username = 64;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_extension = 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_username(std::string_view text) {
  constexpr std::string_view signs = "._-@";
  return !text.empty() && text.size() <= longest_username && std::ranges::all_of(text, [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || signs.find(c) != signs.npos;
  });
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Names go into SIP headers, pages and logs: UTF-8 on one line.
bool is_name(std::string_view text) {
  return text.size() <= longest_name && is_utf8(text) && !has_control_character(text);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_lower);
  return result;
}

std::optional<std::string> fault_of_role(std::string_view role) {
  if (identity::role_named(role)) return std::nullopt;
  return "a role is user, supervisor, operator or admin";
}

std::optional<std::string> fault_of(const AccountRequest& request) {
  if (!is_username(lower(request.username))) {
    return "a user name has letters, digits, '.', '_', '-' and '@', 64 at most";
  }
  if (request.display_name.empty() || !is_name(request.display_name) || !is_name(request.unit)) {
    return "a name is one line of UTF-8, 100 bytes at most";
  }
  if (request.extension.size() > longest_extension ||
      !std::ranges::all_of(request.extension, is_digit)) {
    return "an extension has digits only, 10 at most";
  }
  if (auto fault = fault_of_role(request.role)) return fault;
  return std::nullopt;
}

struct Password {
  std::string text;
  bool is_made_up;

  std::string to_be_told() const { return is_made_up ? text : std::string(); }
};
Stored<Password> password_from(std::string_view typed, Random& random) {
  if (typed.empty()) return Password{readable_password(random), true};
  if (auto fault = identity::fault_of_password(typed)) return std::unexpected(*fault);
  return Password{std::string(typed), false};
}

/// A random UUID (RFC 9562 §5.4): the `sub` claim, which never changes.
std::string new_subject(Random& random) {
  std::string bytes(16, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace

Stored<AddedAccount> AccountBook::add(const AccountRequest& request) {
  if (auto fault = fault_of(request)) return std::unexpected(*fault);
  const auto password = password_from(request.password, random_);
  if (!password) return std::unexpected(password.error());
  NewAccount account;
  account.subject = new_subject(random_);
  account.username = lower(request.username);
  account.display_name = request.display_name;
  account.unit = request.unit;
  account.extension = request.extension;
  account.role = request.role;
  account.password_hash = identity::hash_password(password->text, random_);
  auto added = store_.add_account(account);
  if (!added) return std::unexpected(added.error());
  return AddedAccount{std::move(added->user), password->to_be_told()};
}

Stored<std::vector<directory::Account>> AccountBook::list() {
  return store_.accounts();
}

Stored<std::string> AccountBook::change_password(std::string_view username,
                                                 std::string_view typed) {
  const auto password = password_from(typed, random_);
  if (!password) return std::unexpected(password.error());
  const auto done =
      store_.set_password(lower(username), identity::hash_password(password->text, random_));
  if (!done) return std::unexpected(done.error());
  return password->to_be_told();
}

Stored<void> AccountBook::change_role(std::string_view username, std::string_view role) {
  if (auto fault = fault_of_role(role)) return std::unexpected(*fault);
  return store_.set_role(lower(username), role);
}

Stored<void> AccountBook::set_enabled(std::string_view username, bool enabled) {
  return store_.set_enabled(lower(username), enabled);
}

Stored<std::string> AccountBook::put_device(const DeviceRequest& request) {
  if (!is_username(request.device_name)) {
    return std::unexpected(
        "a device name has small letters, digits, '.', '_', '-' and '@', 64 at most");
  }
  const auto password = password_from(request.password, random_);
  if (!password) return std::unexpected(password.error());
  directory::DeviceCredential device;
  device.username = request.device_name;
  const auto ha1 = [&](identity::DigestAlgorithm algorithm) {
    return identity::digest_ha1(algorithm, request.device_name, request.realm, password->text);
  };
  device.ha1_md5 = ha1(identity::DigestAlgorithm::md5);
  device.ha1_sha256 = ha1(identity::DigestAlgorithm::sha256);
  const auto done = store_.put_device(lower(request.username), device);
  if (!done) return std::unexpected(done.error());
  return password->to_be_told();
}

Stored<std::vector<directory::AccountDevice>> AccountBook::devices() {
  return store_.devices();
}

Stored<void> AccountBook::set_codecs(std::string_view device, std::span<const std::string> codecs) {
  std::string list;
  if (!codecs.empty()) {
    auto read = directory::codec_list(codecs);
    if (!read) return std::unexpected(std::move(read.error()));
    list = *std::move(read);
  }
  return store_.set_codecs(std::string(device), list);
}

std::string readable_password(Random& random) {
  constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789!";
  static_assert(alphabet.size() == 32);
  std::string password;
  for (int i = 0; i < 16; ++i) password.push_back(alphabet[random.below(alphabet.size())]);
  return password;
}

}  // namespace dering::store
