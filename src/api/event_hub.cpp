// SPDX-License-Identifier: Apache-2.0
#include "api/event_hub.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace dering::api {

template <class Predicate>
void EventHub::close_if(Predicate has_to_go) {
  std::erase_if(readers_, [&](const Reader& reader) {
    if (!has_to_go(reader)) return false;
    reader.stream->close();
    return true;
  });
}

void EventHub::open(std::string_view extension, std::shared_ptr<net::EventStream> stream,
                    UnixSeconds closes_at) {
  const auto is_own = [&](const Reader& reader) { return reader.extension == extension; };
  const auto own = static_cast<std::size_t>(std::ranges::count_if(readers_, is_own));
  if (own >= limits_.streams_per_user) {
    const auto oldest = std::ranges::find_if(readers_, is_own);
    oldest->stream->close();
    readers_.erase(oldest);
  }
  if (!stream->send("directory", directory_json())) return;
  readers_.push_back({std::string(extension), std::move(stream), closes_at});
}

void EventHub::on_presence(std::string_view extension, directory::Presence presence) {
  if (presence == presence_of(extension)) return;
  if (presence == directory::Presence::offline) {
    presence_.erase(presence_.find(extension));
  } else if (presence_.contains(extension) || presence_.size() < limits_.extensions) {
    presence_.insert_or_assign(std::string(extension), presence);
  }
  send_to_all("presence", boost::json::serialize(boost::json::object{
                              {"extension", extension}, {"presence", name_of(presence)}}));
}

void EventHub::on_directory_changed(directory::DirectorySnapshot snapshot) {
  directory_ = std::move(snapshot);
  std::erase_if(presence_,
                [&](const auto& entry) { return !directory_->by_extension(entry.first); });
  close_if([&](const Reader& reader) { return !directory_->by_extension(reader.extension); });
  send_to_all("directory", directory_json());
}

void EventHub::on_time(UnixSeconds now) {
  close_if([&](const Reader& reader) { return reader.closes_at <= now; });
}

std::string EventHub::directory_json() const {
  boost::json::array people;
  for (const directory::User& user : directory_->users()) {
    people.push_back({{"extension", user.extension},
                      {"name", user.display_name},
                      {"unit", user.unit},
                      {"presence", name_of(presence_of(user.extension))}});
  }
  return boost::json::serialize(boost::json::object{{"people", std::move(people)}});
}

directory::Presence EventHub::presence_of(std::string_view extension) const {
  const auto found = presence_.find(extension);
  return found == presence_.end() ? directory::Presence::offline : found->second;
}

void EventHub::send_to_all(std::string_view event, std::string_view data) {
  std::erase_if(readers_, [&](const Reader& reader) { return !reader.stream->send(event, data); });
}

}  // namespace dering::api
