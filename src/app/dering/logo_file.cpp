// SPDX-License-Identifier: Apache-2.0
#include "app/dering/logo_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

namespace dering::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = 100'000;
constexpr std::uint32_t most_pixels = 2048;  ///< of a side: 100 kB of PNG may unpack to gigabytes
/// Styles within an SVG are harmless; "sandbox" takes an origin of ours from one that is opened by
/// itself.
constexpr std::string_view policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
constexpr std::string_view png_signature("\x89PNG\r\n\x1a\n", 8);

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8U | static_cast<std::uint8_t>(c);
  return value;
}

/// PNG 3rd edition §5.2 and §11.2.1: the signature, then IHDR with width and height.
bool is_small_png(std::string_view content) {
  constexpr std::size_t width_at = 16;
  if (content.size() < width_at + 8 || content.substr(12, 4) != "IHDR") return false;
  const std::uint32_t width = big_endian(content.substr(width_at));
  const std::uint32_t height = big_endian(content.substr(width_at + 4));
  return width > 0 && height > 0 && width <= most_pixels && height <= most_pixels;
}

constexpr std::string_view blanks = " \t\r\n";  ///< XML 1.0 §2.3

/// Takes `begin` … `end` away if the text starts with it.
bool skip(std::string_view& text, std::string_view begin, std::string_view end) {
  if (!text.starts_with(begin)) return false;
  const std::size_t at = text.find(end, begin.size());
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
  return true;
}

/// Whether the first element is `svg`, after what may stand before it (XML 1.0 §2.8).
bool is_svg(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  do {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  } while (skip(text, "<?", "?>") || skip(text, "<!--", "-->") || skip(text, "<!DOCTYPE", ">"));
  return text.starts_with("<svg") && text.size() > 4 &&
         (text[4] == '>' || blanks.contains(text[4]));
}

std::expected<std::string, std::string> content_of(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    return std::unexpected(
        fmt::format("organisation.logo {} is not there, or is no file.", file.string()));
  }
  if (fs::file_size(file, error) > most_bytes || error) {
    return std::unexpected(
        fmt::format("organisation.logo {} is larger than {} bytes.", file.string(), most_bytes));
  }
  std::ifstream stream(file, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(stream), {});
  if (stream && !content.empty()) return content;
  return std::unexpected(
      fmt::format("organisation.logo {} cannot be read, or is empty.", file.string()));
}

}  // namespace

std::expected<std::optional<net::StaticFiles::Extra>, std::string> read_logo(const fs::path& file) {
  if (file.empty()) return std::nullopt;
  auto content = content_of(file);
  if (!content) return std::unexpected(content.error());
  const bool is_png = content->starts_with(png_signature);
  if (is_png && !is_small_png(*content)) {
    return std::unexpected(
        fmt::format("organisation.logo {} must be {} pixels wide and high at most.", file.string(),
                    most_pixels));
  }
  if (!is_png && !is_svg(*content)) {
    return std::unexpected(
        fmt::format("organisation.logo {} is neither an SVG nor a PNG.", file.string()));
  }
  return net::StaticFiles::Extra{.path = is_png ? "/logo.png" : "/logo.svg",
                                 .content = std::move(*content),
                                 .policy = std::string(policy)};
}

std::string address_of_logo(const fs::path& file) {
  const auto logo = read_logo(file);
  return logo && *logo ? (*logo)->path.substr(1) : "";
}

}  // namespace dering::app
