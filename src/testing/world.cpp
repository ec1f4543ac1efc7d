// SPDX-License-Identifier: Apache-2.0
#include "testing/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/overloaded.h"
#include "identity/digest.h"
#include "testing/phone.h"

namespace dering::testing {

using namespace std::chrono_literals;

namespace {

constexpr UnixSeconds wall_at_start{1'800'000'000};
constexpr std::int64_t token_life_seconds = 86'400;
constexpr Instant started_at = Instant{} + std::chrono::hours(1);
constexpr int most_steps_in_one_moment = 100'000;

directory::DirectorySnapshot directory_of(std::size_t count) {
  std::vector<directory::User> users;
  std::vector<directory::DeviceCredential> devices;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string extension = fmt::format("{}", 1000 + i);
    users.push_back(
        {{i}, {}, "s" + extension, "u" + extension, "User " + extension, "house", extension});
    const std::string name = "d" + extension;
    devices.push_back({name, extension,
                       digest_ha1(identity::DigestAlgorithm::md5, name, domain, "secret"),
                       digest_ha1(identity::DigestAlgorithm::sha256, name, domain, "secret")});
  }
  return std::make_shared<const directory::Directory>(std::move(users), std::move(devices));
}

}  // namespace

switchboard::Settings World::plain_settings() {
  switchboard::Settings settings;
  settings.names.host = "10.0.0.1";
  settings.names.product = "dering/sim";
  settings.realm = domain;
  settings.authorization_server = "https://pbx.test";
  return settings;
}

World::World(std::uint64_t seed, switchboard::Settings settings)
    : random_(seed),
      switchboard_random_(~seed),
      now_(started_at),
      switchboard_(std::move(settings), switchboard_random_) {
  feed(switchboard::WallClock{wall_at_start});
  feed(engine_.ready());
}

void World::people(std::size_t count) {
  feed(directory::DirectoryChanged{directory_of(count)});
}

void World::detach(Phone& phone) {
  std::erase(phones_, &phone);
}

SocketAddress World::new_address() {
  constexpr std::uint32_t first = 0x0a000100;
  return SocketAddress::from_ipv4(first + ++last_address_, 5060);
}

// ---- Time ---------------------------------------------------------------------------------------

UnixSeconds World::wall() const {
  return wall_at_start + std::chrono::duration_cast<UnixSeconds>(now_ - started_at);
}

void World::settle() {
  if (state_ == State::resting) run_until(now_);
}

std::optional<Instant> World::next_deadline() const {
  auto next =
      earlier(engine_.next_deadline(), earlier(schedule_.next(), switchboard_.next_deadline()));
  for (const Phone* phone : phones_) next = earlier(next, phone->next_deadline());
  return next;
}

void World::run_until(Instant end) {
  state_ = State::running;
  Instant moved_at = now_;
  for (int steps_in_place = 0;; ++steps_in_place) {
    if (now_ != std::exchange(moved_at, now_)) steps_in_place = 0;
    if (steps_in_place > most_steps_in_one_moment) {
      fault("time stands still");
      break;
    }
    const auto next = next_deadline();
    if (!next || *next > end || !faults_.empty()) break;
    now_ = std::max(now_, *next);
    run_one_step();
  }
  now_ = std::max(now_, end);
  state_ = State::resting;
}

void World::run_one_step() {
  const auto is_due = [&](std::optional<Instant> at) { return at && *at <= now_; };
  if (is_due(schedule_.next())) return schedule_.take()();
  for (Phone* phone : phones_) {
    if (is_due(phone->next_deadline())) phone->on_time();
  }
  if (is_due(engine_.next_deadline())) carry(engine_.on_time(now_));
  if (is_due(switchboard_.next_deadline())) feed(switchboard::TimePassed{});
}

// ---- Troubles -----------------------------------------------------------------------------------

void World::kill_engine() {
  event("engine", "dies");
  engine_.die();
  ++engine_life_;
  feed(contract::EngineLost{});
  settle();
}

void World::revive_engine() {
  event("engine", "is back");
  feed(engine_.ready());
  settle();
}

void World::sign_out(identity::LogoutClaims logout) {
  event("signed out", fmt::format("{} {}", logout.subject, logout.sid));
  feed(identity::SignedOut{std::move(logout)});
  settle();
}

// ---- Network ------------------------------------------------------------------------------------

void World::to_server(const sip::Flow& flow, std::string bytes) {
  deliver(flow, false, std::move(bytes), [this, flow](std::string arrived) {
    auto message = sip::Message::parse(arrived);
    DERING_CHECK(message.has_value());
    feed(sip::Received{flow, std::move(*message)});
  });
}

void World::to_phone(const sip::Send& send) {
  deliver(send.flow, true, send.bytes, [this, flow = send.flow](std::string arrived) {
    Phone* phone = phone_at(flow.remote);
    if (phone && phone->is_connected() && phone->flow() == flow) phone->receive(std::move(arrived));
  });
}

void World::deliver(const sip::Flow& flow, bool is_up, std::string bytes,
                    std::function<void(std::string)> hand_over) {
  trace(is_up ? "to phone" : "from phone",
        fmt::format("{} {}\n{}", flow.remote.text(), flow.connection, bytes));
  ++message_count_;
  if (const Phone* phone = phone_at(flow.remote)) {
    on_message(*phone, is_up ? Way::to_phone : Way::to_switchboard, bytes);
  }
  const bool is_reliable = sip::is_reliable(flow.transport);
  for (unsigned copies_left = is_reliable ? 1 : copies(); copies_left > 0; --copies_left) {
    Instant at = now_ + delay();
    if (is_reliable) {
      Instant& busy_until = busy_until_[{flow, is_up}];
      at = std::max(at, busy_until);
      busy_until = at;
    }
    schedule_.add(at, [bytes, hand_over] { hand_over(bytes); });
  }
}

void World::cut(const sip::Flow& flow, sip::FlowEnd how) {
  // What is still under way arrives; then the end is noticed, at once or after a while.
  const Instant at = std::max(now_ + notices_after(), busy_until_[{flow, false}]);
  schedule_.add(at, [this, flow, how] {
    event("flow closed", flow.remote.text());
    feed(sip::FlowClosed{flow, how});
  });
}

void World::to_engine(const SocketAddress& from, Media::Datagram datagram) {
  carry(engine_.on_datagram(std::move(datagram.bytes), from, datagram.port, now_));
}

/// By IP address: each call of a phone has a media port of its own.
Phone* World::phone_at(const SocketAddress& address) const {
  const auto at = std::ranges::find_if(phones_, [&](const Phone* phone) {
    return phone->identity().address.ipv6() == address.ipv6();
  });
  return at == phones_.end() ? nullptr : *at;
}

// ---- Switchboard, judge, store, engine ----------------------------------------------------------

void World::feed(switchboard::Input&& input) {
  switchboard::Outbox out;
  const auto due = switchboard_.next_deadline();
  on_input(input, due && *due <= now_);
  switchboard_.take(std::move(input), now_, out);
  on_outputs(out);
  for (switchboard::Output& output : out) {
    if (!swallows(output)) carry(output);
  }
}

void World::carry(switchboard::Output& output) {
  std::visit(overloaded{
                 [&](const sip::Send& it) { to_phone(it); },
                 [&](const sip::CloseFlow& it) { close(it.flow); },
                 [&](const media::v2::Command& it) { carry(it); },
                 [&](const identity::VerifyToken& it) { judge(it); },
                 [&](const directory::SaveCallRecord& it) { keep(it.record); },
                 [&](const directory::PresenceChanged& it) { tell(it); },
                 [&](const directory::ChangeForwarding& it) {
                   after({}, [this, it] { forward(it.extension, it.change); });
                 },
                 [](const auto&) {},
             },
             output);
}

void World::carry(const media::v2::Command& command) {
  trace("to engine", command.ShortDebugString());
  if (const auto refused = refuses(command)) return refuse(*refused);
  carry(engine_.on_command(command, now_));
}

/// Not at once, as with all that the engine says.
void World::refuse(std::uint64_t command) {
  schedule_.add(now_, [this, command, life = engine_life_] {
    if (life != engine_life_) return;
    event("engine", fmt::format("has no room for what command {} asked", command));
    media::v2::Event event;
    event.mutable_refused()->set_command_id(command);
    event.mutable_refused()->set_reason("There is no room.");
    on_refusing(command);
    feed(std::move(event));
    on_refused(command);
  });
}

void World::carry(Engine::Result result) {
  for (const Engine::Result::Packet& packet : result.packets) {
    Phone* phone = phone_at(packet.to);
    if (phone && !swallows(packet)) phone->receive_media(packet.to.port(), packet.bytes);
  }
  // Not at once: the switchboard may be in the middle of a turn.
  for (media::v2::Event& event : result.events) {
    schedule_.add(now_, [this, event, life = engine_life_] {
      if (life != engine_life_) return;
      trace("from engine", event.ShortDebugString());
      if (event.has_refused()) fault("the engine refused: " + event.refused().reason());
      feed(media::v2::Event(event));
    });
  }
}

/// A token of this world reads "1001-<session>", and is good.
void World::judge(const identity::VerifyToken& question) {
  const std::size_t dash = question.token.find('-');
  identity::TokenClaims claims;
  claims.subject = "s" + question.token.substr(0, dash);
  claims.sid = question.token.substr(dash + 1);
  claims.roles = {identity::Role::user};
  claims.expires_at = wall_at_start.count() + token_life_seconds;
  after(judging_takes(),
        [this, id = question.question, claims] { feed(identity::TokenJudged{id, claims}); });
}

void World::keep(const directory::CallRecord& record) {
  event("record", fmt::format("{} {} {}", record.caller, record.callee, record.outcome));
  records_.push_back(record);
  on_record(record);
}

void World::forward(const std::string& extension, const directory::ForwardingChange& change) {
  directory::Forwarding& kept = forwardings_[extension];
  kept = directory::changed(kept, change);
  event("forwards", extension);
  feed(directory::ForwardingChanged{extension, kept});
  settle();
}

directory::Forwarding World::forwarding_of(std::string_view extension) const {
  const auto at = forwardings_.find(extension);
  return at == forwardings_.end() ? directory::Forwarding() : at->second;
}

void World::tell(const directory::PresenceChanged& presence) {
  trace("presence", fmt::format("{} {}", presence.extension, name_of(presence.presence)));
  if (std::exchange(told_presence_[presence.extension], presence.presence) == presence.presence) {
    fault("presence says what was known");
  }
}

void World::close(const sip::Flow& flow) {
  event("closes", fmt::format("{} {}", flow.remote.text(), flow.connection));
  Phone* phone = phone_at(flow.remote);
  if (phone && phone->is_connected() && phone->flow() == flow) phone->on_closed();
}

// ---- What can be seen ---------------------------------------------------------------------------

directory::Presence World::presence_of(std::string_view extension) const {
  const auto at = told_presence_.find(extension);
  return at == told_presence_.end() ? directory::Presence::offline : at->second;
}

TableSizes World::left_behind() const {
  TableSizes sizes = switchboard_.tables();
  std::ranges::copy(engine_.tables(), std::back_inserter(sizes));
  std::erase_if(sizes, [](const TableSize& table) { return table.size == 0; });
  return sizes;
}

void World::fault(std::string sentence) {
  event("FAULT", sentence);
  faults_.push_back(std::move(sentence));
}

void World::event(std::string_view who, std::string_view what) {
  trace(who, what);
  on_event(fmt::format("{} {}", who, what));
}

void World::trace(std::string_view what, std::string_view detail) {
  const std::string line =
      fmt::format("{:12.6f} {} {}\n",
                  std::chrono::duration<double>(now_.time_since_epoch()).count(), what, detail);
  on_trace(line);
  for (const char c : line) {
    trace_hash_ = (trace_hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
}

}  // namespace dering::testing
