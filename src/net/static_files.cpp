// SPDX-License-Identifier: Apache-2.0
#include "net/static_files.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

namespace dering::net {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_total = 64 * 1024 * 1024;

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".opus", "audio/ogg"},
    {".wav", "audio/wav"},
    {".wasm", "application/wasm"},
}};

std::string_view content_type_of(std::string_view path) {
  for (const auto& [ending, type] : content_types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

/// Names below /assets/ carry a hash of their content, so they never change.
std::string_view cache_control_of(std::string_view path) {
  return path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}

StaticFiles::File file_of(std::string_view path, std::string content) {
  return {.content_type = std::string(content_type_of(path)),
          .etag = fmt::format("\"{:x}-{:x}\"", content.size(), std::hash<std::string>{}(content)),
          .cache_control = std::string(cache_control_of(path)),
          .content = std::make_shared<const std::string>(std::move(content))};
}

}  // namespace

std::expected<StaticFiles, std::string> StaticFiles::read(const std::string& directory) {
  StaticFiles result;
  std::size_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const bool is_hidden = entry->path().filename().native().starts_with('.');
    if (is_hidden || entry->is_symlink()) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    std::ifstream stream(entry->path(), std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return std::unexpected(fmt::format("cannot read {}", entry->path().string()));
    total += content.size();
    if (total > largest_total) {
      return std::unexpected(fmt::format("{} holds more than 64 MiB of files", directory));
    }
    std::string path = "/" + entry->path().lexically_relative(directory).generic_string();
    File file = file_of(path, std::move(content));
    result.files_.emplace(std::move(path), std::move(file));
  }
  if (error) {
    return std::unexpected(fmt::format("cannot read {}: {}", directory, error.message()));
  }
  return result;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  auto found = files_.find(path);
  if (found == files_.end()) {
    const bool names_a_file = path.substr(path.rfind('/') + 1).contains('.');
    if (names_a_file || path.starts_with("/assets/")) return nullptr;
    found = files_.find(std::string_view("/index.html"));
  }
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace dering::net
