// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "sip/message/framer.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

/// An INVITE as a browser sends it: 17 header fields and an offer with candidates.
std::string browser_invite() {
  std::string sdp =
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
      "a=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS stream\r\n"
      "m=audio 51472 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 192.0.2.17\r\n"
      "a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:4Zc9\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlni\r\n"
      "a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:"
      "B9:B1:3F:82:18:3B:54:02:12:DF\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n";
  for (int i = 0; i < 8; ++i) {
    sdp += "a=candidate:1467250027 1 udp 2122260223 192.0.2.17 51472 typ host generation 0\r\n";
  }
  return MessageWriter::request("INVITE", "sip:1002@pbx.example.com")
      .header("Via", "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks")
      .header("Max-Forwards", "69")
      .header("To", "<sip:1002@pbx.example.com>")
      .header("From", "\"Siti Aminah\" <sip:1001@pbx.example.com>;tag=asdyka899")
      .header("Call-ID", "asidkj3ss0938hjkasd93")
      .header("CSeq", "8120 INVITE")
      .header("Authorization",
              "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMDAxIn0.MEUCIQDexample0signature0bytes")
      .header("X-Trace", "4bf92f3577b34da6a3ce929d0e0e4736")
      .header("Contact", "<sip:p8ssk3at@df7jal23ls0d.invalid;transport=ws;ob>")
      .header("Session-Expires", "1800;refresher=uas")
      .header("Allow", "INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY")
      .header("Supported", "timer,ice,replaces,outbound")
      .header("User-Agent", "dering-phone/0.1.0")
      .header("Accept", "application/sdp")
      .header("P-Early-Media", "supported")
      .finish("application/sdp", sdp);
}

void parse_invite(benchmark::State& state) {
  const std::string text = browser_invite();
  for (auto _ : state) {
    auto message = Message::parse(text);
    benchmark::DoNotOptimize(message);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(parse_invite);

void write_ringing(benchmark::State& state) {
  const auto invite = Message::parse(browser_invite());
  const auto source = SocketAddress::from_ipv4(0xc0000211, 40312);
  for (auto _ : state) {
    std::string response = MessageWriter::response_to(*invite, source, 180, "Ringing", "8321234356")
                               .header(HeaderId::contact, "<sip:pbx.example.com;transport=wss>")
                               .finish();
    benchmark::DoNotOptimize(response);
  }
}
BENCHMARK(write_ringing);

void frame_invite(benchmark::State& state) {
  const std::string text = browser_invite();
  StreamFramer framer;
  for (auto _ : state) {
    framer.add(text);
    benchmark::DoNotOptimize(framer.next());
  }
}
BENCHMARK(frame_invite);

void find_header_names(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string_view name : {"Via", "from", "Call-ID", "CONTENT-LENGTH", "X-Unknown"}) {
      benchmark::DoNotOptimize(header_from(name));
    }
  }
}
BENCHMARK(find_header_names);

}  // namespace
}  // namespace dering::sip
