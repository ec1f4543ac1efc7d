// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "net/static_files.h"

namespace dering::app {

/// The organisation's logo as a file that the edge serves: SVG or PNG, 100,000 bytes at most. It is
/// shown as a picture only, and has a policy by which nothing in it runs, opened by itself either.
/// Nothing without a name of a file; the error is one sentence that names it.
std::expected<std::optional<net::StaticFiles::Extra>, std::string> read_logo(
    const std::filesystem::path& file);

/// Where such a file is on this server, without the first slash; empty: there is none.
std::string address_of_logo(const std::filesystem::path& file);

}  // namespace dering::app
