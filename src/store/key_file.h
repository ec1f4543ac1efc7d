// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "identity/keys.h"

namespace dering::store {

/// The signing key in that file (mode 0600); on the first start makes the key and the file. Refuses
/// a file that others may read, rather than sign with a key that may be known.
std::expected<identity::SigningKey, std::string> load_or_create_signing_key(
    const std::filesystem::path& file);

}  // namespace dering::store
