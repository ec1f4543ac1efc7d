// SPDX-License-Identifier: Apache-2.0
//
// What people do with a phone.
#include "sim/phone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/knobs.h"
#include "sim/world.h"

namespace dering::sim {

using namespace std::chrono_literals;

Phone::Phone(World& world, PhoneIdentity identity)
    : world_(world), identity_(std::move(identity)), random_(world.random().number()) {
  forget_everything();
}

void Phone::start() {
  world_.after(between(random_, 0s, 3s), [this] { connect(); });
  act_later();
}

void Phone::act_later() {
  world_.after(between(random_, 500ms, 15s), [this] {
    if (!is_active_) return;
    act();
    act_later();
  });
}

void Phone::act() {
  if (!is_connected_) return;
  if (chance(random_, world_.knobs().flow_loss_percent)) {
    if (!identity_.is_browser) return lose_power();
    const bool is_reload = chance(random_, world_.knobs().reload_percent);
    return lose_connection(is_reload ? Memory::lost : Memory::kept);
  }
  if (calls_.empty()) return place_call();
  PhoneCall& call = calls_[random_.below(calls_.size())];
  switch (call.state) {
    case State::calling:
      if (!chance(random_, 30)) return;
      call.state = State::cancelling;
      endpoint_->cancel(call.invite, {}, world_.now(), out_);
      return flush();
    case State::talking:
      if (chance(random_, 50)) hang_up(call);
      return flush();
    case State::ringing:
    case State::cancelling:
      return;
  }
}

void Phone::place_call() {
  PhoneCall& call = add_call();
  call.number = world_.some_number(identity_.extension);
  call.attempt = world_.ledger().open(identity_.extension, call.number);
  call.call_id = endpoint_->new_call_id();
  call.tag = endpoint_->new_tag();
  send_invite(call, {});
  flush();
}

void Phone::answer_or_not(std::uint64_t id) {
  PhoneCall* call = find(id);
  if (!call || call->state != State::ringing) return;
  const auto choice = random_.below(10);
  if (choice < 6) {
    accept(*call);
  } else if (choice < 9) {
    refuse(*call, std::array{486, 480, 603}[choice - 6]);
  }
  // A desk phone stops ringing by itself at last.
  if (choice == 9 && !identity_.is_browser) {
    world_.after(120s, [this, id] {
      PhoneCall* late = find(id);
      if (late && late->state == State::ringing) refuse(*late, 480);
      flush();
    });
  }
  flush();
}

void Phone::on_signed_out() {
  world_.trace(identity_.name, "is signed out");
  ++session_;
  lose_connection(Memory::kept);
}

std::string Phone::session() const {
  return fmt::format("{}.{}", identity_.name, session_);
}

void Phone::lose_connection(Memory memory) {
  world_.trace(identity_.name, "loses its connection");
  is_connected_ = false;
  ++life_;
  if (memory == Memory::lost) {
    forget_everything();
  } else {
    endpoint_->on_flow_closed(server(), world_.now(), out_);
    flush();
    // The app drops what has not been answered: it cannot be any more.
    const auto is_unanswered = [](const PhoneCall& call) { return call.state != State::talking; };
    for (const PhoneCall& call : calls_) {
      if (is_unanswered(call) && call.attempt) world_.ledger().give_up(*call.attempt);
    }
    std::erase_if(calls_, is_unanswered);
  }
  world_.cut(*this);
  world_.after(between(random_, 100ms, 40s), [this] { connect(); });
}

void Phone::lose_power() {
  world_.trace(identity_.name, "loses its power");
  is_connected_ = false;
  ++life_;
  forget_everything();
  world_.after(between(random_, 5s, 40s), [this] { connect(); });
}

void Phone::connect() {
  if (is_connected_) return;
  is_connected_ = true;
  connected_at_ = world_.now();
  if (identity_.is_browser) connection_ = world_.connect();
  if (register_call_id_.empty()) register_call_id_ = endpoint_->new_call_id();
  send_register(600, {});
  flush();
}

void Phone::forget_everything() {
  for (const PhoneCall& call : calls_) {
    if (call.attempt) world_.ledger().give_up(*call.attempt);
  }
  calls_.clear();
  out_.clear();
  register_call_id_.clear();
  sip::EndpointNames names;
  names.host = identity_.is_browser ? identity_.name + ".invalid" : identity_.address.ip_text();
  endpoint_ = std::make_unique<sip::Endpoint>(names, sip::EndpointLimits{}, random_);
}

void Phone::hang_up_all() {
  for (std::size_t i = calls_.size(); i > 0; --i) {
    PhoneCall& call = calls_[i - 1];
    if (call.state == State::talking && call.attempt) hang_up(call);
  }
  flush();
}

void Phone::leave() {
  if (!is_connected_) return;
  is_connected_ = false;
  ++life_;
  if (identity_.is_browser) world_.cut(*this);
}

std::size_t Phone::talking_count() const {
  return static_cast<std::size_t>(std::ranges::count(calls_, State::talking, &PhoneCall::state));
}

bool Phone::is_calling(std::string_view number) const {
  return std::ranges::any_of(calls_, [&](const PhoneCall& call) {
    return call.state == State::calling && call.number == number;
  });
}

sip::Flow Phone::flow() const {
  return {identity_.is_browser ? sip::Transport::wss : sip::Transport::udp, identity_.address,
          connection_};
}

sip::Flow Phone::server() const {
  return {identity_.is_browser ? sip::Transport::wss : sip::Transport::udp,
          SocketAddress::from_ipv4(0x0a000001, 5060), connection_};
}

Phone::PhoneCall* Phone::find(std::uint64_t id) {
  const auto at = std::ranges::find(calls_, id, &PhoneCall::id);
  return at == calls_.end() ? nullptr : &*at;
}

void Phone::drop(std::uint64_t id) {
  std::erase_if(calls_, [&](const PhoneCall& call) { return call.id == id; });
}

}  // namespace dering::sim
