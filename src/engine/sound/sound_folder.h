// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/action/action.h"
#include "engine/sound/sound_shelf.h"

namespace dering::engine {

/// The shelf of the files in a folder, read anew when they have changed. What is played already
/// goes on as it was. One thread looks; any thread plays.
class SoundFolder {
 public:
  /// `folder` is empty: the built-in sounds alone.
  explicit SoundFolder(std::filesystem::path folder);

  /// Reads the files if they are not those of the last time. A file that somebody is still writing
  /// waits until it is the same twice. What could not be used, one sentence each; nothing if
  /// nothing was read.
  std::optional<std::vector<std::string>> look();

  /// What makes the feeds of media threads; outlived by the folder's shelf alone.
  FeedFactory factory() const;

 private:
  using Shelf = std::atomic<std::shared_ptr<const SoundShelf>>;
  struct Seen {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type at;

    bool operator==(const Seen&) const = default;
  };
  using Files = std::map<std::string, Seen>;

  Files list() const;

  std::filesystem::path folder_;
  std::shared_ptr<Shelf> shelf_;
  std::optional<Files> read_;  ///< what is on the shelf
  Files last_;                 ///< what was there at the last look
};

}  // namespace dering::engine
