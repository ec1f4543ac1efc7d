// SPDX-License-Identifier: Apache-2.0
#include "app/dering/counter_table.h"

namespace dering::app {

std::string_view name_of(Counter::Kind kind) {
  switch (kind) {
    case Counter::Kind::counted:
      return "since the start";
    case Counter::Kind::overflow:
      return "overflow";
    case Counter::Kind::present:
      return "now";
  }
  return "";
}

std::vector<Counter> counters_of(const CountedParts& parts) {
  using Kind = Counter::Kind;
  // clang-format off
  return {
      {"calls", parts.signalling.counts.calls, Kind::present,
       "calls that ring or talk"},
      {"legs", parts.signalling.counts.legs, Kind::present,
       "phones in these calls"},
      {"bindings", parts.signalling.counts.bindings, Kind::present,
       "phones that are registered"},
      {"transactions", parts.signalling.counts.transactions, Kind::present,
       "SIP transactions under way or remembered"},
      {"flows_signed_in", parts.signalling.counts.flows_signed_in, Kind::present,
       "connections on which somebody is signed in"},
      {"flows_dismissed", parts.signalling.counts.flows_dismissed, Kind::present,
       "connections whose sign-in has ended and that stay for a call"},
      {"connections_open", parts.edge.connections_open, Kind::present,
       "connections of pages and phones"},
      {"connections_accepted", parts.edge.connections_accepted, Kind::counted,
       "connections that were let in"},
      {"connections_refused", parts.edge.connections_refused, Kind::counted,
       "connections past a limit, all or those of one address"},
      {"connections_replaced", parts.edge.connections_replaced, Kind::counted,
       "idle connections of strangers that made room for others"},
      {"connections_slow", parts.edge.slow_readers, Kind::counted,
       "connections closed since they did not read their answers"},
      {"connections_late", parts.edge.deadlines, Kind::counted,
       "connections closed since a deadline passed"},
      {"http_requests", parts.edge.http_requests, Kind::counted,
       "HTTP requests that could be read"},
      {"origins_refused", parts.edge.foreign_origins, Kind::counted,
       "WebSockets of pages of other web sites"},
      {"sip_messages", parts.edge.messages, Kind::counted,
       "SIP messages over TCP and WebSocket"},
      {"sip_messages_unreadable", parts.edge.unreadable_messages, Kind::counted,
       "bytes over TCP and WebSocket that are no SIP"},
      {"sip_stray_bytes", parts.edge.stray_bytes, Kind::counted,
       "bytes skipped between SIP messages over TCP"},
      {"sip_broken_streams", parts.edge.broken_streams, Kind::counted,
       "TCP connections closed since no message could be cut from them"},
      {"sip_datagrams", parts.signalling.datagrams, Kind::counted,
       "datagrams on the SIP port"},
      {"sip_datagrams_unreadable", parts.signalling.datagrams_unreadable, Kind::counted,
       "datagrams that are neither SIP nor STUN nor a keep-alive"},
      {"sip_datagrams_unsent", parts.signalling.datagrams_unsent, Kind::counted,
       "datagrams that the kernel did not take"},
      {"sip_requests_unanswered", parts.signalling.counts.unanswered, Kind::counted,
       "datagrams so short that any answer would have been larger than it may be"},
      {"sip_responses_unmatched", parts.signalling.counts.responses_unmatched, Kind::counted,
       "responses to no request of ours, or that went astray"},
      {"foreign_acks", parts.signalling.counts.foreign_acks, Kind::counted,
       "ACKs into calls from where their phones are not"},
      {"subscriptions", parts.signalling.counts.subscriptions, Kind::present,
       "lamps and lists of phones that are kept up to date"},
      {"notifies", parts.signalling.counts.notifies, Kind::counted,
       "NOTIFYs that were said to them"},
      {"subscriptions_refused", parts.signalling.counts.subscriptions_refused, Kind::overflow,
       "subscriptions past a limit"},
      {"texts_waiting", parts.signalling.counts.texts.waiting, Kind::present,
       "texts (MESSAGE) that wait for a phone of their recipient"},
      {"texts_delivered", parts.signalling.counts.texts.delivered, Kind::counted,
       "texts that a phone has taken"},
      {"texts_refused", parts.signalling.counts.texts.refused, Kind::overflow,
       "texts for which there was no room to wait"},
      {"texts_expired", parts.signalling.counts.texts.expired, Kind::overflow,
       "texts dropped since they had waited for a week"},
      {"phones_silent", parts.signalling.counts.phones_silent, Kind::counted,
       "phones dropped since they did not answer three OPTIONS"},
      {"phones_displaced", parts.signalling.counts.phones_displaced, Kind::counted,
       "phones that made room for another of the same user"},
      {"sip_requests_overloaded", parts.signalling.counts.overloaded, Kind::overflow,
       "SIP requests refused with 503, since all transactions are taken"},
      {"messages_of_strangers_held_back", parts.mail.strangers, Kind::overflow,
       "SIP messages offered again, since the signalling thread had no room"},
      {"messages_of_phones_held_back", parts.mail.phones, Kind::overflow,
       "the same of who is signed in"},
      {"requests_refused", parts.mail.requests, Kind::overflow,
       "HTTP requests answered 503, since the API had no room"},
      {"answers_dropped", parts.edge.letters_refused, Kind::overflow,
       "SIP messages and events that the edge had no room for"},
      {"fetches_refused", parts.mail.fetches, Kind::overflow,
       "fetches from issuers that found no room"},
      {"reports_dropped", parts.mail.reports, Kind::overflow,
       "reports of the signalling thread to the main thread"},
      {"refusals_dropped", parts.mail.refusals, Kind::overflow,
       "refusals that found no room on the way to the log"},
      {"refusals_unseen", parts.edge.refusals_unseen + parts.signalling.refusals_unseen, Kind::overflow,
       "refusals of so many kinds at once that they were only counted"},
      {"presence_held_back", parts.mail.presence, Kind::overflow,
       "changes of presence sent again, since the worker had no room"},
      {"errands_waiting", parts.signalling.errands_waiting, Kind::present,
       "call records and bindings on their way to the worker"},
      {"errands_lost", parts.signalling.errands_lost, Kind::overflow,
       "call records, bindings and presence beyond what can be kept"},
      {"engine_commands_lost", parts.signalling.engine_commands_lost, Kind::overflow,
       "commands that the media engine did not take; it is begun anew"},
      {"changes_waiting_for_the_disk", parts.changes_waiting, Kind::present,
       "changes that wait for room on the disk"},
      {"changes_lost", parts.changes_lost, Kind::overflow,
       "changes beyond what can wait for the disk"},
  };
  // clang-format on
}

std::vector<Overflow> overflows_in(const std::vector<Counter>& counters) {
  std::vector<Overflow> overflows;
  for (const Counter& counter : counters) {
    if (counter.kind == Counter::Kind::overflow) overflows.push_back({counter.name, counter.value});
  }
  return overflows;
}

}  // namespace dering::app
