// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "directory/binding.h"
#include "directory/directory.h"
#include "directory/forwarding.h"
#include "directory/parking.h"
#include "directory/text_message.h"
#include "directory/trunk_news.h"

// What a switchboard has others do to what is kept, and what it has people told.
namespace dering::directory {

/// This binding is new or was refreshed. Replaces the one of the same extension, contact, instance
/// and reg-id: two flows of one phone, or phones behind two routers, may have the same Contact URI
/// (RFC 5626 §6).
struct SaveBinding {
  StoredBinding binding;
};
struct DropBinding {
  std::string extension;
  std::string contact_uri;
  std::optional<BoundFlow> flow{};  ///< nothing: all with this contact
};
/// A record whose call_id is already there changes nothing.
struct SaveCallRecord {
  CallRecord record;
};
/// A text waits for a phone of its recipient.
struct SaveMessage {
  TextMessage message;
};
/// It was delivered, or has waited for too long.
struct DropMessage {
  std::uint64_t id = 0;
};
/// Where somebody's calls go is to be different; ForwardingChanged is the answer.
struct ChangeForwarding {
  std::string extension;
  ForwardingChange change;
};
/// To the store, by way of whoever owns it: none may be lost.
using Errand = std::variant<SaveBinding, DropBinding, SaveCallRecord, SaveMessage, DropMessage,
                            ChangeForwarding>;

struct PresenceChanged {
  std::string extension;
  Presence presence;
};
/// To one person: how the sound of their conversation gets through has changed, or whether the
/// other one is there.
struct LineChanged {
  enum class Whose : std::uint8_t { ours, theirs };  ///< this person's phone, or the other one

  std::string extension;
  Whose whose{};
  bool is_weak = false;
  /// The connection of the other one's phone is gone, or their sound with it.
  enum class Away : std::uint8_t { no, unreached, unheard };
  /// Of `theirs`; nothing: the line is told of.
  std::optional<Away> away{};
  std::string other{};  ///< extension of who is away, "anonymous" of who hides
};
/// To whoever may pick it up: a call rings at somebody, or none does any more.
struct RingingChanged {
  std::string extension;  ///< at whom
  bool rings = false;
  std::string caller{};  ///< extension; empty for who hides
};
/// To the event streams of the API, and to what they tell of.
using PageNews =
    std::variant<PresenceChanged, LineChanged, RingingChanged, ParkingChanged, TrunkChanged>;

}  // namespace dering::directory
