// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

namespace dering::app {

/// A password from whoever runs the command: on a terminal asked twice, without showing it; else
/// the first line of standard input. Never from the command line, which everybody on the machine
/// can read. The error is one sentence.
std::expected<std::string, std::string> typed_password();

}  // namespace dering::app
