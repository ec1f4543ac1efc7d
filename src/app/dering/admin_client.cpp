// SPDX-License-Identifier: Apache-2.0
#include "app/dering/admin_client.h"

#include <fmt/format.h>

#include "app/dering/data_directory.h"
#include "identity/json.h"
#include "net/local_socket.h"

namespace dering::app {

std::expected<std::string, std::string> good_answer(int status, std::string body) {
  if (status < 400) return body;
  if (const auto problem = identity::json_object(body)) {
    if (const auto detail = identity::string_in(*problem, "detail")) {
      return std::unexpected(std::string(*detail));
    }
  }
  return std::unexpected(fmt::format("the running dering answered {}.", status));
}

std::expected<net::HttpDocument, std::string> answer_of_running(const std::filesystem::path& data,
                                                                const net::LocalRequest& request) {
  const std::filesystem::path socket = DataPaths(data).admin_socket;
  switch (net::local_peer(socket)) {
    case net::LocalPeer::nobody:
      return std::unexpected(fmt::format("no dering runs on the data folder {}.", data.string()));
    case net::LocalPeer::forbidden:
      return std::unexpected(fmt::format(
          "the dering of the data folder {} is another user's; ask as that user or as root.",
          data.string()));
    case net::LocalPeer::somebody:
      break;
  }
  return net::ask_locally(socket, request);
}

std::expected<std::string, std::string> ask_running(const std::filesystem::path& data,
                                                    const net::LocalRequest& request) {
  auto answer = answer_of_running(data, request);
  if (!answer) return std::unexpected(answer.error());
  return good_answer(answer->status, std::move(answer->body));
}

}  // namespace dering::app
