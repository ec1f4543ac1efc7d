// SPDX-License-Identifier: Apache-2.0
#include "net/local_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace dering::net {
namespace {

constexpr int waiting_connections = 64;

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.empty() || text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

std::unexpected<std::string> fault_at(const std::filesystem::path& path, int code) {
  return std::unexpected(
      fmt::format("the socket {} could not be made: {}.", path.string(), std::strerror(code)));
}

}  // namespace

LocalPeer local_peer(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) return LocalPeer::nobody;
  const FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0) {
    return LocalPeer::somebody;
  }
  if (errno == EAGAIN) return LocalPeer::somebody;  // its queue is full
  if (errno == EACCES || errno == EPERM) return LocalPeer::forbidden;
  return LocalPeer::nobody;
}

std::expected<FileDescriptor, std::string> listen_locally(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) {
    return std::unexpected(fmt::format(
        "the path {} is too long for a socket; use a shorter --data folder.", path.string()));
  }
  struct stat old{};
  if (::lstat(path.c_str(), &old) == 0) {
    if (!S_ISSOCK(old.st_mode)) return fault_at(path, EEXIST);
    if (local_peer(path) != LocalPeer::nobody) return fault_at(path, EADDRINUSE);
    ::unlink(path.c_str());
  }
  FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Before bind(), so that there is no moment at which others could connect.
  ::fchmod(fd.get(), S_IRUSR | S_IWUSR);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
      ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 ||
      ::listen(fd.get(), waiting_connections) != 0) {
    return fault_at(path, errno);
  }
  return fd;
}

bool is_own_peer(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer) {
    return false;
  }
  return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace dering::net
