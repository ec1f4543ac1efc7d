// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "identity/digest.h"
#include "sim/knobs.h"

namespace dering::sim {

using namespace std::chrono_literals;

namespace {

constexpr UnixSeconds wall_at_start{1'800'000'000};
constexpr std::string_view realm = "dering";
constexpr int most_steps_in_one_moment = 100'000;

switchboard::Settings settings(const Knobs& knobs) {
  switchboard::Settings settings;
  settings.names.host = "10.0.0.1";
  settings.names.product = "dering/sim";
  settings.realm = realm;
  settings.authorization_server = "https://pbx.test";
  settings.calls_after_sign_out = knobs.calls_survive_sign_out
                                      ? switchboard::CallsAfterSignOut::finish
                                      : switchboard::CallsAfterSignOut::end;
  return settings;
}

directory::DirectorySnapshot directory_of(std::size_t count) {
  std::vector<directory::User> users;
  std::vector<directory::DeviceCredential> devices;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string extension = fmt::format("{}", 1000 + i);
    users.push_back(
        {{i}, {}, "s" + extension, "u" + extension, "User " + extension, {}, extension});
    const std::string name = "d" + extension;
    devices.push_back({name, extension,
                       digest_ha1(identity::DigestAlgorithm::md5, name, realm, "secret"),
                       digest_ha1(identity::DigestAlgorithm::sha256, name, realm, "secret")});
  }
  return std::make_shared<const directory::Directory>(std::move(users), std::move(devices));
}

}  // namespace

World::World(std::uint64_t seed, Plant plant, bool is_traced)
    : random_(seed),
      switchboard_random_(~seed),
      knobs_(random_),
      plant_(plant),
      is_traced_(is_traced),
      switchboard_(settings(knobs_), switchboard_random_),
      engine_(plant) {}

World::~World() = default;

void World::run() {
  populate();
  run_until(now_ + 2min);
  for (const auto& phone : phones_) phone->rest();
  run_until(now_ + 20min);  // past ring time, flow grace, session refresh and all retransmission
  check_at_rest();
  for (const auto& phone : phones_) phone->hang_up_all();
  run_until(now_ + 2min);
  check_after_hang_up();
  for (const auto& phone : phones_) phone->leave();
  run_until(now_ + 26h);  // the longest life of a token
  check_after_leaving();
}

void World::populate() {
  feed(switchboard::WallClock{wall_at_start});
  feed(directory::DirectoryChanged{directory_of(knobs_.users)});
  feed(engine_.ready());
  for (std::size_t user = 1; user <= knobs_.users; ++user) {
    const bool is_browser = !chance(random_, knobs_.desk_percent);
    for (std::size_t i = 1 + random_.below(knobs_.most_phones_per_user); i > 0; --i) {
      const auto number = static_cast<std::uint32_t>(phones_.size() + 1);
      PhoneIdentity identity{fmt::format("{}", 1000 + user), fmt::format("p{}", number), is_browser,
                             SocketAddress::from_ipv4(0x0a000100 + number, 5060)};
      phones_.push_back(std::make_unique<Phone>(*this, std::move(identity)));
      phones_.back()->start();
    }
  }
  for (unsigned i = 0; i < knobs_.sign_outs; ++i) {
    after(between(random_, 5s, 110s), [this] { sign_somebody_out(); });
  }
  if (chance(random_, knobs_.engine_death_percent)) {
    after(between(random_, 10s, 110s), [this] { kill_engine(); });
  }
}

/// As an identity administrator does: one session, or all of a person.
void World::sign_somebody_out() {
  const Phone& phone = *phones_[random_.below(phones_.size())];
  const std::string& extension = phone.identity().extension;
  const identity::LogoutClaims logout{.issuer = {},
                                      .subject = "s" + extension,
                                      .sid = chance(random_, 70) ? phone.session() : "",
                                      .issued_at = 0};
  trace("signed out", fmt::format("{} {}", extension, logout.sid));
  feed(identity::SignedOut{logout});
}

void World::kill_engine() {
  trace("engine", "dies");
  engine_.die();
  ++engine_life_;
  feed(contract::EngineLost{});
  after(between(random_, 0s, 20s), [this] {
    trace("engine", "is back");
    feed(engine_.ready());
  });
}

void World::run_until(Instant end) {
  Instant moved_at = now_;
  for (int steps_in_place = 0;; ++steps_in_place) {
    if (now_ != std::exchange(moved_at, now_)) steps_in_place = 0;
    if (steps_in_place > most_steps_in_one_moment) return fault("time stands still");
    auto next =
        earlier(engine_.next_deadline(), earlier(schedule_.next(), switchboard_.next_deadline()));
    for (const auto& phone : phones_) next = earlier(next, phone->next_deadline());
    if (!next || *next > end || !faults_.empty()) break;
    now_ = std::max(now_, *next);
    if (schedule_.next() && *schedule_.next() <= now_) {
      schedule_.take()();
      continue;
    }
    for (const auto& phone : phones_) {
      if (phone->next_deadline() && *phone->next_deadline() <= now_) phone->on_time();
    }
    if (engine_.next_deadline() && *engine_.next_deadline() <= now_) carry(engine_.on_time(now_));
    if (switchboard_.next_deadline() && *switchboard_.next_deadline() <= now_) {
      feed(switchboard::TimePassed{});
    }
  }
  now_ = std::max(now_, end);
}

bool World::somebody_calls(std::string_view caller, std::string_view callee) const {
  return std::ranges::any_of(phones_, [&](const auto& phone) {
    return phone->identity().extension == caller && phone->is_calling(callee);
  });
}

std::string World::some_number(std::string_view own) {
  const auto choice = random_.below(20);
  if (choice == 0) return "*43";
  if (choice == 1) return "9999";
  if (choice == 2) return std::string(own);
  return fmt::format("{}", 1001 + random_.below(knobs_.users));
}

void World::fault(std::string sentence) {
  trace("FAULT", sentence);
  faults_.push_back(std::move(sentence));
}

void World::trace(std::string_view what, std::string_view detail) {
  const std::string line =
      fmt::format("{:12.6f} {} {}\n",
                  std::chrono::duration<double>(now_.time_since_epoch()).count(), what, detail);
  if (is_traced_) fmt::print("{}", line);
  for (const char c : line) {
    trace_hash_ = (trace_hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
}

// ---- Network ------------------------------------------------------------------------------------

void World::to_server(const Phone& phone, std::string bytes) {
  deliver(phone.flow(), false, std::move(bytes), [this, flow = phone.flow()](std::string arrived) {
    auto message = sip::Message::parse(arrived);
    DERING_CHECK(message.has_value());
    feed(sip::Received{flow, std::move(*message)});
  });
}

void World::to_phone(const sip::Send& send) {
  const bool is_browser = is_websocket(send.flow.transport);
  const bool is_bye = send.bytes.starts_with("BYE ");
  const bool is_cancel = send.bytes.starts_with("CANCEL ");
  if (is_browser && plant_ == Plant::lost_bye && is_bye) return;
  if (is_browser && plant_ == Plant::lost_cancel && is_cancel) return;
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
  const auto send = [&] {
    Instant at = now_ + between(random_, 1ms, knobs_.longest_delay);
    if (is_reliable(flow.transport)) {
      Link& link = links_[{flow, is_up}];
      at = std::max(at, link.busy_until);
      link.busy_until = at;
    }
    schedule_.add(at, [bytes, hand_over] { hand_over(bytes); });
  };
  if (is_reliable(flow.transport)) return send();
  if (!chance(random_, knobs_.loss_percent)) send();
  if (chance(random_, knobs_.duplicate_percent)) send();
}

void World::cut(const Phone& phone) {
  // What is still under way arrives; then the end is noticed, at once or after a while.
  const sip::Flow flow = phone.flow();
  const Instant at = std::max(now_ + between(random_, 0s, 8s), links_[{flow, false}].busy_until);
  schedule_.add(at, [this, flow] {
    trace("flow closed", flow.remote.text());
    feed(sip::FlowClosed{flow});
  });
}

Phone* World::phone_at(const SocketAddress& address) {
  const auto at = std::ranges::find_if(phones_, [&](const auto& phone) {
    return phone->identity().address.ipv6() == address.ipv6();
  });
  return at == phones_.end() ? nullptr : at->get();
}

// ---- Switchboard, verifier, store, engine -------------------------------------------------------

void World::feed(switchboard::Input&& input) {
  switchboard::Outbox out;
  switchboard_.take(std::move(input), now_, out);
  for (switchboard::Output& output : out) carry(output);
}

void World::carry(switchboard::Output& output) {
  if (auto* send = std::get_if<sip::Send>(&output)) {
    to_phone(*send);
  } else if (auto* command = std::get_if<media::v1::Command>(&output)) {
    trace("to engine", command->ShortDebugString());
    carry(engine_.on_command(*command, now_));
  } else if (auto* question = std::get_if<identity::VerifyToken>(&output)) {
    identity::TokenClaims claims;
    // "1001-<session>"
    claims.subject = "s" + question->token.substr(0, question->token.find('-'));
    claims.sid = question->token.substr(question->token.find('-') + 1);
    claims.roles = {identity::Role::user};
    claims.expires_at = wall_at_start.count() + 86'400;
    after(between(random_, 1ms, 500ms),
          [this, id = question->question, claims] { feed(identity::TokenJudged{id, claims}); });
  } else if (auto* saved = std::get_if<directory::SaveCallRecord>(&output)) {
    const directory::CallRecord& record = saved->record;
    trace("record", fmt::format("{} {} {}", record.caller, record.callee, record.outcome));
    if (record.outcome == "signed_out" && knobs_.calls_survive_sign_out) {
      fault("a sign-out ended a call");
    }
    if (plant_ == Plant::lost_record && record.outcome == "busy") return;
    ledger_.write(record);
    if (plant_ == Plant::double_record) ledger_.write(record);
  } else if (auto* closed = std::get_if<sip::CloseFlow>(&output)) {
    trace("closes", fmt::format("{} {}", closed->flow.remote.text(), closed->flow.connection));
    Phone* phone = phone_at(closed->flow.remote);
    if (phone && phone->is_connected() && phone->flow() == closed->flow) phone->on_signed_out();
  } else if (auto* presence = std::get_if<directory::PresenceChanged>(&output)) {
    trace("presence", fmt::format("{} {}", presence->extension, name_of(presence->presence)));
    if (std::exchange(told_presence_[presence->extension], presence->presence) ==
        presence->presence) {
      fault("presence says what was known");
    }
  }
}

void World::to_engine(const SocketAddress& from, Media::Datagram datagram) {
  carry(engine_.on_datagram(std::move(datagram.bytes), from, datagram.port, now_));
}

void World::carry(Engine::Result result) {
  for (const Engine::Result::Packet& packet : result.packets) {
    if (Phone* phone = phone_at(packet.to)) phone->receive_media(packet.to.port(), packet.bytes);
  }
  // Not at once: the switchboard may be in the middle of a turn.
  for (media::v1::Event& event : result.events) {
    schedule_.add(now_, [this, event, life = engine_life_] {
      if (life != engine_life_) return;
      trace("from engine", event.ShortDebugString());
      if (event.has_refused()) fault("the engine refused: " + event.refused().reason());
      feed(media::v1::Event(event));
    });
  }
}

// ---- Invariants ---------------------------------------------------------------------------------

void World::check_presence() {
  using directory::Presence;
  std::map<std::string, Presence> expected;
  for (const auto& phone : phones_) {
    Presence& presence = expected[phone->identity().extension];
    if (phone->is_connected()) presence = std::max(presence, Presence::available);
    if (phone->talking_count() > 0) presence = Presence::in_call;
  }
  for (const auto& [extension, presence] : expected) {
    if (told_presence_[extension] == presence) continue;
    fault(fmt::format("{} is said to be {}", extension, name_of(told_presence_[extension])));
  }
}

void World::check_at_rest() {
  if (!faults_.empty()) return;
  std::size_t talking = 0;
  for (const auto& phone : phones_) {
    talking += phone->talking_count();
    if (phone->talking_count() != phone->call_count()) {
      fault(fmt::format("{} still rings or calls", phone->identity().name));
    }
    for (std::string& sentence : phone->deaf_calls()) fault(std::move(sentence));
  }
  const auto counts = switchboard_.counts();
  // D3, D6: a leg without its phone, or a phone without its leg.
  if (talking != counts.legs) {
    fault(fmt::format("{} phones talk, the switchboard has {} legs", talking, counts.legs));
  }
  check_presence();
  if (engine_.crippled_bridge_count() > 0) fault("a bridge has not exactly two ports");
  if (engine_.bridge_count() > counts.calls) fault("a bridge belongs to no call");
}

void World::check_after_hang_up() {
  if (!faults_.empty()) return;
  for (const auto& phone : phones_) {
    // D4: who was called is told that the caller hung up.
    if (phone->call_count() > 0) fault(fmt::format("{} was not told", phone->identity().name));
  }
  const auto counts = switchboard_.counts();
  if (counts.calls > 0 || counts.legs > 0) fault("a call outlives its phones");
  if (engine_.bridge_count() > 0) fault("a bridge outlives its call");
  check_presence();
  for (std::string& sentence : ledger_.faults()) fault(std::move(sentence));
}

void World::check_after_leaving() {
  if (!faults_.empty()) return;
  for (const auto& tables : {switchboard_.tables(), engine_.tables()}) {
    for (const auto& [name, size] : tables) {
      if (size > 0) fault(fmt::format("{} {} left behind", size, name));
    }
  }
  check_presence();
}

}  // namespace dering::sim
