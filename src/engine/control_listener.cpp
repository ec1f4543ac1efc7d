// SPDX-License-Identifier: Apache-2.0
#include "engine/control_listener.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace dering::engine {
namespace {

std::optional<sockaddr_un> to_unix_address(const std::filesystem::path& path) {
  const std::string& text = path.native();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (text.empty() || text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

FileDescriptor make_socket() {
  return FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

bool someone_answers(const sockaddr_un& address) {
  const FileDescriptor probe = make_socket();
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  // EAGAIN: there is a listener, and its queue is full.
  return ::connect(probe.get(), any, sizeof address) == 0 || errno == EAGAIN;
}

bool is_socket(const sockaddr_un& address) {
  struct stat status{};
  return ::lstat(address.sun_path, &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

std::expected<FileDescriptor, std::string> listen_at(const std::filesystem::path& path) {
  const auto fault = [&](std::string_view what) {
    return std::unexpected(fmt::format("{} {}: {}.", what, path.native(), std::strerror(errno)));
  };
  const auto address = to_unix_address(path);
  if (!address) {
    return std::unexpected(fmt::format("The socket path {} is empty or too long.", path.native()));
  }
  if (is_socket(*address)) {
    if (someone_answers(*address)) {
      return std::unexpected(fmt::format("Another engine listens at {}.", path.native()));
    }
    ::unlink(address->sun_path);
  }
  FileDescriptor listener = make_socket();
  if (!listener) return fault("No socket for");
  // The mode is set before the name appears, so that nobody else gets in between.
  const mode_t old_mask = ::umask(0177);
  const int bound =
      ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  ::umask(old_mask);
  if (bound != 0) return fault("Cannot bind");
  constexpr int backlog = 4;
  if (::listen(listener.get(), backlog) != 0) return fault("Cannot listen at");
  return listener;
}

}  // namespace dering::engine
