// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/table_size.h"
#include "call/party.h"
#include "directory/trunk_news.h"
#include "routing/plan/plan.h"
#include "switchboard/settings.h"
#include "trunk/trunk.h"

namespace dering::switchboard {

/// The trunks of the plan that is in force. Signalling thread.
class TrunkTable {
 public:
  using Wish = std::variant<trunk::AskDns, trunk::FindSource>;

  explicit TrunkTable(const Settings& settings) : settings_(settings) {}

  /// What is as it was goes on; what is not, begins anew.
  void apply(const routing::Plan& plan, trunk::Turn& turn);
  void on_time(trunk::Turn& turn);
  void on_answer(const trunk::DnsTold& told, trunk::Turn& turn);
  void on_source(const trunk::SourceFound& found, trunk::Turn& turn);
  /// False: to no request of a trunk's own.
  bool on_response(const sip::ResponseArrived& response, trunk::Turn& turn);
  bool on_request_failed(sip::ClientTransactionId transaction, trunk::Turn& turn);
  /// All say goodbye: for a clean stop.
  void leave_all(trunk::Turn& turn);
  std::optional<Instant> next_deadline() const;

  /// The servers of that trunk that seem to be there, as those to be called for that number.
  std::vector<call::Contact> servers_of(std::string_view trunk, std::string_view number) const;
  /// Whose what comes from there is; null: no trunk's.
  const trunk::Trunk* source_of(const sip::Flow& flow) const;
  bool is_source(std::string_view trunk, const sip::Flow& flow) const;

  std::vector<Wish> take_wishes();
  /// Nothing where people see nothing new.
  std::optional<directory::TrunkChanged> take_news(std::int64_t unix_seconds);
  void list(TableSizes& out) const;

 private:
  struct Entry {
    routing::Trunk draft;
    trunk::Trunk machine;
    trunk::TrunkState told{};
    std::int64_t since = 0;
  };

  trunk::Trunk machine_for(const routing::Trunk& draft) const;
  const Entry* find(std::string_view id) const;
  void forget_gone();

  const Settings& settings_;
  std::vector<Entry> entries_;  ///< in the order of the plan
  std::vector<trunk::Trunk> leaving_;
  /// What is to be said to people may have changed.
  enum class News : std::uint8_t { none, perhaps, surely };
  void may_tell() { news_ = std::max(news_, News::perhaps); }
  News news_ = News::none;
};

}  // namespace dering::switchboard
