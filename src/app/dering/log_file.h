// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/instant.h"

namespace dering::app {

/// A file to which lines are added and that never grows past a size: a quarter of it full, or a day
/// old, it is put aside under a name with its time, "sip.log.20260301T081542Z", and what was put
/// aside goes when it is too old or all together are too large. Only its owner may read it. One
/// thread.
class LogFile {
 public:
  struct Bounds {
    std::uint64_t bytes = 0;  ///< of all files together
    std::chrono::days age{};  ///< of what was put aside
  };
  LogFile(std::filesystem::path path, Bounds bounds) : path_(std::move(path)), bounds_(bounds) {}

  /// A sentence if it cannot be written; then nothing of the text is kept.
  std::optional<std::string> add(std::string_view text, UnixSeconds now);
  /// Whoever moves the file away finds a new one at the next add().
  void close() { file_ = FileDescriptor(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::optional<std::string> open(UnixSeconds now);
  void put_aside(UnixSeconds now);
  void drop_old(UnixSeconds now) const;

  std::filesystem::path path_;
  Bounds bounds_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  UnixSeconds began_{};
};

}  // namespace dering::app
