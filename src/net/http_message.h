// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/socket_address.h"

namespace dering::net {

/// Through which door a request came in.
enum class Door : std::uint8_t {
  network,
  admin_socket,  ///< the Unix socket in the data folder: an administrator of this machine
};

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// One whole HTTP request, already bounded by the edge (target 4 KiB, header 16 KiB, body 64 KiB,
/// or 11 MiB through the admin socket).
struct HttpRequest {
  std::string method;  ///< "GET", "POST", …
  std::string path;    ///< decoded, starts with '/', free of "..", NUL and backslash
  std::string query;   ///< raw, without '?'
  HttpFields fields;
  std::string body;
  SocketAddress peer;
  Door door = Door::network;
  /// How the page is reached, "https://host:8443" and the prefix if there is one: one of the known
  /// addresses, or what the request says.
  std::string origin;

  /// First field of that name, without regard to case.
  std::optional<std::string_view> field(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  HttpFields fields;  ///< the edge adds Content-Length, Date and the security fields
  std::string body;
};

/// A stream of server-sent events (WHATWG HTML §9.2) that stays open. Any thread.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Queues one event; false once the reader is gone or has fallen too far behind (then it is
  /// closed). `data` may hold no line break.
  virtual bool send(std::string_view event, std::string_view data) = 0;
  virtual void close() = 0;
};

/// The way back for one request. Exactly one of the two is called, on any thread; a reply that is
/// destroyed unanswered becomes 500.
class HttpReply {
 public:
  virtual ~HttpReply() = default;
  /// Before the answer: the request came with a good token, so its connection counts for nobody.
  virtual void has_signed_in() {}
  virtual void respond(HttpResponse response) = 0;
  virtual std::shared_ptr<EventStream> open_event_stream() = 0;
};

}  // namespace dering::net
