// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/socket_address.h"
#include "dns/records.h"
#include "trunk/effects.h"
#include "trunk/line.h"
#include "trunk/location.h"
#include "trunk/registration.h"
#include "trunk/trunk_settings.h"

namespace dering::trunk {

/// A server, and the host of URIs that are for it.
struct Reach {
  sip::Flow flow;
  std::string host;
};

/// One trunk while it is in force: where its servers are, which of them are there, and that the
/// provider knows us. It keeps itself up. Sans-I/O, signalling thread.
class Trunk {
 public:
  /// Before it is looked for again, if nothing was found.
  static constexpr std::chrono::seconds retry{20};

  explicit Trunk(TrunkSettings settings);

  const TrunkSettings& settings() const { return settings_; }
  TrunkState state() const;
  /// What is to be asked, once each.
  std::vector<std::variant<AskDns, FindSource>> take_wishes() { return std::exchange(wishes_, {}); }

  /// Looks for its servers, for the first time too.
  void on_time(Turn& turn);
  void on_answer(const DnsTold& told, Turn& turn);
  void on_source(const SourceFound& found, Turn& turn);
  /// False: to no request of this trunk's own.
  bool on_response(const sip::ResponseArrived& response, Turn& turn);
  bool on_request_failed(sip::ClientTransactionId transaction, Turn& turn);
  /// A response to a request of a call on that flow.
  void on_call_answered(const sip::Flow& flow, int status, Instant now);
  /// It is not in the plan any more.
  void leave(Turn& turn);
  /// After leave(): nobody has to be told any more.
  bool is_gone() const {
    return !registration_ || registration_->state() == Registration::State::off;
  }
  std::optional<Instant> next_deadline() const;

  /// Its servers that seem to be there, best first.
  std::vector<Reach> servers() const;
  /// True if what comes from there comes from this trunk: from one of its servers, or from a
  /// network of `sources`.
  bool is_source(const sip::Flow& flow) const;

 private:
  /// One server of the settings, as DNS has it.
  struct Place {
    Location location;
    std::vector<Way> ways{};  ///< good ones stay until there are others
    std::optional<Instant> look_at{};
  };

  void look(Place& place, Turn& turn);
  void on_found(Place& place, Turn& turn);
  void settle_lines(Turn& turn);
  void register_again(Turn& turn);
  const Line* first_there() const;
  TrunkState::Kind kind(std::string& reason) const;
  bool is_served() const;
  std::string why_no_line() const;
  std::string host() const { return uri_host_of(settings_.servers.front()); }

  TrunkSettings settings_;
  std::vector<Place> places_;
  std::vector<Line> lines_;             ///< best first
  std::vector<SocketAddress> awaited_;  ///< remotes whose way is being looked for
  std::optional<Registration> registration_;
  std::vector<std::variant<AskDns, FindSource>> wishes_;
};

}  // namespace dering::trunk
