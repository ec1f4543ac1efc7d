// SPDX-License-Identifier: Apache-2.0
#include "api/event_hub.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/text.h"
#include "identity/keys.h"
#include "net/content_coding.h"

namespace dering::api {
namespace {

using boost::json::object;
using directory::Presence;
using directory::User;

/// How long a page has to come back with a fresh token.
constexpr std::chrono::seconds renewal_time{30};

constexpr std::string_view has_ended = R"({"state":"ended"})";
constexpr std::string_view wants_refresh = R"({"state":"refresh"})";

object json_of(const User& user, Presence presence) {
  return {{"extension", user.extension},
          {"name", user.display_name},
          {"unit", user.unit},
          {"presence", name_of(presence)}};
}

std::string_view name_of(directory::LineChanged::Away away) {
  using Away = directory::LineChanged::Away;
  switch (away) {
    case Away::no:
      return "no";
    case Away::unreached:
      return "unreached";
    case Away::unheard:
      return "unheard";
  }
  return {};
}

bool look_the_same(const User& a, const User& b) {
  return a.display_name == b.display_name && a.unit == b.unit;
}

/// Whom of `people` others would see anew or differently after `before`.
std::vector<const User*> changed_since(const directory::Directory& before,
                                       const directory::Directory& after) {
  std::vector<const User*> changed;
  for (const User& user : after.users()) {
    const User* known = before.by_extension(user.extension);
    if (!known || !look_the_same(*known, user)) changed.push_back(&user);
  }
  return changed;
}

std::vector<const User*> gone_since(const directory::Directory& before,
                                    const directory::Directory& after) {
  std::vector<const User*> gone;
  for (const User& user : before.users()) {
    if (!after.by_extension(user.extension)) gone.push_back(&user);
  }
  return gone;
}

}  // namespace

template <class Predicate>
void EventHub::close_if(Predicate has_to_go, std::string_view event, std::string_view data) {
  std::erase_if(readers_, [&](const Reader& reader) {
    if (!has_to_go(reader)) return false;
    if (!event.empty()) reader.stream->send(event, data);
    reader.stream->close();
    return true;
  });
}

void EventHub::open(const identity::TokenClaims& claims, std::shared_ptr<net::EventStream> stream,
                    UnixSeconds closes_at) {
  const auto is_own = [&](const Reader& reader) {
    return reader.subject == claims.subject && reader.issuer == claims.issuer;
  };
  const auto own = static_cast<std::size_t>(std::ranges::count_if(readers_, is_own));
  if (own >= limits_.streams_per_user) {
    const auto oldest = std::ranges::find_if(readers_, is_own);
    oldest->stream->close();
    readers_.erase(oldest);
  }
  if (!stream->send("ready", "{}")) return;
  const User* user = directory_->by_subject(claims.issuer, claims.subject);
  const auto parked = user ? parked_.find(user->extension) : parked_.end();
  if (parked != parked_.end() && !stream->send("parking", parked->second)) return;
  readers_.push_back({.issuer = claims.issuer,
                      .subject = claims.subject,
                      .sid = claims.sid,
                      .user = user,
                      .issued_at = claims.issued_at,
                      .stream = std::move(stream),
                      .closes_at = closes_at});
}

bool EventHub::has_pages_of(std::string_view extension) const {
  const User* user = directory_->by_extension(extension);
  return user && std::ranges::find(readers_, user, &Reader::user) != readers_.end();
}

void EventHub::on_presence(std::string_view extension, Presence presence) {
  if (presence == presence_of(extension)) return;
  if (presence == Presence::offline) {
    presence_.erase(presence_.find(extension));
  } else if (presence_.contains(extension) || presence_.size() < limits_.extensions) {
    presence_.insert_or_assign(std::string(extension), presence);
  }
  page_ = {};
  if (readers_.empty()) return;
  send_to_all("presence",
              serialize(object{{"extension", extension}, {"presence", name_of(presence)}}));
}

void EventHub::on_line(const directory::LineChanged& line) {
  const bool is_ours = line.whose == directory::LineChanged::Whose::ours;
  if (line.away) {
    const std::string gone =
        boost::json::serialize(object{{"extension", line.other}, {"away", name_of(*line.away)}});
    return send_to(line.extension, "away", gone);
  }
  const std::string data =
      serialize(object{{"whose", is_ours ? "ours" : "theirs"}, {"weak", line.is_weak}});
  send_to(line.extension, "line", data);
}

void EventHub::on_parking(const directory::ParkingChanged& changed) {
  boost::json::array calls;
  for (const directory::ParkedCall& parked : changed.calls) {
    calls.push_back(
        object{{"place", parked.place}, {"extension", parked.extension}, {"name", parked.name}});
  }
  const bool is_any = !calls.empty();
  const std::string data = serialize(object{{"calls", std::move(calls)}});
  if (is_any) {
    parked_.insert_or_assign(changed.extension, data);
  } else {
    parked_.erase(changed.extension);
  }
  send_to(changed.extension, "parking", data);
}

void EventHub::send_to(std::string_view extension, std::string_view event, std::string_view data) {
  const User* user = directory_->by_extension(extension);
  if (!user) return;
  std::erase_if(readers_, [&](const Reader& reader) {
    return reader.user == user && !reader.stream->send(event, data);
  });
}

void EventHub::send_where(const std::function<bool(const User&)>& is_meant, std::string_view event,
                          std::string_view data) {
  std::erase_if(readers_, [&](const Reader& reader) {
    return reader.user && is_meant(*reader.user) && !reader.stream->send(event, data);
  });
}

void EventHub::on_directory_changed(directory::DirectorySnapshot snapshot) {
  const directory::DirectorySnapshot before = std::exchange(directory_, std::move(snapshot));
  page_ = {};
  std::erase_if(presence_,
                [&](const auto& entry) { return !directory_->by_extension(entry.first); });
  for (Reader& reader : readers_) {
    reader.user = directory_->by_subject(reader.issuer, reader.subject);
  }
  close_if([](const Reader& reader) { return !reader.user; }, "session", has_ended);
  tell_changes(*before);
}

void EventHub::tell_changes(const directory::Directory& before) {
  const auto changed = changed_since(before, *directory_);
  const auto gone = gone_since(before, *directory_);
  if (changed.size() + gone.size() > limits_.changes) return send_to_all("ready", "{}");
  for (const User* user : gone) {
    send_to_all("person-gone", serialize(object{{"extension", user->extension}}));
  }
  for (const User* user : changed) {
    send_to_all("person", serialize(json_of(*user, presence_of(user->extension))));
  }
}

void EventHub::on_signed_out(const identity::LogoutClaims& logout, UnixSeconds now) {
  const auto is_of = [&](const Reader& reader) {
    return reader.issuer == logout.issuer &&
           (logout.subject.empty() || reader.subject == logout.subject);
  };
  close_if(
      [&](const Reader& reader) {
        return is_of(reader) && (logout.sid.empty() ? reader.issued_at <= logout.issued_at
                                                    : reader.sid == logout.sid);
      },
      "session", has_ended);
  if (logout.subject.empty()) return;
  for (Reader& reader : readers_) {
    if (!is_of(reader) || reader.issued_at >= logout.issued_at) continue;
    reader.closes_at = std::min(reader.closes_at, now + renewal_time);
    // One that is gone is noticed by the next event to all.
    (void)reader.stream->send("session", wants_refresh);
  }
}

void EventHub::on_time(UnixSeconds now) {
  close_if([&](const Reader& reader) { return reader.closes_at <= now; });
}

const DirectoryPage& EventHub::directory_page() {
  if (!page_.json.empty()) return page_;
  boost::json::array people;
  people.reserve(directory_->users().size());
  for (const User& user : directory_->users()) {
    people.push_back(json_of(user, presence_of(user.extension)));
  }
  page_.json = serialize(object{{"people", std::move(people)}});
  page_.etag = '"' + to_base64url(identity::sha256(page_.json)).substr(0, 22) + '"';
  return page_;
}

const DirectoryPage& EventHub::packed_directory_page() {
  directory_page();
  if (page_.gzip.empty()) page_.gzip = net::gzipped(page_.json);
  return page_;
}

Presence EventHub::presence_of(std::string_view extension) const {
  const auto found = presence_.find(extension);
  return found == presence_.end() ? Presence::offline : found->second;
}

void EventHub::send_to_all(std::string_view event, std::string_view data) {
  std::erase_if(readers_, [&](const Reader& reader) { return !reader.stream->send(event, data); });
}

}  // namespace dering::api
