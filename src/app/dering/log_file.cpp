// SPDX-License-Identifier: Apache-2.0
#include "app/dering/log_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace dering::app {
namespace {

constexpr std::uint64_t parts = 4;
constexpr std::chrono::hours longest{24};

struct Aside {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  UnixSeconds changed{};
};

std::vector<Aside> put_aside_of(const std::filesystem::path& path) {
  std::vector<Aside> all;
  std::error_code error;
  const std::string beginning = path.filename().string() + ".";
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path(), error)) {
    struct stat about{};
    if (!entry.path().filename().string().starts_with(beginning)) continue;
    if (::lstat(entry.path().c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    all.push_back({entry.path(), static_cast<std::uint64_t>(about.st_size),
                   UnixSeconds(about.st_mtim.tv_sec)});
  }
  // Their names tell their time.
  std::ranges::sort(all, std::ranges::greater(), &Aside::path);
  return all;
}

}  // namespace

std::optional<std::string> LogFile::open(UnixSeconds now) {
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  file_ = FileDescriptor(::open(path_.c_str(), flags, 0600));
  struct stat about{};
  if (file_.get() < 0 || ::fstat(file_.get(), &about) != 0) {
    return fmt::format("{} cannot be written: {}.", path_.string(), std::strerror(errno));
  }
  size_ = static_cast<std::uint64_t>(about.st_size);
  began_ = size_ == 0 ? now : UnixSeconds(about.st_mtim.tv_sec);
  return std::nullopt;
}

std::optional<std::string> LogFile::add(std::string_view text, UnixSeconds now) {
  if (file_.get() >= 0 && (size_ + text.size() > bounds_.bytes / parts || now - began_ > longest)) {
    put_aside(now);
  }
  if (file_.get() < 0) {
    if (auto fault = open(now)) return fault;
  }
  while (!text.empty()) {
    const ssize_t written = ::write(file_.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      auto fault = fmt::format("{} cannot be written: {}.", path_.string(), std::strerror(errno));
      close();
      return fault;
    }
    size_ += static_cast<std::uint64_t>(written);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return std::nullopt;
}

void LogFile::put_aside(UnixSeconds now) {
  close();
  std::error_code error;
  const auto name =
      fmt::format("{}.{:%Y%m%dT%H%M%SZ}", path_.string(), fmt::gmtime(std::time_t{now.count()}));
  // Two in one second: the older one goes.
  std::filesystem::rename(path_, name, error);
  drop_old(now);
}

void LogFile::drop_old(UnixSeconds now) const {
  std::uint64_t bytes = bounds_.bytes / parts;  // of the one that is being written
  for (const Aside& one : put_aside_of(path_)) {
    bytes += one.bytes;
    std::error_code error;
    const bool is_over = bytes > bounds_.bytes || now - one.changed > bounds_.age;
    if (is_over) std::filesystem::remove(one.path, error);
  }
}

}  // namespace dering::app
