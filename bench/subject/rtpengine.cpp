// SPDX-License-Identifier: Apache-2.0
//
// The little that is needed of rtpengine's ng protocol: bencoded dictionaries over UDP, each behind
// a cookie of ours.
#include "subject/rtpengine.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <vector>

#include "base/check.h"

namespace dering::bench {
namespace {

constexpr std::uint16_t control_port = 22223;
constexpr int patience_ms = 200;

std::string text(std::string_view value) {
  return fmt::format("{}:{}", value.size(), value);
}

/// What stands behind this key, if that is a text.
std::string text_behind(std::string_view message, std::string_view key) {
  const std::size_t at = message.find(text(key));
  if (at == std::string_view::npos) return {};
  std::string_view rest = message.substr(at + text(key).size());
  std::size_t size = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  if (read.ec != std::errc{} || *read.ptr != ':') return {};
  return std::string(rest.substr(static_cast<std::size_t>(read.ptr - rest.data()) + 1, size));
}

FileDescriptor connected_to_control() {
  FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(control_port);
  DERING_CHECK(::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  return socket;
}

}  // namespace

RtpengineUnderTest::RtpengineUnderTest(const std::filesystem::path& program)
    : socket_(connected_to_control()),
      subject_({program.string(), "--table=-1", "--foreground", "--num-threads=1", "--log-level=1",
                "--config-file=none", "--interface=127.0.0.1",
                fmt::format("--listen-ng=127.0.0.1:{}", control_port), "--port-min=24000",
                "--port-max=32000"}) {
  for (int attempt = 0; attempt < 50; ++attempt) {
    if (text_behind(ask("d7:command4:pinge"), "result") == "pong") return;
  }
  DERING_CHECK(false);
}

std::string RtpengineUnderTest::tell(const Said& said) {
  std::string dictionary = "d";
  const auto add = [&](std::string_view key, std::string_view value) {
    dictionary += text(key) + text(value);
  };
  add("command", said.to.empty() ? "offer" : "answer");
  add("call-id", said.call);
  add("from-tag", said.from);
  if (!said.to.empty()) add("to-tag", said.to);
  if (!said.wants_protocol.empty()) add("transport-protocol", said.wants_protocol);
  if (!said.wants_codec.empty()) {
    dictionary += text("codec") + "d" + text("transcode") + "l" + text(said.wants_codec) + "ee";
  }
  dictionary += text("ICE") + text("remove");
  add("sdp", said.sdp);
  return text_behind(ask(dictionary + "e"), "sdp");
}

std::string RtpengineUnderTest::ask(std::string_view bencoded) {
  const std::string cookie = std::to_string(++asked_);
  const std::string question = fmt::format("{} {}", cookie, bencoded);
  if (::send(socket_.get(), question.data(), question.size(), 0) < 0) {
    ::poll(nullptr, 0, patience_ms);  // it is not there yet
    return {};
  }
  std::array<char, 8192> buffer{};
  pollfd readable{socket_.get(), POLLIN, 0};
  while (::poll(&readable, 1, patience_ms) > 0) {
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      ::poll(nullptr, 0, patience_ms);
      return {};
    }
    const std::string_view answer(buffer.data(), static_cast<std::size_t>(size));
    if (answer.starts_with(cookie + " ")) return std::string(answer);
  }
  return {};
}

}  // namespace dering::bench
