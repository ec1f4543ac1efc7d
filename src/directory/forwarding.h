// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

// Where a person's calls go that their own phones shall not ring for, or have not answered.
namespace dering::directory {

/// When a call goes on to somebody else.
enum class ForwardingCase : std::uint8_t {
  always,
  busy,         ///< the phones say so, or are not to be disturbed
  no_answer,    ///< within the ring time
  unreachable,  ///< no phone is registered, or none answers
};
/// "always", "busy", "no_answer", "unreachable"
std::string_view name_of(ForwardingCase when);

/// What one person wants. A target is an extension of this house; empty: none.
struct Forwarding {
  std::string always{};
  std::string busy{};
  std::string no_answer{};
  std::string unreachable{};
  unsigned ring_seconds = 20;   ///< how long their phones ring before no_answer
  bool do_not_disturb = false;  ///< their phones ring for nobody
  bool pickup_notices = true;   ///< their pages tell what they could pick up

  const std::string& target(ForwardingCase when) const;
  /// Anything but the default.
  bool is_set() const { return *this != Forwarding{}; }
  bool operator==(const Forwarding&) const = default;
};
inline constexpr unsigned shortest_ring_seconds = 5;
inline constexpr unsigned longest_ring_seconds = 120;

/// What is to be different; nothing: it stays. An empty target switches that case off.
struct ForwardingChange {
  std::optional<std::string> always{};
  std::optional<std::string> busy{};
  std::optional<std::string> no_answer{};
  std::optional<std::string> unreachable{};
  std::optional<unsigned> ring_seconds{};
  std::optional<bool> do_not_disturb{};
  std::optional<bool> pickup_notices{};

  std::optional<std::string>& target(ForwardingCase when);
  bool operator==(const ForwardingChange&) const = default;
};
Forwarding changed(Forwarding forwarding, const ForwardingChange& change);

/// Why a change is not taken.
enum class ForwardingFault : std::uint8_t {
  own_number,      ///< calls would come back
  unknown_number,  ///< nobody of this house has it
  ring_time,       ///< shorter or longer than allowed
};
/// Nothing if it can be taken. `extension`: whose calls they are.
std::optional<ForwardingFault> fault_of(const ForwardingChange& change, std::string_view extension,
                                        const Directory& directory);

/// One person's, as it is from now on. From the owner of the store.
struct ForwardingChanged {
  std::string extension;
  Forwarding forwarding;
};
/// From the owner of the store, at the start and when it was read anew: of all who have one.
struct ForwardingsKept {
  std::vector<ForwardingChanged> all;
};
/// What the owner of the store knows. Worker thread; a change is on its way to the disk when
/// change() returns, and counts at once.
class Forwardings {
 public:
  virtual ~Forwardings() = default;
  virtual Forwarding of(std::string_view extension) const = 0;
  /// What it is now. The change was looked at by fault_of().
  virtual Forwarding change(std::string_view extension, const ForwardingChange& change) = 0;
};

}  // namespace dering::directory
