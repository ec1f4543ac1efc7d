// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "base/joined.h"
#include "directory/errand.h"
#include "directory/records.h"

namespace dering::store {

using directory::ChangeForwarding;
using directory::DropBinding;
using directory::DropMessage;
using directory::SaveBinding;
using directory::SaveCallRecord;
using directory::SaveMessage;

/// A refresh token that was given out, was used, or goes with all of its family.
struct KeepRefreshToken {
  directory::RefreshToken token;
};
struct UseRefreshToken {
  std::string hash;
};
struct RevokeFamily {
  std::string family;
};

/// What must be written in the end, however full the disk is now.
using Write =
    Joined<directory::Errand, std::variant<KeepRefreshToken, UseRefreshToken, RevokeFamily>>;

/// What came of writing some of them in one transaction.
struct Attempt {
  enum class Result : std::uint8_t {
    done,
    no_room,  ///< the disk is full or does not answer: the same may do later
    refused,  ///< nothing of it was written, and one of them never will be
  };
  Result result = Result::done;
  std::string why = {};
};

/// Writes in their order, at once or as soon as there is room. Until then they wait in memory,
/// counted and bounded, and what they say of refresh tokens counts as if it were written. One
/// thread.
class WaitingWrites {
 public:
  static constexpr std::size_t most_waiting = 200'000;
  static constexpr std::size_t batch = 1'000;
  using Try = std::function<Attempt(std::span<const Write>)>;

  explicit WaitingWrites(Try attempt) : try_(std::move(attempt)) {}

  /// False if there is no room in memory either: then it is lost, and counted.
  bool add(Write write);
  /// Writes as much as there is room for. One that the database will never take is dropped, see
  /// take_refusals().
  void flush();

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t lost() const { return lost_; }  ///< since the start
  /// Why they wait, in a sentence; empty if none do.
  const std::string& obstacle() const { return obstacle_; }
  /// Why the database will never take some that were dropped since the last call.
  std::vector<std::string> take_refusals() { return std::exchange(refusals_, {}); }

  // -- what waiting writes say of refresh tokens
  const directory::RefreshToken* kept_token(const std::string& hash) const;
  bool is_used(const std::string& hash) const { return used_.contains(hash); }
  bool keeps_family(const std::string& family) const;
  bool is_revoked(const std::string& family) const { return revoked_.contains(family); }

 private:
  void note(const Write& write);
  bool write_first(std::size_t count);

  Try try_;
  std::deque<Write> waiting_;
  std::size_t lost_ = 0;
  std::string obstacle_;
  std::vector<std::string> refusals_;
  std::unordered_map<std::string, directory::RefreshToken> kept_;
  std::unordered_set<std::string> used_;
  std::unordered_set<std::string> revoked_;
};

}  // namespace dering::store
