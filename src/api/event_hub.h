// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "directory/directory.h"
#include "net/http_message.h"

namespace dering::api {

struct HubLimits {
  std::size_t streams = 10'000;
  std::size_t streams_per_user = 10;
  std::size_t extensions = 100'000;  ///< whose presence is kept
};

/// Who is there, and all event streams that want to know. A stream lives as long as the token that
/// opened it and as its user. Worker thread.
class EventHub {
 public:
  explicit EventHub(HubLimits limits = {}) : limits_(limits) {}

  /// The first event is the whole directory. The oldest stream of the same user makes room.
  void open(std::string_view extension, std::shared_ptr<net::EventStream> stream,
            UnixSeconds closes_at);
  bool is_full() const { return readers_.size() >= limits_.streams; }

  void on_presence(std::string_view extension, directory::Presence presence);
  void on_directory_changed(directory::DirectorySnapshot snapshot);
  void on_time(UnixSeconds now);

  const directory::DirectorySnapshot& directory() const { return directory_; }
  /// {"people":[{"extension":…,"name":…,"unit":…,"presence":…}]}
  std::string directory_json() const;
  std::size_t streams() const { return readers_.size(); }

 private:
  struct Reader {
    std::string extension;
    std::shared_ptr<net::EventStream> stream;
    UnixSeconds closes_at;
  };

  directory::Presence presence_of(std::string_view extension) const;
  void send_to_all(std::string_view event, std::string_view data);
  /// Closes and forgets the readers that `has_to_go` is true for.
  template <class Predicate>
  void close_if(Predicate has_to_go);

  HubLimits limits_;
  directory::DirectorySnapshot directory_ = std::make_shared<const directory::Directory>();
  std::map<std::string, directory::Presence, std::less<>> presence_;  ///< absent: offline
  std::vector<Reader> readers_;                                       ///< oldest first
};

}  // namespace dering::api
