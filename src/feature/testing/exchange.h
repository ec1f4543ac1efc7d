// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/call_engine.h"
#include "call/numbers.h"
#include "feature/testing/descriptions.h"
#include "sip/endpoint/endpoint.h"
#include "sip/testing/sip_text.h"

// An endpoint and a call engine without registrar, edge or engine process, for tests: what phones
// say goes in as text, what is said to them comes out as parsed messages.

namespace dering::feature::testing {

struct Sent {
  sip::Flow to;
  sip::Message message;
};

/// Who has which phones.
class Phones final : public call::Numbers {
 public:
  std::map<std::string, std::vector<call::Contact>, std::less<>> of;
  std::map<std::string, directory::Forwarding, std::less<>> forwarding;
  std::map<std::string, call::Outcome, std::less<>> crowded{};
  std::map<std::string, std::vector<call::Contact>, std::less<>> servers{};  ///< of trunks

  std::optional<call::Party> party_of(std::string_view number) const override {
    if (!of.contains(number)) return std::nullopt;
    return call::Party{std::string(number), {}};
  }
  std::vector<call::Contact> phones_of(std::string_view number) const override {
    const auto at = of.find(number);
    return at == of.end() ? std::vector<call::Contact>() : at->second;
  }
  directory::Forwarding forwarding_of(std::string_view number) const override {
    const auto at = forwarding.find(number);
    return at == forwarding.end() ? directory::Forwarding() : at->second;
  }
  std::optional<call::Outcome> crowding_of(std::string_view,
                                           std::string_view callee) const override {
    const auto at = crowded.find(callee);
    return at == crowded.end() ? std::nullopt : std::optional(at->second);
  }
  std::vector<call::Contact> servers_of(std::string_view trunk, std::string_view) const override {
    const auto at = servers.find(trunk);
    return at == servers.end() ? std::vector<call::Contact>() : at->second;
  }
  std::optional<std::string> number_in(std::string_view uri, const sip::Flow&) const override {
    const auto parsed = sip::parse_uri(uri);
    if (!parsed || parsed->host != "pbx.test") return std::nullopt;
    return std::string(parsed->user);
  }
};

class Exchange : public ::testing::Test {
 protected:
  /// Of each stay: who, why, and how it ended.
  static std::vector<std::string> people(const directory::CallRecord& record) {
    std::vector<std::string> people;
    for (const auto& stay : record.stays) {
      people.push_back(stay.person + " " + stay.why + " " + stay.outcome);
    }
    return people;
  }
  /// Tables in which something of calls is left.
  std::vector<std::string> left_behind() const {
    TableSizes sizes;
    calls_.list(sizes);
    std::vector<std::string> names;
    for (const auto& table : sizes) {
      if (table.size > 0 && table.name != "call timers") names.emplace_back(table.name);
    }
    return names;
  }

  Exchange() : Exchange(call::MediaSettings{}) {}
  explicit Exchange(call::MediaSettings settings) : media_(random_, std::move(settings)) {
    make_engine_ready();
  }

  void make_engine_ready() {
    media::v2::Event event;
    event.mutable_ready()->add_addresses("198.51.100.7");
    event.mutable_ready()->add_udp_ports(10'000);
    event.mutable_ready()->set_fingerprint("AB:CD");
    event.mutable_ready()->set_ports_per_bridge(64);
    auto& ports = *event.mutable_ready()->add_rtp_ports();
    ports.set_first(20'000);
    ports.set_pairs(32);
    tell_engine_event(event);
  }

  call::Turn turn() {
    return {{now_, "pbx.test", endpoint_, calls_.legs().sip, events_},
            std::chrono::seconds(1'700'000'000),
            media_,
            random_,
            phones_,
            calls_,
            calls_.legs(),
            calls_.events(),
            out_};
  }

  // -- what comes in
  void receive(const sip::Flow& flow, std::string_view text) {
    endpoint_.on_message(flow, sip::testing::parsed(text), now_, events_);
    run();
  }
  void pass(Duration time) {
    const Instant end = now_ + time;
    for (;;) {
      const auto next = earlier(endpoint_.next_deadline(), calls_.next_deadline());
      if (!next || *next > end) break;
      now_ = std::max(now_, *next);
      endpoint_.on_time(now_, events_);
      auto it = turn();
      calls_.on_time(it);
      run();
    }
    now_ = end;
  }
  void close(const sip::Flow& flow, sip::FlowEnd how = sip::FlowEnd::lost) {
    auto it = turn();
    calls_.on_flow_closed({flow, how}, it);
    endpoint_.on_flow_closed(flow, now_, events_);
    run();
  }
  void move(std::string_view extension, const sip::Flow& from, const sip::Flow& to) {
    auto it = turn();
    calls_.on_flow_moved(extension, from, to, it);
    run();
  }
  void register_anew(std::string_view extension, const call::Contact& contact) {
    auto it = turn();
    calls_.on_contact(extension, contact, it);
    run();
  }
  void tell_engine_event(const media::v2::Event& event) {
    auto it = turn();
    calls_.on_engine_event(event, it);
    run();
  }

  // -- what came out
  /// All commands of this kind that were given and not cleared.
  template <class Get>
  auto all(bool (media::v2::Command::*has)() const, Get get) const {
    std::vector<std::decay_t<decltype((out_.commands[0].*get)())>> found;
    for (const media::v2::Command& command : out_.commands) {
      if ((command.*has)()) found.push_back((command.*get)());
    }
    return found;
  }
  std::vector<media::v2::OpenPort> opened() const {
    return all(&media::v2::Command::has_open_port, &media::v2::Command::open_port);
  }
  std::vector<media::v2::UpdatePort> updated() const {
    return all(&media::v2::Command::has_update_port, &media::v2::Command::update_port);
  }
  std::vector<media::v2::Join> joined() const {
    return all(&media::v2::Command::has_join, &media::v2::Command::join);
  }
  std::vector<media::v2::Start> started() const {
    return all(&media::v2::Command::has_start, &media::v2::Command::start);
  }

  /// The oldest message that was sent and not yet taken; fails the test when there is none.
  Sent take() {
    if (sent_.empty()) {
      ADD_FAILURE() << "nothing was sent";
      std::abort();
    }
    Sent first = std::move(sent_.front());
    sent_.pop_front();
    return first;
  }
  /// The next of this status or method; those before are dropped.
  Sent take(int status) {
    for (;;) {
      Sent next = take();
      if (next.message.status() == status) return next;
    }
  }
  Sent take(sip::Method method) {
    for (;;) {
      Sent next = take();
      if (next.message.is_request() && next.message.method() == method) return next;
    }
  }
  std::string last_outcome() const {
    return out_.records.empty() ? "" : out_.records.back().outcome;
  }

  /// The call that an INVITE asks for; a test says what becomes of it.
  virtual void on_invite(sip::RequestArrived invite) = 0;

  Instant now_ = Instant{} + std::chrono::hours(1);
  SeededRandom random_{7};
  sip::Endpoint endpoint_{{"pbx.test", 5060, 5060, 5061, "dering/test"}, {}, random_};
  call::Media media_;
  Phones phones_;
  call::CallEngine calls_{1};
  sip::Outbox events_;
  call::Outbox out_;
  std::deque<Sent> sent_;

 private:
  void run() {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      sip::Output event = std::move(events_[i]);
      dispatch(event);
    }
    events_.clear();
  }
  void dispatch(sip::Output& event) {
    auto it = turn();
    if (auto* send = std::get_if<sip::Send>(&event)) {
      sent_.push_back({send->flow, sip::testing::parsed(send->bytes)});
    } else if (auto* offered = std::get_if<sip::RequestOffered>(&event)) {
      auto request = endpoint_.admit(std::move(*offered), events_);
      if (!request) return;
      if (request->message.to().tag().empty()) {
        on_invite(std::move(*request));
      } else {
        calls_.on_request(std::move(*request), it);
      }
    } else if (auto* ack = std::get_if<sip::AckArrived>(&event)) {
      calls_.on_ack(*ack, it);
    } else if (auto* cancel = std::get_if<sip::CancelArrived>(&event)) {
      calls_.on_cancel(*cancel, it);
    } else if (auto* missing = std::get_if<sip::AckMissing>(&event)) {
      calls_.on_ack_missing(*missing, it);
    } else if (auto* response = std::get_if<sip::ResponseArrived>(&event)) {
      calls_.on_response(*response, it);
    } else if (auto* failure = std::get_if<sip::RequestFailed>(&event)) {
      calls_.on_request_failed(*failure, it);
    }
  }
};

}  // namespace dering::feature::testing
