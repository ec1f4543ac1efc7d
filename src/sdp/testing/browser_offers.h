// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dering::sdp::testing {

/// Descriptions as browsers write them, with LF; crlf() makes what goes over the wire.
inline std::string crlf(std::string_view text) {
  std::string wire;
  for (const char c : text) {
    if (c == '\n') wire.push_back('\r');
    wire.push_back(c);
  }
  return wire;
}

inline constexpr std::string_view chromium_fingerprint =
    "0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:"
    "FF";
inline constexpr std::string_view firefox_fingerprint =
    "FF:EE:DD:CC:BB:AA:99:88:77:66:55:44:33:22:11:00:F0:E1:D2:C3:B4:A5:96:87:78:69:5A:4B:3C:2D:1E:"
    "0F";

/// Chromium, audio and video, candidates gathered.
inline constexpr std::string_view chromium_offer = R"(v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS 5f3c0d7e-stream
m=audio 51412 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 192.168.1.20
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:2999745851 1 udp 2122260223 192.168.1.20 51412 typ host generation 0 network-id 1
a=candidate:842163049 1 udp 1677729535 203.0.113.77 51412 typ srflx raddr 192.168.1.20 rport 51412
a=candidate:4233069003 1 tcp 1518280447 192.168.1.20 9 typ host tcptype active
a=ice-ufrag:Zx7+
a=ice-pwd:Jq8vV3mP0oYtR5wZ1cN7bL2k
a=ice-options:trickle
a=fingerprint:sha-256 0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:5f3c0d7e-stream 9a1b-audio
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:3570614608 cname:4TOk42mSjXCkVIa6
a=ssrc:3570614608 msid:5f3c0d7e-stream 9a1b-audio
m=video 51412 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 192.168.1.20
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:2999745851 1 udp 2122260223 192.168.1.20 51412 typ host generation 0 network-id 1
a=ice-ufrag:Zx7+
a=ice-pwd:Jq8vV3mP0oYtR5wZ1cN7bL2k
a=ice-options:trickle
a=fingerprint:sha-256 0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF
a=setup:actpass
a=mid:1
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:5f3c0d7e-stream 9a1b-video
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=ssrc-group:FID 1 2
a=ssrc:1 cname:4TOk42mSjXCkVIa6
)";

/// Firefox, audio alone, no candidates yet: fingerprint and options at session level.
inline constexpr std::string_view firefox_offer = R"(v=0
o=mozilla...THIS_IS_SDPARTA-99.0 7153829341213434214 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
a=fingerprint:sha-256 ff:ee:dd:cc:bb:aa:99:88:77:66:55:44:33:22:11:00:f0:e1:d2:c3:b4:a5:96:87:78:69:5a:4b:3c:2d:1e:0f
a=group:BUNDLE 0
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=sendrecv
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=fmtp:101 0-15
a=ice-pwd:f0e1d2c3b4a5968778695a4b3c2d1e0f
a=ice-ufrag:a1b2c3d4
a=mid:0
a=msid:{11111111-2222} {33333333-4444}
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000/1
a=setup:actpass
a=ssrc:1844520143 cname:{55555555-6666}
)";

/// A desk phone.
inline constexpr std::string_view desk_phone_offer = R"(v=0
o=1002 8000 8000 IN IP4 192.0.2.30
s=SIP Call
c=IN IP4 192.0.2.30
t=0 0
m=audio 5004 RTP/AVP 9 0 8 101
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
)";

}  // namespace dering::sdp::testing
