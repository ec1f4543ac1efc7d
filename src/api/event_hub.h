// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "directory/directory.h"
#include "directory/errand.h"
#include "identity/verdict.h"
#include "net/http_message.h"

namespace dering::api {

struct HubLimits {
  std::size_t streams = 10'000;
  std::size_t streams_per_user = 10;
  std::size_t extensions = 100'000;  ///< whose presence is kept
  /// Changes of the directory that are told one by one. When more come at once, as from a first
  /// sync, the streams say `ready` again and the pages fetch the whole directory.
  std::size_t changes = 64;
};

/// The directory as GET /api/v1/directory gives it.
struct DirectoryPage {
  std::string json;  ///< {"people":[{"extension":…,"name":…,"unit":…,"presence":…}]}
  std::string etag;  ///< quoted; made from the bytes of `json`
  std::string gzip;  ///< `json` packed; empty until somebody wants it so
};

/// Who is there, and all event streams that want to know: they are told differences only, because
/// the whole directory would not fit into a stream's queue. A stream lives as long as the token
/// that opened it, as its sign-in and as its user. Worker thread.
class EventHub {
 public:
  explicit EventHub(HubLimits limits = {}) : limits_(limits) {}

  /// For the user whose token these claims come from. The first event is `ready`: the page fetches
  /// the directory then, and misses nothing. The oldest stream of the same user makes room.
  void open(const identity::TokenClaims& claims, std::shared_ptr<net::EventStream> stream,
            UnixSeconds closes_at);
  bool is_full() const { return readers_.size() >= limits_.streams; }

  bool has_pages_of(std::string_view extension) const;
  void on_presence(std::string_view extension, directory::Presence presence);
  /// To the pages of that person alone.
  void send_to(std::string_view extension, std::string_view event, std::string_view data);
  /// To the pages of everybody for whom `is_meant` is true.
  void send_where(const std::function<bool(const directory::User&)>& is_meant,
                  std::string_view event, std::string_view data);
  /// To the pages of that person alone.
  void on_line(const directory::LineChanged& line);
  /// The same; and to each that opens as long as something is parked.
  void on_parking(const directory::ParkingChanged& changed);
  void on_directory_changed(directory::DirectorySnapshot snapshot);
  /// Ends the streams that came from what has signed out. Other streams of that user, whose tokens
  /// are older than the end, are asked for a fresh one and live half a minute longer at most.
  void on_signed_out(const identity::LogoutClaims& logout, UnixSeconds now);
  void on_time(UnixSeconds now);

  const directory::DirectorySnapshot& directory() const { return directory_; }
  const DirectoryPage& directory_page();
  /// Its `gzip` is there.
  const DirectoryPage& packed_directory_page();
  std::size_t streams() const { return readers_.size(); }

 private:
  struct Reader {
    std::string issuer;
    std::string subject;
    std::string sid;
    const directory::User* user = nullptr;  ///< of the directory of now; null: not there yet
    std::int64_t issued_at = 0;
    std::shared_ptr<net::EventStream> stream;
    UnixSeconds closes_at;
  };

  directory::Presence presence_of(std::string_view extension) const;
  void tell_changes(const directory::Directory& before);
  void send_to_all(std::string_view event, std::string_view data);
  /// Closes and forgets the readers that `has_to_go` is true for, after that event if there is one.
  template <class Predicate>
  void close_if(Predicate has_to_go, std::string_view event = "", std::string_view data = "");

  HubLimits limits_;
  directory::DirectorySnapshot directory_ = std::make_shared<const directory::Directory>();
  std::map<std::string, directory::Presence, std::less<>> presence_;  ///< absent: offline
  std::map<std::string, std::string, std::less<>> parked_;  ///< by who parked; what is told of it
  std::vector<Reader> readers_;                             ///< oldest first
  DirectoryPage page_;                                      ///< empty: out of date
};

}  // namespace dering::api
