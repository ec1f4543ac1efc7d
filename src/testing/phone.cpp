// SPDX-License-Identifier: Apache-2.0
#include "testing/phone.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "testing/world.h"

namespace dering::testing {

using namespace std::chrono_literals;

namespace {

/// How long a browser may go on after the engine has closed its port, while its connection is up.
constexpr Duration patience = 45s;
/// RFC 7675 §5.1, and a tick.
constexpr Duration consent_time = 34s;
/// Enough for all that is said to a phone when it is back.
constexpr Duration telling_takes = 10s;

sip::Transport transport_of(PhoneKind kind) {
  switch (kind) {
    case PhoneKind::browser:
    case PhoneKind::firefox:
      return sip::Transport::wss;
    case PhoneKind::desk:
      return sip::Transport::udp;
    case PhoneKind::tcp_desk:
      return sip::Transport::tcp;
  }
  return sip::Transport::udp;
}

}  // namespace

Phone::Phone(World& world, std::string extension, PhoneKind kind, Switched switched)
    : world_(world), random_(world.random().number()) {
  const SocketAddress address = world.new_address();
  identity_ = {std::move(extension), fmt::format("p{}", address.ipv4() & 0xffU), kind, address};
  instance_ = identity_.name;
  forget_everything();
  world_.attach(*this);
  if (switched == Switched::off) return;
  connect();
  world_.settle();
}

Phone::Phone(World& world, std::string extension, PhoneKind kind)
    : Phone(world, std::move(extension), kind, Switched::on) {}

Phone::~Phone() {
  world_.detach(*this);
}

// ---- Verbs --------------------------------------------------------------------------------------

void Phone::calls(std::string_view number) {
  place_call(std::string(number));
  world_.settle();
}

void Phone::cancels() {
  if (PhoneCall* call = find(State::calling)) cancel(*call);
  world_.settle();
}

void Phone::answers() {
  if (PhoneCall* call = find(State::ringing)) accept(*call);
  flush();
  world_.settle();
}

void Phone::declines(int status) {
  if (PhoneCall* call = find(State::ringing)) refuse(*call, status);
  flush();
  world_.settle();
}

void Phone::hangs_up() {
  if (PhoneCall* call = find(State::talking)) hang_up(*call);
  flush();
  world_.settle();
}

void Phone::holds() {
  if (PhoneCall* call = find(State::talking)) set_hold(*call, true);
  world_.settle();
}

void Phone::resumes() {
  if (PhoneCall* call = find(State::talking)) set_hold(*call, false);
  world_.settle();
}

void Phone::loses_connection(Memory memory) {
  if (has_connection()) {
    disconnect(memory);
  } else {
    lose_power();
  }
  world_.settle();
}

void Phone::returns() {
  connect();
  world_.settle();
}

void Phone::leaves() {
  if (!std::exchange(is_connected_, false)) return;
  ++life_;
  if (has_connection()) world_.cut(flow());
  world_.settle();
}

void Phone::on_closed() {
  is_connected_ = false;
  ++life_;
  note_loss();
  next_session();
}

void Phone::note_loss() {
  if (registered_at_) lost_at_ = world_.now();
  registered_at_.reset();
}

// ---- Connection ---------------------------------------------------------------------------------

void Phone::connect() {
  if (std::exchange(is_connected_, true)) return;
  connected_at_ = world_.now();
  const sip::Flow before = server();
  if (has_connection()) connection_ = world_.new_connection();
  endpoint_->on_flow_moved(before, server(), world_.now(), out_);
  if (register_call_id_.empty()) register_call_id_ = endpoint_->new_call_id();
  send_register(600, {});
  flush();
}

void Phone::disconnect(Memory memory, sip::FlowEnd how) {
  world_.event(identity_.name, "loses its connection");
  is_connected_ = false;
  ++life_;
  note_loss();
  const sip::Flow its = flow();
  if (memory == Memory::anew) ++page_;
  if (memory != Memory::kept) {
    forget_everything();
  } else if (is_browser()) {
    // As JsSIP: each transaction ends, and nothing of it is said on the next connection.
    endpoint_->on_flow_closed(server(), world_.now(), out_);
    flush();
    // The app drops what has not been answered: it cannot be any more.
    const auto is_unanswered = [](const PhoneCall& call) { return call.state != State::talking; };
    for (const PhoneCall& call : calls_) {
      if (is_unanswered(call) && call.role == Role::caller) on_unknown(call);
    }
    std::erase_if(calls_, is_unanswered);
  } else {
    endpoint_->on_flow_lost(server(), world_.now(), out_);
    flush();
  }
  world_.cut(its, how);
}

void Phone::lose_power() {
  world_.event(identity_.name, "loses its power");
  is_connected_ = false;
  ++life_;
  forget_everything();
}

void Phone::forget_everything() {
  for (const PhoneCall& call : calls_) {
    if (call.role == Role::caller) on_unknown(call);
  }
  calls_.clear();
  transfers_.clear();
  out_.clear();
  register_call_id_.clear();
  sip::EndpointNames names;
  names.host = is_browser() ? identity_.name + ".invalid" : identity_.address.ip_text();
  endpoint_ = std::make_unique<sip::Endpoint>(names, sip::EndpointLimits{}, random_);
}

sip::Flow Phone::flow() const {
  return {transport_of(identity_.kind), identity_.address, connection_};
}

sip::Flow Phone::server() const {
  return {transport_of(identity_.kind), SocketAddress::from_ipv4(0x0a000001, 5060), connection_};
}

std::string Phone::session() const {
  return fmt::format("{}.{}", identity_.name, session_);
}

// ---- Calls --------------------------------------------------------------------------------------

Phone::PhoneCall& Phone::add_call(Role role) {
  return calls_.emplace_back(++last_call_, role, random_.token(8));
}

Phone::PhoneCall& Phone::place_call(std::string number, std::string replaces) {
  PhoneCall& call = add_call(Role::caller);
  call.number = std::move(number);
  call.replaces = std::move(replaces);
  call.call_id = endpoint_->new_call_id();
  call.tag = endpoint_->new_tag();
  send_invite(call, {});
  flush();
  return *find(last_call_);
}

void Phone::cancel(PhoneCall& call) {
  call.state = State::cancelling;
  endpoint_->cancel(call.invite, {}, world_.now(), out_);
  flush();
}

void Phone::hang_up(PhoneCall& call) {
  send_bye(*call.dialog);
  drop(call.id);
}

void Phone::set_hold(PhoneCall& call, bool is_on_hold) {
  call.is_on_hold = is_on_hold;
  send_offer(call);
  flush();
}

void Phone::say_farewell(sip::Dialog dialog) {
  dialog.move_to(server());
  send_bye(dialog);
  flush();
}

void Phone::end_call(PhoneCall& call, const std::string& word) {
  outcome_ = word;
  on_outcome(call, word);
}

std::size_t Phone::count(State state) const {
  return static_cast<std::size_t>(std::ranges::count(calls_, state, &PhoneCall::state));
}

bool Phone::is_calling(std::string_view number) const {
  return std::ranges::any_of(calls_, [&](const PhoneCall& call) {
    return call.state == State::calling && call.number == number;
  });
}

Phone::PhoneCall* Phone::find(std::uint64_t id) {
  const auto at = std::ranges::find(calls_, id, &PhoneCall::id);
  return at == calls_.end() ? nullptr : &*at;
}

Phone::PhoneCall* Phone::find(State state) {
  const auto at = std::ranges::find(calls_, state, &PhoneCall::state);
  return at == calls_.end() ? nullptr : &*at;
}

void Phone::drop(std::uint64_t id) {
  forget_transfers_of(id);
  std::erase_if(calls_, [&](const PhoneCall& call) { return call.id == id; });
}

void Phone::on_time() {
  endpoint_->on_time(world_.now(), out_);
  flush();
}

// ---- Sound --------------------------------------------------------------------------------------

void Phone::start_talking(PhoneCall& call) {
  call.state = State::talking;
  call.media.begin(world_.now());
  if (!std::exchange(is_ticking_, true)) {
    world_.after(0s, [this] { tick(); });
  }
}

void Phone::tick() {
  is_ticking_ = false;
  for (PhoneCall& call : calls_) {
    if (call.state != State::talking || !call.media.has_way()) continue;
    if (world_.now() - call.media.consented_at(world_.now()) > consent_time) {
      on_consent_lost(call);
      continue;
    }
    is_ticking_ = true;
    const SocketAddress from =
        SocketAddress::from_ipv6(identity_.address.ipv6(), media_port(call.id));
    for (Media::Datagram& datagram : call.media.send()) {
      world_.to_engine(from, std::move(datagram));
    }
  }
  if (is_ticking_) world_.after(Media::tick, [this] { tick(); });
}

void Phone::receive_media(std::uint16_t port, Bytes packet) {
  for (PhoneCall& call : calls_) {
    if (media_port(call.id) == port) call.media.receive(packet, world_.now());
  }
}

/// The engine does not answer any more: the browser hangs up. While its connection is up it should
/// have been told by BYE long before.
void Phone::on_consent_lost(PhoneCall& call) {
  // Up since before the port was closed: then a BYE could have come.
  const bool was_reachable = is_connected_ && connected_at_ < call.media.consented_at(world_.now());
  world_.after(patience, [this, id = call.id, was_reachable, life = life_] {
    PhoneCall* deaf = find(id);
    if (!deaf || world_.now() - deaf->media.consented_at(world_.now()) < patience) return;
    if ((was_reachable && life == life_) || must_know(*deaf, told_absence)) {
      world_.fault(fmt::format("{} talks to nobody and was not told", identity_.name));
    }
    if (is_connected_) {
      hang_up(*deaf);
      flush();
    } else {
      drop(id);
    }
  });
}

bool Phone::must_know(const PhoneCall& call, Duration longest_absence) const {
  return registered_at_ && *registered_at_ + telling_takes <= world_.now() &&
         call.absence <= longest_absence;
}

bool Phone::hears(const Phone& other) const {
  return std::ranges::any_of(calls_, [&](const PhoneCall& call) {
    if (!call.media.hears_anybody(world_.now())) return false;
    return std::ranges::any_of(other.calls_, [&](const PhoneCall& theirs) {
      return theirs.media.name() == call.media.hears();
    });
  });
}

std::vector<std::string> Phone::deaf_calls() const {
  std::vector<std::string> sentences;
  for (const PhoneCall& call : calls_) {
    if (call.state != State::talking || call.is_on_hold) continue;
    if (call.media.hears_anybody(world_.now())) continue;
    sentences.push_back(fmt::format("{} talks and hears nobody", identity_.name));
  }
  return sentences;
}

std::vector<Phone::Heard> Phone::heard() const {
  std::vector<Heard> ends;
  for (const PhoneCall& call : calls_) {
    if (call.state == State::talking) ends.push_back({call.media.name(), call.media.hears()});
  }
  return ends;
}

}  // namespace dering::testing
