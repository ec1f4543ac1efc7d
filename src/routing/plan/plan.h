// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text_hash.h"
#include "routing/plan/codes.h"
#include "routing/plan/draft.h"
#include "routing/plan/pattern.h"
#include "routing/plan/pattern_table.h"

namespace dering::routing {

/// What numbers mean beside those of people: the draft that was found good, with its patterns and
/// names ready for look-ups. Made once on any thread, then never changed and shared by pointer to
/// const, as the directory is. The empty plan knows only the house's codes.
class Plan {
 public:
  Plan() = default;
  /// `draft`: one that document/check.h found good; rules that cannot be used are passed over.
  explicit Plan(Draft draft, Codes codes = {});

  const Draft& draft() const { return draft_; }
  const Codes& codes() const { return codes_; }
  const Numbering& numbering() const { return draft_.numbering; }

  const Trunk* trunk(std::string_view id) const;
  const RingGroup* group(std::string_view id) const;
  const RingGroup* group_by_number(std::string_view number) const;
  const Extension* extension(std::string_view number) const;
  const PermissionClass* permission_class(std::string_view id) const;
  bool is_emergency(std::string_view cleaned) const;
  bool is_reserved(std::string_view number) const;
  /// Nothing if there is no such schedule.
  std::optional<Openness> openness(std::string_view schedule, std::chrono::sys_seconds at) const;

  /// Whoever dials or is shown. Empty where it does not apply.
  struct Who {
    std::string_view person{};
    std::string_view unit{};
    std::string_view extension{};  ///< without a person
  };
  /// How an entry was found for somebody.
  enum class By : std::uint8_t { person, unit, extension, everybody };
  template <typename T>
  struct Found {
    const T* entry = nullptr;
    By by = By::everybody;
  };
  Found<PermissionClass> class_of(const Who& who) const;
  Found<CallerIdRule> caller_id_of(const Who& who) const;

  struct Rule {
    const OutboundRoute* route = nullptr;
    const DialPattern* pattern = nullptr;
    std::string_view form{};  ///< the one of `forms` that matches
  };
  /// The narrowest pattern that matches the first form of a number for which there is one.
  Rule outbound(const std::vector<std::string>& forms) const;

  /// A call that came in.
  struct Arrival {
    std::string_view trunk;                  ///< id
    const std::vector<std::string>& called;  ///< forms of the number; empty if it is none
    const std::vector<std::string>& caller;  ///< likewise; empty if it is withheld
  };
  /// The narrowest rule by called number, then caller, then trunk. Nothing if none matches.
  const InboundRoute* inbound(const Arrival& arrival) const;

 private:
  using Names = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;
  /// Which entry names somebody.
  struct MemberIndex {
    Names people, units, extensions;
    std::optional<std::uint32_t> everybody;

    void add(const Members& members, std::uint32_t entry);
    std::optional<std::pair<std::uint32_t, By>> find(const Who& who) const;
  };
  struct OutboundRule {
    std::uint32_t route;
    std::uint32_t pattern;
  };
  struct InboundRule {
    std::optional<Pattern> called, caller;
  };

  void index_outbound();
  void index_inbound();
  bool fits(std::uint32_t route, const Arrival& arrival) const;
  bool is_narrower(std::uint32_t one, std::uint32_t other) const;

  Draft draft_;
  Codes codes_;
  Names trunks_, groups_, group_numbers_, extensions_, classes_, schedules_, emergency_;
  MemberIndex class_members_, caller_ids_;
  std::vector<std::optional<Zone>> zones_;  ///< of the schedules, one for each
  std::vector<OutboundRule> outbound_rules_;
  std::vector<InboundRule> inbound_rules_;  ///< one for each route
  std::vector<std::uint32_t> inbound_any_;  ///< routes for any called number
  PatternTable outbound_, inbound_;
};

using PlanSnapshot = std::shared_ptr<const Plan>;

}  // namespace dering::routing
