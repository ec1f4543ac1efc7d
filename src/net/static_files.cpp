// SPDX-License-Identifier: Apache-2.0
#include "net/static_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

#include "base/text.h"
#include "net/page_paths.h"

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

/// What a portal's page loads (docs/portal.md).
bool is_for_all_pages(std::string_view path) {
  return path == "/embed.js" || path == "/embed.json" || path.starts_with("/assets/embed-");
}

std::string etag_of(std::string_view content) {
  return fmt::format("\"{:x}-{:x}\"", content.size(), std::hash<std::string_view>{}(content));
}

/// Whether a pattern of page_paths.h fits; both begin with "/".
bool fits(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_until(pattern, '/');
    const std::string_view segment = take_until(path, '/');
    if (wanted == "*" ? segment.empty() : segment != wanted) return false;
  }
  return pattern.empty() && path.empty();
}

bool is_page(std::string_view path) {
  // take_until() takes "/a/" for "/a".
  if (path.size() > 1 && path.ends_with('/')) return false;
  return std::ranges::any_of(page_paths, [&](std::string_view page) { return fits(page, path); });
}

struct Ending {
  std::string_view text;
  Coding coding;
};
/// The smaller one first.
constexpr std::array endings{Ending{".br", Coding::br}, Ending{".gz", Coding::gzip}};

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
    result.add("/" + entry->path().lexically_relative(directory).generic_string(),
               std::move(content));
  }
  if (error) {
    return std::unexpected(fmt::format("cannot read {}: {}", directory, error.message()));
  }
  result.put_packed_beside_plain();
  return result;
}

void StaticFiles::add(std::string path, std::string content) {
  Representation plain{.coding = Coding::identity,
                       .etag = etag_of(content),
                       .content = std::make_shared<const std::string>(std::move(content))};
  File file{.content_type = std::string(content_type_of(path)),
            .cache_control = std::string(cache_control_of(path)),
            .is_for_all_pages = is_for_all_pages(path),
            .representations = {std::move(plain)}};
  files_.emplace(std::move(path), std::move(file));
}

void StaticFiles::add(Extra extra) {
  files_.erase(extra.path);
  add(extra.path, std::move(extra.content));
  files_.at(extra.path).policy = std::move(extra.policy);
}

void StaticFiles::put_packed_beside_plain() {
  for (auto& [path, file] : files_) {
    std::vector<Representation> packed;
    for (const Ending& ending : endings) {
      const auto found = files_.find(path + std::string(ending.text));
      if (found == files_.end()) continue;
      Representation one = std::move(found->second.representations.front());
      one.coding = ending.coding;
      one.etag = etag_in(ending.coding, file.representations.back().etag);
      packed.push_back(std::move(one));
      files_.erase(found);  // it comes after `path` in the table
    }
    file.representations.insert(file.representations.begin(), packed.begin(), packed.end());
  }
}

const StaticFiles::Representation& StaticFiles::File::best_for(const HttpFields& request) const {
  std::vector<Coding> codings;
  for (const Representation& one : representations) codings.push_back(one.coding);
  const Coding best = best_coding(request, codings);
  const auto found = std::ranges::find(representations, best, &Representation::coding);
  return found == representations.end() ? representations.back() : *found;
}

HttpFields StaticFiles::File::fields_of(const Representation& representation) const {
  HttpFields fields{{"Content-Type", content_type},
                    {"ETag", representation.etag},
                    {"Cache-Control", cache_control}};
  if (is_for_all_pages) {
    fields.emplace_back("Access-Control-Allow-Origin", "*");
    fields.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");
  }
  if (!policy.empty()) fields.emplace_back("Content-Security-Policy", policy);
  if (representations.size() > 1) fields.emplace_back("Vary", "Accept-Encoding");
  if (representation.coding != Coding::identity) {
    fields.emplace_back("Content-Encoding", name_of(representation.coding));
  }
  return fields;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  // The example of a portal, which is no page of the phone.
  auto found = files_.find(path == "/portal/" ? std::string_view("/portal/index.html") : path);
  if (found == files_.end() && is_page(path)) {
    // A page in a folder has one of its own, whose relative addresses fit.
    found = files_.find(std::string(path.substr(0, path.rfind('/'))) + "/index.html");
    if (found == files_.end()) found = files_.find(std::string_view("/index.html"));
  }
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace dering::net
