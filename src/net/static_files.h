// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/content_coding.h"
#include "net/http_message.h"

namespace dering::net {

/// A directory of web files, read into memory once. Requests look up names in a table and never
/// touch the file system, so there is no path to traverse (hostile-input H4). Immutable.
class StaticFiles {
 public:
  /// A file that is not of the directory, under a name of ours.
  struct Extra {
    std::string path;  ///< "/logo.svg"
    std::string content;
    std::string policy;  ///< its Content-Security-Policy; empty: that of the pages
  };
  /// A file's bytes in one coding.
  struct Representation {
    Coding coding = Coding::identity;
    std::string etag;
    std::shared_ptr<const std::string> content;
  };
  struct File {
    std::string content_type;
    std::string cache_control;
    bool is_for_all_pages = false;  ///< a script for pages of other origins, with `integrity` too
    std::string policy{};           ///< Content-Security-Policy; empty: that of the pages
    std::vector<Representation> representations;  ///< the smallest coding first, identity last

    /// What this request likes best.
    const Representation& best_for(const HttpFields& request) const;
    /// What the client has to know of it, in a 304 as well (RFC 9110 §15.4.5).
    HttpFields fields_of(const Representation& representation) const;
  };

  StaticFiles() = default;
  /// Regular files only: links and hidden files are left out. A name with .gz or .br beside the
  /// name itself is that file packed, and has no address of its own. At most 64 MiB in all. The
  /// error is one sentence.
  static std::expected<StaticFiles, std::string> read(const std::string& directory);

  void add(Extra extra);

  /// For the paths of page_paths.h the index.html of their folder, or else /index.html. Null when
  /// there is no such file.
  const File* find(std::string_view path) const;

 private:
  void add(std::string path, std::string content);
  void put_packed_beside_plain();

  std::map<std::string, File, std::less<>> files_;  ///< by request path: "/assets/app.js"
};

}  // namespace dering::net
