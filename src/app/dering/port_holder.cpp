// SPDX-License-Identifier: Apache-2.0
#include "app/dering/port_holder.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/file_descriptor.h"
#include "base/native_address.h"

namespace dering::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t ipv4_digits = 8;
constexpr std::size_t ipv6_digits = 32;

template <class Number>
std::optional<Number> number_of(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The kernel prints an address as words of this machine's byte order,
/// "0100007F:13C4".
std::optional<SocketAddress> parse_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != ipv4_digits && colon != ipv6_digits) return std::nullopt;
  const auto port = number_of<std::uint16_t>(text.substr(colon + 1), 16);
  if (!port) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t at = 0; at < colon; at += 8) {
    const auto word = number_of<std::uint32_t>(text.substr(at, 8), 16);
    if (!word) return std::nullopt;
    std::memcpy(bytes.data() + at / 2, &*word, sizeof *word);
  }
  if (colon == ipv6_digits) return SocketAddress::from_ipv6(bytes, *port);
  std::uint32_t ip = 0;
  for (std::size_t i = 0; i < sizeof ip; ++i) ip = ip << 8U | bytes[i];
  return SocketAddress::from_ipv4(ip, *port);
}

bool exclude_each_other(const SocketAddress& one, const SocketAddress& other) {
  if (one.port() != other.port()) return false;
  return one == other || one.is_unspecified() || other.is_unspecified();
}

std::optional<KernelSocket> socket_at(PortKind kind, const SocketAddress& address) {
  const std::string_view name = kind == PortKind::tcp ? "tcp" : "udp";
  for (const std::string_view version : {"", "6"}) {
    std::ifstream in(fmt::format("/proc/net/{}{}", name, version));
    for (std::string line; std::getline(in, line);) {
      auto socket = parse_kernel_socket(line, kind);
      if (socket && socket->is_listening && exclude_each_other(socket->local, address)) {
        return socket;
      }
    }
  }
  return std::nullopt;
}

bool has_open(const fs::path& process, const std::string& link) {
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code closed;
    if (fs::read_symlink(entry->path(), closed) == link) return true;
  }
  return false;
}

/// A program chooses its own name: what is no letter of ASCII stays out of our
/// sentence.
std::string name_of_process(const fs::path& process) {
  std::string name;
  std::ifstream in(process / "comm");
  std::getline(in, name);
  for (char& c : name) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name;
}

std::optional<std::string> process_with(const std::string& inode) {
  const std::string link = fmt::format("socket:[{}]", inode);
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto number = number_of<unsigned>(entry->path().filename().string(), 10);
    if (!number || !has_open(entry->path(), link)) continue;
    return fmt::format("{} (process {})", name_of_process(entry->path()), *number);
  }
  return std::nullopt;
}

std::string name_of_user(unsigned user) {
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : std::to_string(user);
}

}  // namespace

std::optional<KernelSocket> parse_kernel_socket(std::string_view line, PortKind kind) {
  std::istringstream in{std::string(line)};
  std::string slot, local, remote, state, queues, timer, retransmits, user, timeout;
  KernelSocket socket;
  in >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
      socket.inode;
  const auto address = parse_address(local);
  const auto owner = number_of<unsigned>(user, 10);
  if (!in || !address || !owner) return std::nullopt;
  socket.local = *address;
  socket.is_listening = kind == PortKind::udp || state == "0A";
  socket.user = *owner;
  return socket;
}

std::string holder_of(PortKind kind, const SocketAddress& address) {
  const auto socket = socket_at(kind, address);
  if (!socket) return "another program";
  if (auto process = process_with(socket->inode)) return *process;
  return fmt::format("a program of user {}", name_of_user(socket->user));
}

int bind_error(PortKind kind, const SocketAddress& address) {
  const int family = family_of(address);
  const NativeAddress native = to_native(address, family);
  const int type = kind == PortKind::tcp ? SOCK_STREAM : SOCK_DGRAM;
  const FileDescriptor fd(::socket(family, type | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  if (kind == PortKind::tcp) {
    const int yes = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  }
  if (::bind(fd.get(), native.get(), native.size) != 0) return errno;
  return kind == PortKind::udp || ::listen(fd.get(), 1) == 0 ? 0 : errno;
}

}  // namespace dering::app
