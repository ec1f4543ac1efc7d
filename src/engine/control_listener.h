// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "base/file_descriptor.h"

namespace dering::engine {

/// Listens for switchboards at the path, for this user only (mode 0600). A socket left over by an
/// engine that is gone is removed; one that answers is not. The error is one sentence.
std::expected<FileDescriptor, std::string> listen_at(const std::filesystem::path& path);

}  // namespace dering::engine
