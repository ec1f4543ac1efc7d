// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "routing/plan/numbering.h"
#include "routing/plan/schedule.h"

// What stands in a plan's document (docs/plan.md), entry by entry, as it was written. Checked or
// not.
namespace dering::routing {

/// Where a rule sends a call.
struct Target {
  enum class Kind : std::uint8_t { none, person, extension, group, outside, dialled, echo, closed };
  Kind kind = Kind::none;
  /// Extension, id of the group, or number; of `dialled`: how many of the last digits of the called
  /// number are the extension; empty for the others
  std::string value{};
  std::string permission_class{};  ///< whose rights a number outside is called with

  bool operator==(const Target&) const = default;
};
std::string_view name_of(Target::Kind kind);  ///< "person", …; empty for none

/// Whom an entry is for.
struct Members {
  std::vector<std::string> people{};      ///< extensions
  std::vector<std::string> units{};       ///< departments
  std::vector<std::string> extensions{};  ///< without a person

  bool is_empty() const { return people.empty() && units.empty() && extensions.empty(); }
  bool operator==(const Members&) const = default;
};

/// A way to the public network or to another exchange. Its secret is no part of the plan.
struct Trunk {
  enum class Transport : std::uint8_t { udp, tcp, tls };
  std::string id;
  std::string name{};
  std::vector<std::string> servers{};  ///< "host" or "host:port", the best first
  Transport transport = Transport::udp;
  bool registers = false;
  std::string username{};
  std::vector<std::string> sources{};  ///< networks its calls come from, "192.0.2.0/24"
  NumberForm numbers = NumberForm::e164;
  unsigned channels = 30;  ///< calls at once

  bool operator==(const Trunk&) const = default;
};
std::string_view name_of(Trunk::Transport transport);

struct InboundRoute {
  std::string id;
  std::vector<std::string> trunks{};  ///< empty: any
  std::string called{};               ///< pattern; empty: any number
  std::string caller{};               ///< pattern, or "withheld"; empty: anybody
  std::string schedule{};             ///< empty: always open
  Target to{};
  Target closed{};  ///< none: the tone of a closed house

  bool operator==(const InboundRoute&) const = default;
};
inline constexpr std::string_view withheld_caller = "withheld";

/// One pattern of an outbound route and what becomes of the number.
struct DialPattern {
  std::string match;
  unsigned strip = 0;  ///< characters taken off the front
  std::string prepend{};

  bool operator==(const DialPattern&) const = default;
};

struct OutboundRoute {
  std::string id;
  std::string name{};
  std::vector<DialPattern> patterns{};
  std::vector<std::string> trunks{};  ///< the next one when one fails
  bool shows_extension = false;  ///< the caller's own number, as between exchanges of one house

  bool operator==(const OutboundRoute&) const = default;
};

/// What its members may dial. Nobody may dial what no class of theirs names.
struct PermissionClass {
  std::string id;
  std::string name{};
  std::vector<std::string> routes{};
  std::vector<std::string> countries{};  ///< codes that E.164 numbers abroad begin with, or "all"
  Members members{};

  bool operator==(const PermissionClass&) const = default;
};
inline constexpr std::string_view all_countries = "all";

/// What its members show as their number outside.
struct CallerIdRule {
  enum class Shows : std::uint8_t { number, own, withheld };
  std::string id;
  Shows shows = Shows::number;
  /// The number, or for `own` what comes before the extension: "+622155510" and 1001.
  std::string number{};
  Members members{};  ///< empty: all whom no other rule names

  bool operator==(const CallerIdRule&) const = default;
};
std::string_view name_of(CallerIdRule::Shows shows);

struct Emergency {
  std::vector<std::string> numbers{};
  std::vector<std::string> trunks{};
  std::string caller_id{};  ///< where no rule has one; empty: as for other calls

  bool operator==(const Emergency&) const = default;
};

struct RingGroup {
  enum class Order : std::uint8_t { all_at_once, in_turn, longest_idle };
  std::string id;
  std::string name{};
  std::string number{};  ///< colleagues dial; empty: only rules lead to it
  Order order = Order::all_at_once;
  unsigned ring_seconds = 20;  ///< of all at once, or of each
  std::vector<Target> members{};
  Target then{};  ///< when nobody answers; none: the call ends

  bool operator==(const RingGroup&) const = default;
};
std::string_view name_of(RingGroup::Order order);

struct PickupGroup {
  std::string id;
  std::string name{};
  Members members{};

  bool operator==(const PickupGroup&) const = default;
};

/// A telephone that belongs to a place.
struct Extension {
  enum class Kind : std::uint8_t { lobby, door, ata, meeting_room };
  std::string number;
  std::string name{};
  Kind kind = Kind::lobby;

  bool operator==(const Extension&) const = default;
};
std::string_view name_of(Extension::Kind kind);

struct Contact {
  std::string name;
  std::string number;
  std::string organisation{};

  bool operator==(const Contact&) const = default;
};

/// Numbers that nobody here gets, because another exchange has them. Both ends belong to it.
struct ReservedRange {
  std::string first;
  std::string last;
  std::string why{};

  bool operator==(const ReservedRange&) const = default;
};

inline constexpr unsigned plan_version = 1;

struct Draft {
  Numbering numbering{};
  std::vector<Trunk> trunks{};
  Emergency emergency{};
  std::vector<InboundRoute> inbound{};
  std::vector<OutboundRoute> outbound{};
  std::vector<PermissionClass> classes{};
  std::string default_class{};  ///< of people whom no class names; empty: none
  std::vector<CallerIdRule> caller_ids{};
  std::vector<RingGroup> groups{};
  std::vector<PickupGroup> pickup_groups{};
  std::vector<Schedule> schedules{};
  std::vector<Extension> extensions{};
  std::vector<Contact> contacts{};
  std::vector<ReservedRange> reserved{};

  bool operator==(const Draft&) const = default;
};

}  // namespace dering::routing
