// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "net/http_client.h"

namespace dering::net {

/// One request to the running dering over its admin socket.
struct LocalRequest {
  std::string method = "GET";
  std::string target;     ///< path and query
  std::string body = {};  ///< JSON; empty: none
  HttpFields fields = {};
};

/// Asks and waits, as a command does. Whatever status it has, an answer is an answer; the error is
/// one sentence. Blocks for `patience` at most. A program that uses it may not have threads yet.
std::expected<HttpDocument, std::string> ask_locally(
    const std::filesystem::path& socket, const LocalRequest& request,
    std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace dering::net
