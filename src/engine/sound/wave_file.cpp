// SPDX-License-Identifier: Apache-2.0
#include "engine/sound/wave_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "codec/g711.h"
#include "codec/resampler.h"

namespace dering::engine {
namespace {

constexpr std::size_t chunk_header = 8;
constexpr std::uint32_t longest_seconds = 600;

enum class Coding : std::uint16_t { linear = 1, a_law = 6, mu_law = 7, extensible = 0xFFFE };

struct Format {
  Coding coding = Coding::linear;
  std::uint16_t channels = 0;
  std::uint32_t rate = 0;
  std::uint16_t bits = 0;

  std::size_t frame_size() const { return std::size_t{channels} * (bits / 8U); }
};

std::uint16_t low_first_16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
std::uint32_t low_first_32(Bytes bytes, std::size_t at) {
  return low_first_16(bytes, at) | std::uint32_t{low_first_16(bytes, at + 2)} << 16;
}

bool begins_with(Bytes bytes, std::string_view name) {
  return bytes.size() >= name.size() &&
         std::ranges::equal(bytes.first(name.size()), as_bytes(name));
}

/// The body of the first chunk of that name; one that claims more than there is ends with the file.
Bytes find_chunk(Bytes chunks, std::string_view name) {
  while (chunks.size() >= chunk_header) {
    const std::size_t claimed = low_first_32(chunks, 4);
    const Bytes body = chunks.subspan(chunk_header);
    const std::size_t size = std::min(claimed, body.size());
    if (begins_with(chunks, name)) return body.first(size);
    // Chunks begin at even places.
    chunks = body.subspan(std::min(body.size(), size + (size & 1)));
  }
  return {};
}

std::optional<Format> read_format(Bytes chunk) {
  if (chunk.size() < 16) return std::nullopt;
  Format format{.coding = static_cast<Coding>(low_first_16(chunk, 0)),
                .channels = low_first_16(chunk, 2),
                .rate = low_first_32(chunk, 4),
                .bits = low_first_16(chunk, 14)};
  if (format.coding == Coding::extensible) {
    if (chunk.size() < 26) return std::nullopt;
    format.coding = static_cast<Coding>(low_first_16(chunk, 24));
  }
  const bool is_linear = format.coding == Coding::linear && format.bits == 16;
  const bool is_law =
      (format.coding == Coding::a_law || format.coding == Coding::mu_law) && format.bits == 8;
  const bool fits = (is_linear || is_law) && format.channels >= 1 && format.channels <= 2 &&
                    format.rate >= 8'000 && format.rate <= 48'000;
  return fits ? std::optional(format) : std::nullopt;
}

int sample_at(const Format& format, Bytes data, std::size_t at) {
  if (format.coding == Coding::linear) return static_cast<std::int16_t>(low_first_16(data, at));
  const auto law = format.coding == Coding::a_law ? codec::g711::Law::a : codec::g711::Law::mu;
  return codec::g711::expand(law, data[at]);
}

std::vector<std::int16_t> one_channel(const Format& format, Bytes data) {
  std::vector<std::int16_t> samples(data.size() / format.frame_size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    int sum = 0;
    for (std::size_t channel = 0; channel < format.channels; ++channel) {
      sum += sample_at(format, data, i * format.frame_size() + channel * (format.bits / 8U));
    }
    samples[i] = static_cast<std::int16_t>(sum / format.channels);
  }
  return samples;
}

}  // namespace

std::expected<Recording, std::string> read_wave_file(Bytes file) {
  if (!begins_with(file, "RIFF") || file.size() < 12 || !begins_with(file.subspan(8), "WAVE")) {
    return std::unexpected("It is no WAV file.");
  }
  const auto format = read_format(find_chunk(file.subspan(12), "fmt "));
  if (!format) {
    return std::unexpected(
        "It must hold 16 bits linear, A-law or µ-law, one or two channels, 8000 to 48000 Hz.");
  }
  const Bytes data = find_chunk(file.subspan(12), "data");
  if (data.size() < format->frame_size()) return std::unexpected("It holds no sound.");
  if (data.size() / format->frame_size() > std::size_t{longest_seconds} * format->rate) {
    return std::unexpected("It is longer than ten minutes.");
  }
  return Recording{
      codec::resample_whole(one_channel(*format, data), format->rate, Recording::rate)};
}

}  // namespace dering::engine
