// SPDX-License-Identifier: Apache-2.0
#include "sync/population_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace dering::sync {

using directory::Person;

namespace {

constexpr std::size_t most_bytes_of_token = 64 * 1024;
constexpr std::size_t most_bytes_of_page = 8 * 1024 * 1024;

/// What may pass by itself: too many requests, and a server or proxy that is not ready.
bool is_passing(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

template <class Listed>
std::vector<std::string_view> ids_of(const std::vector<Listed>& list) {
  std::vector<std::string_view> ids;
  ids.reserve(list.size());
  for (const Listed& one : list) ids.push_back(one.id);
  return ids;
}

}  // namespace

Cursor::Fit Cursor::take(const std::vector<std::string_view>& ids) {
  if (seen_ > 0 && (ids.empty() || ids.front() != last_)) return Fit::shifted;
  if (ids.size() == overlap()) return Fit::end;
  seen_ += ids.size() - overlap();
  last_ = ids.back();
  return Fit::more;
}

PopulationReader::PopulationReader(const Realm& realm, AdminApi api, std::string token_endpoint,
                                   FetchId first, ReaderLimits limits)
    : realm_(realm),
      api_(std::move(api)),
      token_endpoint_(std::move(token_endpoint)),
      limits_(limits),
      last_fetch_{first.value - 1} {}

void PopulationReader::start(Instant now, Outbox& out) {
  ask(Question::token, now, out);
}

// ---- asking -------------------------------------------------------------------------------------

void PopulationReader::ask(Question question, Instant now, Outbox& out) {
  question_ = question;
  tries_ = 0;
  send(now, out);
}

void PopulationReader::send(Instant now, Outbox& out) {
  state_ = State::asking;
  deadline_ = now + limits_.answer;
  ++tries_;
  ++last_fetch_.value;
  if (question_ == Question::token) {
    out.emplace_back(token_request());
    return;
  }
  out.emplace_back(Fetch{
      .id = last_fetch_,
      .method = "GET",
      .url = place(),
      .fields = {{"Authorization", "Bearer " + token_}, {"Accept", "application/json"}},
      .body = "",
      .most_bytes = most_bytes_of_page,
  });
}

/// The client shows its secret as RFC 6749 §2.3.1 says.
Fetch PopulationReader::token_request() const {
  const std::string pair =
      percent_encoded(realm_.client_id) + ":" + percent_encoded(realm_.client_secret);
  return {
      .id = last_fetch_,
      .method = "POST",
      .url = token_endpoint_,
      .fields = {{"Authorization", "Basic " + to_base64(pair)},
                 {"Content-Type", "application/x-www-form-urlencoded"},
                 {"Accept", "application/json"}},
      .body = "grant_type=client_credentials",
      .most_bytes = most_bytes_of_token,
  };
}

std::string PopulationReader::place() const {
  switch (question_) {
    case Question::token:
      return token_endpoint_;
    case Question::count:
      return api_.users_count();
    case Question::users:
      return api_.users(cursor_.first(), !realm_.reads_extensions);
    case Question::group:
      return api_.group_by_path(realm_.groups[next_path_]);
    case Question::members:
      return api_.members(groups_.front().id, cursor_.first());
    case Question::children:
      return api_.children(groups_.front().id, cursor_.first());
  }
  return "";
}

void PopulationReader::on_time(Instant now, Outbox& out) {
  if (!deadline_ || now < *deadline_) return;
  if (state_ == State::pausing) {
    send(now, out);
  } else if (state_ == State::asking) {
    on_nothing("no answer", now, out);
  }
}

// ---- being answered -----------------------------------------------------------------------------

void PopulationReader::on_fetched(FetchId id, const Fetched& fetched, Instant now, Outbox& out) {
  if (state_ != State::asking || id != last_fetch_) return;
  if (!fetched) {
    on_nothing(log::shown(fetched.error()), now, out);
  } else if (!on_odd_status(*fetched, now, out)) {
    on_answer(*fetched, now, out);
  }
}

void PopulationReader::on_answer(const FetchedDocument& document, Instant now, Outbox& out) {
  switch (question_) {
    case Question::token:
      return on_token(document.body, now, out);
    case Question::count:
      return on_count(document.body, now, out);
    case Question::users:
      return on_users(document.body, now, out);
    case Question::group:
      return on_group(document.body, now, out);
    case Question::members:
      return on_members(document.body, now, out);
    case Question::children:
      return on_children(document.body, now, out);
  }
}

/// True if the status is dealt with: it is not 200.
bool PopulationReader::on_odd_status(const FetchedDocument& document, Instant now, Outbox& out) {
  const int status = document.status;
  const bool is_token_taken = status == 200 || status == 404;
  if (question_ != Question::token && is_token_taken) is_token_fresh_ = false;
  if (status == 200) return false;
  if (is_passing(status)) {
    on_nothing(fmt::format("HTTP status {}", status), now, out);
  } else if (question_ == Question::token) {
    fail(fmt::format("the issuer gives client {} no token (HTTP status {} {})",
                     log::shown(realm_.client_id), status, read_error(document.body)));
  } else if (status == 401 && !is_token_fresh_) {
    // It has expired in the middle.
    after_token_ = question_;
    ask(Question::token, now, out);
  } else if (status == 403) {
    fail(
        fmt::format("client {} may not read users and groups; its service account needs the roles"
                    " view-users, query-users and query-groups of realm-management",
                    log::shown(realm_.client_id)));
  } else if (status == 404 && question_ == Question::group) {
    log::warning("{} has no group {}", realm_.issuer, log::shown(realm_.groups[next_path_]));
    ++next_path_;
    next_group(now, out);
  } else if (status == 404 && !groups_.empty()) {
    // It was removed just now.
    groups_.pop_front();
    next_group(now, out);
  } else {
    fail(fmt::format("the Admin API answered with HTTP status {}", status));
  }
  return true;
}

/// Tries again after a pause that doubles, but not for ever.
void PopulationReader::on_nothing(std::string sentence, Instant now, Outbox&) {
  if (tries_ >= limits_.tries) {
    return fail(fmt::format("the issuer did not answer {} times: {}", tries_, sentence));
  }
  state_ = State::pausing;
  deadline_ = now + limits_.pause * (1U << (tries_ - 1));
}

void PopulationReader::on_token(std::string_view body, Instant now, Outbox& out) {
  auto token = read_access_token(body);
  if (!token) return fail("the token endpoint answered with something that is no token");
  token_ = *std::move(token);
  is_token_fresh_ = true;
  ask(after_token_, now, out);
}

// ---- users --------------------------------------------------------------------------------------

void PopulationReader::on_count(std::string_view body, Instant now, Outbox& out) {
  const auto count = read_count(body);
  if (!count) return fail("the number of users is no number");
  if (*count > limits_.people) {
    return fail(fmt::format("the realm has {} users, {} are allowed", *count, limits_.people));
  }
  expected_ = *count;
  ask(Question::users, now, out);
}

void PopulationReader::on_users(std::string_view body, Instant now, Outbox& out) {
  const auto users = read_users(body);
  if (!users) return fail("the list of users is no list of users");
  const std::size_t old = cursor_.overlap();
  const Cursor::Fit fit = cursor_.take(ids_of(*users));
  if (cursor_.seen() > limits_.people) {
    return fail(fmt::format("the realm lists more than {} users", limits_.people));
  }
  bool is_whole = fit != Cursor::Fit::shifted;
  for (std::size_t i = old; is_whole && i < users->size(); ++i) is_whole = keep((*users)[i]);
  // Fewer than were counted: some were removed meanwhile, or are hidden from the client.
  if (fit == Cursor::Fit::end && cursor_.seen() < expected_) is_whole = false;
  if (!is_whole) return restart(Question::count, now, out);
  // A page may be short in the middle: only one that brings nothing is the last.
  if (fit == Cursor::Fit::more) return ask(Question::users, now, out);
  next_group(now, out);
}

/// False if the user was listed before.
bool PopulationReader::keep(const ListedUser& user) {
  const auto [place, is_new] = listed_.try_emplace(user.id);
  if (!is_new) return false;
  if (!user.is_enabled || is_service_account(user)) return true;
  place->second = people_.size();
  Person person;
  person.issuer = realm_.issuer;
  person.subject = user.id;
  person.username = user.username;
  person.display_name = user.first_name;
  if (!user.first_name.empty() && !user.last_name.empty()) person.display_name += ' ';
  person.display_name += user.last_name;
  if (realm_.reads_extensions) person.extension = user.extension;
  people_.push_back(std::move(person));
  return true;
}

/// Reads a list again that changed while it was read.
void PopulationReader::restart(Question question, Instant now, Outbox& out) {
  if (restarts_ >= limits_.restarts) {
    return fail(fmt::format(
        "the lists of the realm kept changing while they were read (last: {} of {} users)",
        listed_.size(), expected_));
  }
  ++restarts_;
  cursor_ = {};
  if (question == Question::count) {
    people_.clear();
    listed_.clear();
  }
  ask(question, now, out);
}

// ---- groups -------------------------------------------------------------------------------------

/// Goes on with the first group to be read, or with the next configured one, or is done.
void PopulationReader::next_group(Instant now, Outbox& out) {
  cursor_ = {};
  if (!groups_.empty()) return ask(Question::members, now, out);
  if (next_path_ < realm_.groups.size()) return ask(Question::group, now, out);
  state_ = State::done;
  deadline_.reset();
}

void PopulationReader::on_group(std::string_view body, Instant now, Outbox& out) {
  auto group = read_group(body);
  if (!group) return fail("a group is no group");
  keep_group(*std::move(group), realm_.groups[next_path_], 0);
  ++next_path_;
  next_group(now, out);
}

void PopulationReader::keep_group(ListedGroup group, std::string path, std::size_t depth) {
  if (depth > limits_.depth || !met_.insert(group.id).second) return;
  groups_.push_back({std::move(group.id), std::move(path), depth});
}

void PopulationReader::on_members(std::string_view body, Instant now, Outbox& out) {
  const auto users = read_users(body);
  if (!users) return fail("the members of a group are no list of users");
  const Cursor::Fit fit = cursor_.take(ids_of(*users));
  if (fit == Cursor::Fit::shifted) return restart(Question::members, now, out);
  if (cursor_.seen() > limits_.people) return fail("a group has too many members");
  for (const ListedUser& user : *users) {
    const auto known = listed_.find(user.id);
    if (known == listed_.end() || !known->second) continue;
    std::vector<std::string>& groups = people_[*known->second].groups;
    const bool is_noted = !groups.empty() && groups.back() == groups_.front().path;
    if (!is_noted) groups.push_back(groups_.front().path);
  }
  const bool is_end = fit == Cursor::Fit::end || users->size() < page_size;
  if (!is_end) return ask(Question::members, now, out);
  cursor_ = {};
  ask(Question::children, now, out);
}

void PopulationReader::on_children(std::string_view body, Instant now, Outbox& out) {
  auto children = read_groups(body);
  if (!children) return fail("the groups below a group are no list of groups");
  const std::size_t old = cursor_.overlap();
  const Cursor::Fit fit = cursor_.take(ids_of(*children));
  if (fit == Cursor::Fit::shifted) return restart(Question::children, now, out);
  const bool is_end = fit == Cursor::Fit::end || children->size() < page_size;
  const Group parent = groups_.front();
  for (std::size_t i = old; i < children->size(); ++i) {
    std::string path = parent.path + '/' + (*children)[i].name;
    keep_group(std::move((*children)[i]), std::move(path), parent.depth + 1);
  }
  if (met_.size() > limits_.groups) return fail("the realm has too many groups");
  if (!is_end) return ask(Question::children, now, out);
  groups_.pop_front();
  next_group(now, out);
}

// ---- the end ------------------------------------------------------------------------------------

std::vector<Person> PopulationReader::take_people() {
  return std::move(people_);
}

void PopulationReader::fail(std::string sentence) {
  trouble_ = std::move(sentence);
  state_ = State::failed;
  deadline_.reset();
}

}  // namespace dering::sync
