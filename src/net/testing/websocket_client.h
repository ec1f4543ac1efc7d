// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "net/testing/loopback_client.h"

namespace dering::net::testing {

enum class Opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// One WebSocket frame (RFC 6455 §5.2) with every freedom to be wrong.
struct Frame {
  Opcode opcode = Opcode::text;
  std::string payload = {};
  bool is_last = true;
  bool is_masked = true;
  /// What the header says; the payload's size unless set.
  std::optional<std::uint64_t> claimed_size = {};
};

inline std::string to_bytes(const Frame& frame) {
  const std::uint64_t size = frame.claimed_size.value_or(frame.payload.size());
  std::uint8_t header[14];
  ByteWriter writer(header);
  const std::uint8_t mask_bit = frame.is_masked ? 0x80 : 0;
  writer.u8(static_cast<std::uint8_t>((frame.is_last ? 0x80 : 0) |
                                      static_cast<std::uint8_t>(frame.opcode)));
  if (size < 126) {
    writer.u8(static_cast<std::uint8_t>(mask_bit | size));
  } else if (size <= 0xffff) {
    writer.u8(mask_bit | 126);
    writer.u16(static_cast<std::uint16_t>(size));
  } else {
    writer.u8(mask_bit | 127);
    writer.u64(size);
  }
  // A mask of zeros leaves the payload as it is.
  if (frame.is_masked) writer.u32(0);
  return std::string(as_text(writer.written())) + frame.payload;
}

inline std::string upgrade_request(std::string_view origin_line = "Origin: https://phone.example",
                                   std::string_view protocol_line = "Sec-WebSocket-Protocol: sip") {
  std::string request =
      "GET /ws/sip HTTP/1.1\r\nHost: phone.example\r\nConnection: keep-alive, Upgrade\r\n"
      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const std::string_view line : {origin_line, protocol_line}) {
    if (!line.empty()) request.append(line).append("\r\n");
  }
  return request + "\r\n";
}

/// A client that has been through the handshake.
class WebSocketClient : public LoopbackClient {
 public:
  explicit WebSocketClient(const SocketAddress& address, Options options = {})
      : LoopbackClient(address, options) {
    send(upgrade_request());
    handshake_ = read_response(*this, false);
    EXPECT_EQ(handshake_.status, 101);
  }

  const ReceivedResponse& handshake() const { return handshake_; }
  bool send_frame(const Frame& frame) { return send(to_bytes(frame)); }
  bool send_text(std::string_view payload) { return send_frame({.payload = std::string(payload)}); }

  /// The next frame of any kind; nothing when the connection ended.
  std::optional<Frame> read_frame() {
    const std::string start = read_exactly(2);
    if (start.size() < 2) return std::nullopt;
    Frame frame;
    frame.opcode = static_cast<Opcode>(start[0] & 0x0f);
    frame.is_last = (start[0] & 0x80) != 0;
    frame.is_masked = (start[1] & 0x80) != 0;
    std::uint64_t size = start[1] & 0x7f;
    if (size >= 126) {
      const std::string extended = read_exactly(size == 126 ? 2 : 8);
      ByteReader reader(as_bytes(extended));
      size = size == 126 ? reader.u16() : reader.u64();
    }
    frame.payload = read_exactly(size);
    return frame;
  }

  /// The code of the close frame that comes next; 0 if the connection ended without one.
  int read_close_code() {
    while (auto frame = read_frame()) {
      if (frame->opcode != Opcode::close) continue;
      ByteReader reader(as_bytes(frame->payload));
      return reader.u16();
    }
    return 0;
  }

 private:
  ReceivedResponse handshake_;
};

}  // namespace dering::net::testing
