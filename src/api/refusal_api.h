// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "api/event_hub.h"
#include "api/exchange.h"
#include "directory/records.h"
#include "refusal/book.h"
#include "refusal/friends.h"
#include "refusal/meter.h"

namespace dering::api {

class Form;

/// Where all refusals come together: each gets its line in the log and its place in the book, and
/// people and administrators read them here. Worker thread.
class RefusalApi {
 public:
  RefusalApi(const EventHub& hub, directory::Records& records) : hub_(hub), records_(records) {}

  /// What the API itself has refused, and why.
  struct Refused {
    refusal::What what;
    refusal::Reason reason;
    std::string_view name = {};
    std::string_view note = {};  ///< static text
  };
  void refuse(const net::HttpRequest& request, UnixSeconds now, const Refused& refused);
  void refuse(refusal::Refusal refused, UnixSeconds now);
  /// How often refuse() was called: each request has one voice.
  std::uint64_t told() const { return told_; }
  /// Another thread has; its meter has let it through.
  void take(refusal::Refusal refused, UnixSeconds now);
  /// Refusals that found no room in another thread's meter.
  void take_unseen(std::uint64_t count) { unseen_ += count; }
  /// Somebody is signed in from that address until then.
  void on_sign_in(const SocketAddress& source, UnixSeconds until) { friends_.note(source, until); }
  void on_time(UnixSeconds now);

  Answer list(const Exchange& exchange);

 private:
  std::string person_of(const refusal::Refusal& refused) const;
  Answer all(const Exchange& exchange, const Form& query) const;

  const EventHub& hub_;
  directory::Records& records_;
  refusal::Meter meter_;
  refusal::Book book_;
  refusal::Friends friends_;
  /// Counts the calls of on_time(): a clock that is set back must not keep anything waiting.
  Instant second_{};
  std::uint64_t told_ = 0;
  unsigned lines_ = 0;        ///< of this second
  std::uint64_t unseen_ = 0;  ///< of this second
};

}  // namespace dering::api
