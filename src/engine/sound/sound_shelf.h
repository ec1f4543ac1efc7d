// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/action/action.h"
#include "engine/sound/recording.h"

namespace dering::engine {

/// All that can be played, read once and never changed: the built-in tune as "music", and the WAV
/// files below a folder, "music/lobby" for music/lobby.wav. What a command names is looked up here
/// and never becomes a path.
class SoundShelf {
 public:
  /// Together, at 32,000 bytes a second: what is beyond is left out, and said.
  static constexpr std::size_t most_bytes = std::size_t{128} << 20;
  static constexpr std::size_t most_sounds = 1'000;

  SoundShelf();

  /// A regular file that could be one.
  static bool is_sound(const std::filesystem::directory_entry& file);
  /// Reads the files below the folder; one sentence for each that cannot be used. Symbolic links
  /// are not followed. A folder that is not there has none.
  std::vector<std::string> read_folder(const std::filesystem::path& folder);
  void put(std::string id, Recording recording);
  /// A file that is there and cannot be used.
  void put_unusable(std::string id, std::string sentence);

  std::size_t size() const { return sounds_.size(); }

  /// What makes the feeds of a media thread. The shelf must not change any more.
  static FeedFactory factory(std::shared_ptr<const SoundShelf> shelf);

 private:
  struct Sound {
    std::shared_ptr<const Recording> recording;  ///< null: cannot be used
    std::string fault;
  };

  std::string read_file(const std::filesystem::path& file, const std::string& id);
  FedBy play(const media::v2::Play& play) const;

  std::map<std::string, Sound, std::less<>> sounds_;
  std::size_t bytes_ = 0;
};

}  // namespace dering::engine
