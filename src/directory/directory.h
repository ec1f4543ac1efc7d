// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/strong_id.h"
#include "directory/line_quality.h"

namespace dering::directory {

using UserId = StrongId<struct UserTag>;  ///< the row id in the store

/// A person with one extension.
struct User {
  UserId id;
  std::string issuer;        ///< who vouches for `subject`; empty for the built-in provider
  std::string subject;       ///< the token's `sub`; stable for ever
  std::string username;      ///< what the person types to sign in
  std::string display_name;  ///< UTF-8
  std::string unit;          ///< department; may be empty
  std::string extension;     ///< digits, unique

  bool operator==(const User&) const = default;
};

/// What lets a desk phone sign in by digest (RFC 7616): H(username:realm:password), hexadecimal.
struct DeviceCredential {
  std::string username;
  std::string extension;  ///< of the user it belongs to
  std::string ha1_md5;
  std::string ha1_sha256;
  std::string codecs{};  ///< its own, as codec_list() has them; empty: those of its kind
};

/// Users and devices at one moment: built on a worker thread, then never changed and shared by
/// pointer to const. A change in the store makes a new one.
class Directory {
 public:
  Directory() = default;
  /// Later duplicates of an extension or device name are left out.
  Directory(std::vector<User> users, std::vector<DeviceCredential> devices);

  /// The next snapshot when little has changed: with these users, in place of those with the same
  /// id. Costs a copy, but no reading of the store.
  std::shared_ptr<const Directory> with(std::vector<User> users) const;

  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const User* by_extension(std::string_view extension) const;
  const User* by_subject(std::string_view issuer, std::string_view subject) const;
  const DeviceCredential* device(std::string_view username) const;
  /// In the order of their display names, byte by byte.
  const std::vector<User>& users() const { return users_; }
  const std::vector<DeviceCredential>& devices() const { return devices_; }

 private:
  std::vector<User> users_;
  std::vector<DeviceCredential> devices_;
  std::unordered_map<std::string_view, std::size_t> by_extension_;  ///< views into users_
  std::unordered_map<std::string, std::size_t> by_subject_;         ///< issuer NUL subject
  std::unordered_map<std::string_view, std::size_t> by_device_;
};

/// Colleagues of one unit pick up each other's calls, and everybody their own.
bool may_pick_up(const User& who, const User& whose);

using DirectorySnapshot = std::shared_ptr<const Directory>;

/// What others see of an extension.
enum class Presence : std::uint8_t { offline, available, in_call, do_not_disturb };
/// "offline", "available", "in_call", "do_not_disturb"
std::string_view name_of(Presence presence);

/// How long one phone was part of a call, and what for. A phone that goes from one call to another
/// has a stay in each, under the same leg.
struct CallStay {
  std::uint64_t leg = 0;  ///< of ours; unique for ever; 0: no phone, or none that is known
  std::string person;     ///< extension
  std::string role;       ///< "caller": it called; "callee": it was called
  /// "placed", "rung", "transferred", "returned", "picked_up", "took_over", "went_on" (a page that
  /// was loaded anew, or another tab of it); "dialled": no phone took part; "forwarded_always",
  /// "_busy", "_no_answer", "_unreachable" or "_by_phone": somebody else was called, and sent the
  /// call on
  std::string why;
  std::int64_t from = 0;  ///< Unix seconds
  std::int64_t to = 0;    ///< Unix seconds
  /// A word of call/outcome.h; "elsewhere": another phone answered; "forwarded": it went on to
  /// somebody else
  std::string outcome;
  LineQuality quality{};     ///< of a phone that talked
  bool is_hidden = false;    ///< others are not told who it is, and never are
  std::string brought_by{};  ///< who transferred them into this call; "anonymous" for who hides
  std::string sent_by{};     ///< who transferred them out of it
  std::string sent_to{};     ///< and to which number; "anonymous" for who hides

  bool operator==(const CallStay&) const = default;
};

/// The one line that every attempted call leaves behind.
struct CallRecord {
  std::string call_id;            ///< ours, not a SIP Call-ID
  std::string caller;             ///< extension
  std::string callee;             ///< what was dialled
  std::int64_t started_at = 0;    ///< Unix seconds
  std::int64_t duration_ms = -1;  ///< from answer to end by the monotonic clock; -1: not answered
  std::string outcome;            ///< one of the words of call/outcome.h: "answered", "busy", …
  bool hides_caller = false;      ///< the callee was not told who called, and never is
  std::vector<CallStay> stays{};  ///< in the order in which they began
};

/// From the owner of the store: people or devices came, went or changed.
struct DirectoryChanged {
  DirectorySnapshot snapshot;
  /// What became different for who is signed in; see lost_numbers(). The list travels along, so
  /// that nobody who has calls to carry compares everybody.
  std::vector<std::string> lost_numbers{};
};

}  // namespace dering::directory
