// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace dering::net {

/// A directory of web files, read into memory once. Requests look up names in a table and never
/// touch the file system, so there is no path to traverse (hostile-input H4). Immutable.
class StaticFiles {
 public:
  struct File {
    std::string content_type;
    std::string etag;
    std::string cache_control;
    std::shared_ptr<const std::string> content;
  };

  StaticFiles() = default;
  /// Regular files only: links and hidden files are left out. At most 64 MiB in all. The error is
  /// one sentence.
  static std::expected<StaticFiles, std::string> read(const std::string& directory);

  /// A path without a dot in its last segment is a page of the single-page application and gives
  /// /index.html. Null when there is no such file.
  const File* find(std::string_view path) const;

 private:
  std::map<std::string, File, std::less<>> files_;  ///< by request path: "/assets/app.js"
};

}  // namespace dering::net
