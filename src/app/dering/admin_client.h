// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "net/local_client.h"

namespace dering::app {

/// Asks the running dering; the body of a good answer. An answer that refuses is an error, with
/// its own sentence; so is that nobody runs.
std::expected<std::string, std::string> ask_running(const std::filesystem::path& data,
                                                    const net::LocalRequest& request);

/// The same, whatever the status is.
std::expected<net::HttpDocument, std::string> answer_of_running(const std::filesystem::path& data,
                                                                const net::LocalRequest& request);

/// The body, or the sentence of the RFC 9457 problem that it is.
std::expected<std::string, std::string> good_answer(int status, std::string body);

}  // namespace dering::app
