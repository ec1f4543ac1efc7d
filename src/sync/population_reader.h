// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/instant.h"
#include "directory/person.h"
#include "sync/admin_api.h"
#include "sync/fetch.h"

namespace dering::sync {

/// The realm to read, and what of it.
struct Realm {
  std::string issuer;
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> groups =
      {};                         ///< paths whose members, also in groups below, are asked for
  bool reads_extensions = false;  ///< from the attribute; costs Keycloak the full representation
};

struct ReaderLimits {
  std::size_t people = 200'000;
  std::size_t groups = 10'000;
  std::size_t depth = 16;         ///< of groups below a configured one
  unsigned restarts = 3;          ///< of lists that changed while they were read
  unsigned tries = 6;             ///< of one request
  std::chrono::seconds pause{1};  ///< before the second try; doubles
  std::chrono::seconds answer{30};
};

/// A place in a list that is read in pages. Each page begins with the last entry of the one
/// before: if it does not, the list has changed and something may have been missed.
class Cursor {
 public:
  enum class Fit : std::uint8_t { more, end, shifted };
  Fit take(const std::vector<std::string_view>& ids);

  std::size_t first() const { return seen_ == 0 ? 0 : seen_ - 1; }
  /// How many entries at the front of the next page are old ones.
  std::size_t overlap() const { return seen_ == 0 ? 0 : 1; }
  std::size_t seen() const { return seen_; }

 private:
  std::size_t seen_ = 0;
  std::string last_;
};

/// Reads all people of a realm once, one request after the other: a token, how many users, the
/// users, the members of the configured groups. Whatever is odd ends in a sentence, never in a part
/// of the people. Sans-I/O. Worker thread.
class PopulationReader {
 public:
  /// Ids of its fetches count up from `first`.
  PopulationReader(const Realm& realm, AdminApi api, std::string token_endpoint, FetchId first,
                   ReaderLimits limits = {});

  void start(Instant now, Outbox& out);
  /// Answers to anything but the fetch in flight are passed over.
  void on_fetched(FetchId id, const Fetched& fetched, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return deadline_; }

  enum class State : std::uint8_t { unstarted, asking, pausing, done, failed };
  State state() const { return state_; }
  /// Once it is done: those that are enabled there and no service accounts.
  std::vector<directory::Person> take_people();
  const std::string& trouble() const { return trouble_; }
  FetchId last_fetch() const { return last_fetch_; }

 private:
  enum class Question : std::uint8_t { token, count, users, group, members, children };
  struct Group {
    std::string id;
    std::string path;
    std::size_t depth = 0;
  };

  void ask(Question question, Instant now, Outbox& out);
  void send(Instant now, Outbox& out);
  Fetch token_request() const;
  std::string place() const;
  void on_answer(const FetchedDocument& document, Instant now, Outbox& out);
  bool on_odd_status(const FetchedDocument& document, Instant now, Outbox& out);
  void on_nothing(std::string sentence, Instant now, Outbox& out);
  void on_token(std::string_view body, Instant now, Outbox& out);
  void on_count(std::string_view body, Instant now, Outbox& out);
  void on_users(std::string_view body, Instant now, Outbox& out);
  void on_group(std::string_view body, Instant now, Outbox& out);
  void on_members(std::string_view body, Instant now, Outbox& out);
  void on_children(std::string_view body, Instant now, Outbox& out);
  bool keep(const ListedUser& user);
  void keep_group(ListedGroup group, std::string path, std::size_t depth);
  void restart(Question question, Instant now, Outbox& out);
  void next_group(Instant now, Outbox& out);
  void fail(std::string sentence);

  Realm realm_;
  AdminApi api_;
  std::string token_endpoint_;
  ReaderLimits limits_;

  State state_ = State::unstarted;
  std::optional<Instant> deadline_;
  Question question_ = Question::token;
  Question after_token_ = Question::count;  ///< what the token is wanted for
  FetchId last_fetch_;
  unsigned tries_ = 0;  ///< of the question
  unsigned restarts_ = 0;
  bool is_token_fresh_ = false;  ///< nothing was answered with it yet

  std::string token_;
  std::size_t expected_ = 0;  ///< users, as Keycloak counts them
  Cursor cursor_;
  std::vector<directory::Person> people_;
  /// By id: where in people_, or nowhere for those who are listed and do not count.
  std::unordered_map<std::string, std::optional<std::size_t>> listed_;
  std::size_t next_path_ = 0;  ///< of realm_.groups
  std::deque<Group> groups_;   ///< to be read; the first one is being read
  std::unordered_set<std::string> met_;
  std::string trouble_;
};

}  // namespace dering::sync
