// SPDX-License-Identifier: Apache-2.0
#include "app/dering/control_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace dering::app {
namespace {

constexpr std::size_t longest_request = 256;
constexpr std::size_t longest_answer = 64 * 1024;
constexpr timeval patience{.tv_sec = 2, .tv_usec = 0};

std::expected<sockaddr_un, std::string> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return std::unexpected(
        fmt::format("the path {} is too long for a socket; use a shorter --data folder.", text));
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

FileDescriptor connect_to(const sockaddr_un& address) {
  FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return FileDescriptor();
  }
  return fd;
}

/// Up to the first line break; empty if none came in time.
std::string read_line(int fd, std::size_t limit) {
  std::string line;
  char c;
  while (line.size() < limit && ::read(fd, &c, 1) == 1) {
    if (c == '\n') return line;
    line.push_back(c);
  }
  return {};
}

void write_line(int fd, std::string line) {
  line.push_back('\n');
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t count = ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace

std::expected<ControlSocket, std::string> ControlSocket::listen(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(address.error());
  if (connect_to(*address)) {
    return std::unexpected(fmt::format("another dering already runs on the data folder {}.",
                                       path.parent_path().string()));
  }
  ::unlink(address->sun_path);
  FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t old_mask = ::umask(0177);
  const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  ::umask(old_mask);
  if (bound != 0 || ::listen(fd.get(), 16) != 0) {
    return std::unexpected(
        fmt::format("the socket {} could not be made: {}.", path.string(), std::strerror(errno)));
  }
  return ControlSocket(path, std::move(fd));
}

ControlSocket::~ControlSocket() {
  if (fd_) ::unlink(path_.c_str());
}

void ControlSocket::serve(net::EventLoop& loop, Answer answer) {
  loop.add(fd_.get(), [fd = fd_.get(), answer = std::move(answer)] {
    const FileDescriptor client(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const std::string request = read_line(client.get(), longest_request);
    if (!request.empty()) write_line(client.get(), answer(request));
  });
}

std::expected<std::string, std::string> ask_running(const std::filesystem::path& path,
                                                    std::string_view request) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(address.error());
  const FileDescriptor fd = connect_to(*address);
  if (!fd) {
    return std::unexpected(
        fmt::format("no dering runs on the data folder {}.", path.parent_path().string()));
  }
  write_line(fd.get(), std::string(request));
  std::string answer = read_line(fd.get(), longest_answer);
  if (answer.empty()) return std::unexpected(std::string("the running dering did not answer."));
  return answer;
}

}  // namespace dering::app
