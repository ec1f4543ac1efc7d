// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "base/instant.h"
#include "identity/verdict.h"

namespace dering::identity {

/// Who has signed out at one issuer, for as long as tokens from before may live. Bounded: past the
/// cap the oldest entries become one rule, that tokens issued before them are refused whoever's
/// they are, so nothing comes back to life and people merely fetch a fresh token. Worker thread.
class SignOuts {
 public:
  SignOuts(std::size_t most, std::chrono::seconds kept) : most_(most), kept_(kept) {}

  void add(const LogoutClaims& logout, UnixSeconds now);
  /// Whether that token is of a sign-in that was ended: of that sid, or of that subject and issued
  /// before the sign-out.
  bool cover(const TokenClaims& claims) const;

  std::size_t size() const { return oldest_first_.size(); }

 private:
  struct Entry {
    UnixSeconds until;
    LogoutClaims logout;
  };
  void forget_oldest();

  std::size_t most_;
  std::chrono::seconds kept_;
  std::deque<Entry> oldest_first_;
  std::unordered_map<std::string, std::int64_t> latest_by_sid_;      ///< `iat` of the latest
  std::unordered_map<std::string, std::int64_t> latest_by_subject_;  ///< `iat` of the latest
  std::int64_t none_before_ = 0;                                     ///< Unix seconds
};

/// Which logout tokens were here before. Bounded: past the cap the oldest is forgotten, and a
/// replay of it would only end once more what it ended already. Worker thread.
class SeenTokens {
 public:
  explicit SeenTokens(std::size_t most) : most_(most) {}

  /// False if it was here before. It is remembered until that time.
  bool add(std::string id, UnixSeconds now, UnixSeconds until);

  std::size_t size() const { return until_.size(); }

 private:
  std::size_t most_;
  std::deque<std::string> oldest_first_;
  std::unordered_map<std::string, UnixSeconds> until_;
};

}  // namespace dering::identity
