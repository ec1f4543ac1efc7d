// SPDX-License-Identifier: Apache-2.0
#include "engine/validate.h"

#include <algorithm>
#include <string_view>

#include "base/socket_address.h"
#include "engine/link/sdes_link.h"

namespace dering::engine {
namespace {

using namespace media::v2;

/// One sentence, if there is one.
using Fault = std::optional<std::string>;

constexpr std::string_view bad_credentials =
    "ICE credentials must be 4-256 (ufrag) and 22-256 (pwd) letters, digits, + and /.";
constexpr std::uint32_t shortest_digit = 40;
constexpr std::uint32_t longest_digit = 8000;

bool is_ice_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// RFC 8445 §5.3, RFC 8839 §5.4.
bool is_valid(const IceCredentials& credentials) {
  const auto fits = [](const std::string& text, std::size_t least) {
    return text.size() >= least && text.size() <= 256 && std::ranges::all_of(text, is_ice_char);
  };
  return fits(credentials.ufrag(), 4) && fits(credentials.pwd(), 22);
}

/// SHA-256 as RFC 8122 §5 writes it: 32 pairs of hexadecimal digits, joined by colons.
bool is_valid(const Dtls& dtls) {
  const std::string& text = dtls.fingerprint();
  const bool has_role = dtls.role() == Dtls::ROLE_SERVER || dtls.role() == Dtls::ROLE_CLIENT;
  if (text.size() != 95 || !has_role) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    if (i % 3 == 2 ? c != ':' : !is_hex) return false;
  }
  return true;
}

/// "192.0.2.1:4000", with a port.
bool is_valid_remote(const std::string& text) {
  const auto address = SocketAddress::from_host_and_port(text);
  return address && address->port() != 0 && !address->is_unspecified();
}

Fault fault_of_way(const Rtp& rtp) {
  if (rtp.local_port() == 0 || rtp.local_port() % 2 != 0 || rtp.local_port() > 65'534) {
    return "An RTP port is even.";
  }
  const bool remotes_fit = (rtp.remote().empty() || is_valid_remote(rtp.remote())) &&
                           (rtp.remote_rtcp().empty() || is_valid_remote(rtp.remote_rtcp()));
  if (!remotes_fit) return "A phone's RTP address is an IP address and a port.";
  if (rtp.learn() == Rtp::LEARN_UNSPECIFIED || !Rtp::Learn_IsValid(rtp.learn())) {
    return "An RTP way says what may be learnt.";
  }
  if (rtp.learn() == Rtp::LEARN_PORT && !SocketAddress::from_text(rtp.source(), 0)) {
    return "Learning a port needs the IP address that packets come from.";
  }
  return std::nullopt;
}

Fault fault_of_keys(const Keys& keys) {
  switch (keys.kind_case()) {
    case Keys::kDtls:
      if (!is_valid(keys.dtls())) return "DTLS needs a role and a SHA-256 fingerprint.";
      return std::nullopt;
    case Keys::kSdes: {
      const std::size_t size = keying_size(keys.sdes().suite());
      const bool fits =
          size != 0 && keys.sdes().ours().size() == size && keys.sdes().theirs().size() == size;
      if (!fits) return "SDES needs a suite, and key and salt of its size for each direction.";
      return std::nullopt;
    }
    case Keys::kClear:
      return std::nullopt;
    case Keys::KIND_NOT_SET:
      return "Keys are DTLS, SDES or none for RTP in clear.";
  }
  return std::nullopt;
}

bool is_clock_of(const Codec& codec) {
  switch (codec.name()) {
    case Codec::NAME_PCMU:
    case Codec::NAME_PCMA:
    case Codec::NAME_G722:
    case Codec::NAME_COMFORT_NOISE:
      return codec.clock_rate() == 8000;
    case Codec::NAME_OPUS:
      return codec.clock_rate() == 48'000;
    case Codec::NAME_TELEPHONE_EVENT:
      return codec.clock_rate() == 8000 || codec.clock_rate() == 48'000;
    case Codec::NAME_UNSPECIFIED:
    case Codec_Name_Codec_Name_INT_MIN_SENTINEL_DO_NOT_USE_:
    case Codec_Name_Codec_Name_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

template <class Codecs>
Fault fault_of_codecs(const Codecs& codecs) {
  constexpr int most_codecs = 32;
  if (codecs.size() > most_codecs) return "A stream has at most 32 codecs each way.";
  std::array<bool, 128> seen{};
  for (const Codec& codec : codecs) {
    // RFC 5761 §4: with the marker these look like RTCP.
    const bool is_free =
        codec.payload_type() < 64 || (codec.payload_type() >= 96 && codec.payload_type() < 128);
    if (!is_free) return "A payload type is below 64, or from 96 to 127.";
    if (std::exchange(seen[codec.payload_type()], true))
      return "A payload type stands for one codec.";
    if (!is_clock_of(codec))
      return "A codec has a known name and the clock rate that belongs to it.";
  }
  return std::nullopt;
}

template <class PortCommand>
Fault fault_of_port(const PortCommand& command) {
  if (command.port() == 0) return "A port needs an id.";
  if (command.has_ice()) {
    const Ice& ice = command.ice();
    const bool credentials_fit = (!ice.has_local() || is_valid(ice.local())) &&
                                 (!ice.has_remote() || is_valid(ice.remote()));
    if (!credentials_fit) return std::string(bad_credentials);
  }
  if (command.has_rtp()) {
    if (auto fault = fault_of_way(command.rtp())) return fault;
  }
  if (command.has_keys()) {
    if (auto fault = fault_of_keys(command.keys())) return fault;
  }
  return command.has_stream() ? fault_of_stream(command.stream()) : std::nullopt;
}

Fault fault_of_open_port(const OpenPort& command) {
  if (command.bridge() == 0) return "A port needs a bridge.";
  const bool has_way = command.has_rtp() || command.ice().has_local();
  if (!has_way) return "A port needs a way: its own ICE credentials, or an RTP port.";
  return fault_of_port(command);
}

Fault fault_of_start(const Start& command) {
  if (command.action() == 0) return "An action needs an id.";
  if (command.what_case() == Start::WHAT_NOT_SET) return "An action says what goes on.";
  return std::nullopt;
}

Fault fault_of_digit(const SendDigit& command) {
  constexpr std::string_view digits = "0123456789*#ABCD";
  const bool is_digit =
      command.digit().size() == 1 && digits.find(command.digit()[0]) != std::string_view::npos;
  if (!is_digit) return "A digit is one of 0-9, *, # and A-D.";
  if (command.milliseconds() < shortest_digit || command.milliseconds() > longest_digit) {
    return "A digit lasts 40 to 8000 milliseconds.";
  }
  return std::nullopt;
}

Fault fault_of_verb(const Command& command) {
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      return command.open_bridge().bridge() == 0 ? Fault("A bridge needs an id.") : Fault();
    case Command::kOpenPort:
      return fault_of_open_port(command.open_port());
    case Command::kUpdatePort:
      return fault_of_port(command.update_port());
    case Command::kMovePort:
      return command.move_port().bridge() == 0 ? Fault("A port moves to a bridge.") : Fault();
    case Command::kStart:
      return fault_of_start(command.start());
    case Command::kSendDigit:
      return fault_of_digit(command.send_digit());
    case Command::kHello:
    case Command::kCloseBridge:
    case Command::kClosePort:
    case Command::kJoin:
    case Command::kStop:
      return std::nullopt;
    case Command::VERB_NOT_SET:
      return "This engine does not know that command.";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of_stream(const Stream& stream) {
  constexpr std::size_t most_cname = 255;
  if (stream.ssrc() == 0) return "A stream needs an SSRC.";
  if (stream.cname().empty() || stream.cname().size() > most_cname) {
    return "A stream needs a CNAME of at most 255 bytes.";
  }
  if (stream.ptime() != 0 && (stream.ptime() < 10 || stream.ptime() > 120)) {
    return "A packet holds 10 to 120 milliseconds.";
  }
  if (auto fault = fault_of_codecs(stream.receive())) return fault;
  return fault_of_codecs(stream.send());
}

std::optional<Refusal> fault_of(const Command& command) {
  if (auto fault = fault_of_verb(command)) return malformed(std::move(*fault));
  return std::nullopt;
}

}  // namespace dering::engine
