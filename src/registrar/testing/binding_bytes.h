// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "registrar/bindings.h"

namespace dering::registrar::testing {

/// A REGISTER as desk phones send it, with a Call-ID and User-Agent of common length.
inline sip::Message desk_register(std::size_t phone, int cseq,
                                  std::string_view authorization = "") {
  const std::string text = fmt::format(
      "REGISTER sip:dering SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{0}x{1}\r\n"
      "From: <sip:{0}@dering>;tag=a\r\nTo: <sip:{0}@dering>\r\n"
      "Call-ID: 3c26700c7a35-{0:012}@10.0.0.1\r\nCSeq: {1} REGISTER\r\nMax-Forwards: 70\r\n"
      "Contact: <sip:{0}@10.0.0.1:5060;transport=udp>;reg-id=1;"
      "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-{0:012}>\"\r\n"
      "User-Agent: Desk Phone T46U 108.86.0.45\r\n{2}Content-Length: 0\r\n\r\n",
      phone, cseq, authorization);
  return std::move(*sip::Message::parse(text));
}

/// Heap bytes that one UDP binding costs when there are so many; 0 where a sanitizer has the heap.
inline double bytes_per_udp_binding(std::size_t count) {
  using namespace std::chrono_literals;
  Outbox out;
  const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  Bindings bindings({10, count});
  for (std::size_t i = 0; i < count; ++i) {
    const sip::Message message = desk_register(1'000'000 + i, 1);
    const auto registration = read_registration(message, 3600s);
    const sip::Flow flow{sip::Transport::udp,
                         SocketAddress::from_ipv4(static_cast<std::uint32_t>(i), 5060), 0};
    const std::string extension = std::to_string(1'000'000 + i);
    bindings.apply({extension, flow, *registration, 3600s},
                   {Instant{} + std::chrono::milliseconds(i), UnixSeconds(0)}, out);
    out.clear();
  }
  out.shrink_to_fit();
  const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
  return static_cast<double>(after - before) / static_cast<double>(count);
}

}  // namespace dering::registrar::testing
