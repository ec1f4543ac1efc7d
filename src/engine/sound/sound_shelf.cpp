// SPDX-License-Identifier: Apache-2.0
#include "engine/sound/sound_shelf.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/sound/tone.h"
#include "engine/sound/wave_file.h"

namespace dering::engine {
namespace {

namespace fs = std::filesystem;

constexpr int most_sounds_a_play = 100;
constexpr std::string_view ending = ".wav";

std::size_t size_of(const Recording& recording) {
  return recording.samples.size() * sizeof(std::int16_t);
}

std::optional<std::vector<std::uint8_t>> read_bytes(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > SoundShelf::most_bytes) return std::nullopt;
  std::vector<std::uint8_t> bytes(size);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (!stream) return std::nullopt;
  return bytes;
}

FedBy tone(const media::v2::Tone& tone) {
  const auto shape = tone_shape(tone.name(), tone.country());
  if (!shape) return unknown("There is no such tone, or not in that country.");
  return make_tone(*shape);
}

}  // namespace

SoundShelf::SoundShelf() {
  put("music", make_tune());
}

void SoundShelf::put(std::string id, Recording recording) {
  bytes_ += size_of(recording);
  sounds_[std::move(id)] = {std::make_shared<const Recording>(std::move(recording)), {}};
}

void SoundShelf::put_unusable(std::string id, std::string sentence) {
  sounds_[std::move(id)] = {nullptr, std::move(sentence)};
}

bool SoundShelf::is_sound(const fs::directory_entry& file) {
  std::error_code unreadable;
  return file.symlink_status(unreadable).type() == fs::file_type::regular &&
         file.path().extension() == ending;
}

std::vector<std::string> SoundShelf::read_folder(const fs::path& folder) {
  std::vector<std::string> faults;
  std::error_code error;
  fs::recursive_directory_iterator next(folder, fs::directory_options::skip_permission_denied,
                                        error);
  for (; !error && next != fs::recursive_directory_iterator(); next.increment(error)) {
    if (!is_sound(*next)) continue;
    if (sounds_.size() >= most_sounds) {
      faults.push_back(fmt::format("There are more than {} sounds.", most_sounds));
      break;
    }
    std::string id = next->path().lexically_relative(folder).replace_extension().generic_string();
    if (std::string fault = read_file(next->path(), id); !fault.empty()) {
      faults.push_back(fmt::format("{}: {}", next->path().native(), fault));
      put_unusable(std::move(id), std::move(fault));
    }
  }
  return faults;
}

/// Puts it on the shelf; a sentence if that cannot be.
std::string SoundShelf::read_file(const fs::path& file, const std::string& id) {
  const auto bytes = read_bytes(file);
  if (!bytes) return "It cannot be read.";
  auto recording = read_wave_file(*bytes);
  if (!recording) return recording.error();
  if (bytes_ + size_of(*recording) > most_bytes) {
    return fmt::format("All sounds together may last {} minutes.",
                       most_bytes / codec::hertz(Recording::rate) / sizeof(std::int16_t) / 60);
  }
  put(id, std::move(*recording));
  return {};
}

FedBy SoundShelf::play(const media::v2::Play& play) const {
  if (play.sounds().empty() || play.sounds_size() > most_sounds_a_play) {
    return malformed(fmt::format("Between 1 and {} sounds are played.", most_sounds_a_play));
  }
  Recordings recordings;
  for (const std::string& id : play.sounds()) {
    const auto found = sounds_.find(id);
    if (found == sounds_.end()) return unknown("There is no such sound.");
    if (!found->second.recording) return Unusable{found->second.fault};
    recordings.push_back(found->second.recording);
  }
  return make_recording_feed(std::move(recordings), play.loop());
}

FeedFactory SoundShelf::factory(std::shared_ptr<const SoundShelf> shelf) {
  return [shelf = std::move(shelf)](const media::v2::Start& command) -> FedBy {
    if (command.has_tone()) return tone(command.tone());
    if (command.has_play()) return shelf->play(command.play());
    return malformed("An action says what goes on.");
  };
}

}  // namespace dering::engine
