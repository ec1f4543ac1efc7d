// SPDX-License-Identifier: Apache-2.0
#include "store/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <system_error>

namespace dering::store {
namespace {

namespace fs = std::filesystem;
using identity::SigningKey;

std::string reason() {
  return std::error_code(errno, std::generic_category()).message();
}

std::expected<SigningKey, std::string> load(const fs::path& file) {
  using fs::perms;
  const perms mode = fs::status(file).permissions();
  if ((mode & (perms::group_all | perms::others_all)) != perms::none) {
    return std::unexpected(
        fmt::format("{}: others may read this key; chmod 600 it or remove it", file.string()));
  }
  std::array<char, 4096> text;
  std::ifstream input(file, std::ios::binary);
  input.read(text.data(), text.size());
  if (input.bad() || input.gcount() == 0) {
    return std::unexpected(fmt::format("{}: can't be read", file.string()));
  }
  const auto size = static_cast<std::size_t>(input.gcount());
  auto key = SigningKey::from_private_jwk({text.data(), size});
  if (!key) return std::unexpected(fmt::format("{}: {}", file.string(), key.error()));
  return key;
}

/// Writes beside the file and renames, so that a crash leaves a whole key or none.
std::expected<void, std::string> save(const fs::path& file, const std::string& text) {
  const std::string beside = file.string() + ".new";
  fs::remove(beside);
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return std::unexpected(fmt::format("{}: {}", beside, reason()));
  const bool is_written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(fd) == 0;
  const std::string failure = is_written ? "" : reason();
  ::close(fd);
  if (!is_written) return std::unexpected(fmt::format("{}: {}", beside, failure));
  std::error_code failed;
  fs::rename(beside, file, failed);
  if (failed) return std::unexpected(fmt::format("{}: {}", file.string(), failed.message()));
  return {};
}

}  // namespace

std::expected<SigningKey, std::string> load_or_create_signing_key(const fs::path& file) {
  std::error_code failed;
  if (fs::exists(file, failed)) return load(file);
  fs::create_directories(file.parent_path(), failed);
  SigningKey key = SigningKey::generate();
  if (auto saved = save(file, key.private_jwk() + "\n"); !saved) {
    return std::unexpected(saved.error());
  }
  return key;
}

}  // namespace dering::store
