// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "directory/binding.h"
#include "directory/directory.h"
#include "directory/forwarding.h"
#include "recording/entry.h"
#include "registrar/held.h"
#include "switchboard/settings.h"

// What a recording keeps as lists: a line for each, written like an entry.
namespace dering::recording {

/// People and devices, without what a device signs in with.
std::string text_of(const directory::Directory& directory);
/// Each device's password is `recorded_password`.
std::expected<directory::DirectorySnapshot, std::string> directory_from(std::string_view text,
                                                                        std::string_view realm);
inline constexpr std::string_view recorded_password = "recorded";

std::string text_of(const std::vector<directory::StoredBinding>& bindings);
std::expected<std::vector<directory::StoredBinding>, std::string> bindings_from(
    std::string_view text);

std::string text_of(const registrar::Held& held);
std::expected<registrar::Held, std::string> held_from(std::string_view text);

std::string text_of(const directory::ForwardingsKept& forwardings);
std::expected<directory::ForwardingsKept, std::string> forwardings_from(std::string_view text);
Entry entry_of(const directory::ForwardingChanged& changed);
directory::ForwardingChanged forwarding_from(const Entry& entry);

Entry entry_of(const switchboard::Settings& settings);
/// What is missing is as usual.
switchboard::Settings settings_from(const Entry& entry);

}  // namespace dering::recording
