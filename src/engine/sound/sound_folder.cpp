// SPDX-License-Identifier: Apache-2.0
#include "engine/sound/sound_folder.h"

#include <system_error>
#include <utility>

namespace dering::engine {

namespace fs = std::filesystem;

SoundFolder::SoundFolder(fs::path folder)
    : folder_(std::move(folder)),
      shelf_(std::make_shared<Shelf>(std::make_shared<const SoundShelf>())),
      last_(list()) {}

std::optional<std::vector<std::string>> SoundFolder::look() {
  Files files = list();
  const bool is_settled = files == std::exchange(last_, files);
  if (!is_settled || files == read_) return std::nullopt;
  read_ = std::move(files);
  auto shelf = std::make_shared<SoundShelf>();
  auto faults = shelf->read_folder(folder_);
  shelf_->store(std::move(shelf));
  return faults;
}

SoundFolder::Files SoundFolder::list() const {
  Files files;
  if (folder_.empty()) return files;
  std::error_code error;
  fs::recursive_directory_iterator next(folder_, fs::directory_options::skip_permission_denied,
                                        error);
  for (; !error && next != fs::recursive_directory_iterator(); next.increment(error)) {
    std::error_code unreadable;
    if (!SoundShelf::is_sound(*next) || files.size() > SoundShelf::most_sounds) continue;
    const Seen seen{next->file_size(unreadable), next->last_write_time(unreadable)};
    files.emplace(next->path().native(), seen);
  }
  return files;
}

FeedFactory SoundFolder::factory() const {
  return [shelf = shelf_](const media::v2::Start& command) {
    return SoundShelf::factory(shelf->load())(command);
  };
}

}  // namespace dering::engine
