// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/packet_kind.h"
#include "sim/stays.h"

namespace dering::sim {

using namespace std::chrono_literals;
using directory::Presence;

namespace {

switchboard::Settings settings(const Knobs& knobs) {
  switchboard::Settings settings = testing::World::plain_settings();
  settings.calls_after_sign_out = knobs.calls_survive_sign_out == 1
                                      ? switchboard::CallsAfterSignOut::finish
                                      : switchboard::CallsAfterSignOut::end;
  return settings;
}

bool is_end_of_transfer(const switchboard::Output& output) {
  const auto* send = std::get_if<sip::Send>(&output);
  return send && send->bytes.starts_with("NOTIFY ") &&
         send->bytes.find("\r\nSubscription-State: terminated") != std::string::npos;
}

}  // namespace

/// A seed of its own, so that another knob does not change what happens in the world.
Knobs knobs_of(std::uint64_t seed, const Order& order) {
  SeededRandom random(seed ^ 0x9e3779b97f4a7c15ULL);
  Knobs knobs(random);
  for (const auto& [knob, value] : order.set_knobs) knobs.*knob = value;
  const bool is_ordered = std::ranges::any_of(
      order.set_knobs, [](const auto& one) { return one.first == &Knobs::users; });
  // Nobody is sent on where there are two alone.
  if (knobs.transfer_percent > 0 && !is_ordered) knobs.users = std::max(knobs.users, 3U);
  return knobs;
}

World::World(std::uint64_t seed, const Order& order) : World(seed, order, knobs_of(seed, order)) {}

World::World(std::uint64_t seed, const Order& order, Knobs knobs)
    : testing::World(seed, settings(knobs)), knobs_(knobs), order_(order), ladder_("dering") {}

void World::run() {
  populate();
  plan_troubles();
  if (order_.records_from) after(*order_.records_from, [this] { begin_recording(); });
  pass(std::chrono::seconds(knobs_.acting_seconds));
  for (const auto& person : people_) person->rest();
  for (const auto& person : people_) person->resume_all();
  pass(20min);  // past ring time, flow grace, session refresh and all retransmission
  check_at_rest();
  for (const auto& person : people_) person->hang_up_all();
  pass(2min);
  if (!is_plain()) hang_up_the_called();
  check_after_hang_up();
  for (const auto& person : people_) person->leaves();
  pass(26h);  // past the longest life of a token, and all that throttles and nonces remember
  check_after_leaving();
}

/// Who was sent on may talk with somebody who was called as well.
void World::hang_up_the_called() {
  for (const auto& person : people_) {
    if (!person->talks()) continue;
    person->hang_up_all(Person::Whose::all);
    pass(2min);
  }
}

void World::populate() {
  using testing::PhoneKind;
  people(knobs_.users);
  for (std::size_t user = 1; user <= knobs_.users; ++user) {
    for (std::size_t i = 1 + random().below(knobs_.phones); i > 0; --i) {
      const bool is_desk = chance(random(), knobs_.desk_percent);
      const auto desk = chance(random(), 40) ? PhoneKind::tcp_desk : PhoneKind::desk;
      const bool is_firefox =
          knobs_.firefox_percent > 0 && chance(random(), knobs_.firefox_percent);
      const auto page = is_firefox ? PhoneKind::firefox : PhoneKind::browser;
      const auto kind = is_desk ? desk : page;
      people_.push_back(std::make_unique<Person>(*this, fmt::format("{}", 1000 + user), kind));
      ladder_.add_column(people_.back()->identity().name);
      people_.back()->start();
    }
  }
}

void World::plan_troubles() {
  for (unsigned i = 0; i < knobs_.sign_outs; ++i) {
    after(between(random(), 5s, 110s), [this] { sign_somebody_out(); });
  }
  for (unsigned i = 0; i < knobs_.forwardings; ++i) {
    after(between(random(), 0s, 110s), [this] { forward_somebody(); });
  }
  if (!chance(random(), knobs_.engine_death_percent)) return;
  after(between(random(), 10s, 110s), [this] {
    kill_engine();
    after(between(random(), 0s, 20s), [this] { revive_engine(); });
  });
}

/// As an identity administrator does: one session, or all of a person.
void World::sign_somebody_out() {
  const Person& person = *people_[random().below(people_.size())];
  sign_out({.issuer = {},
            .subject = "s" + person.identity().extension,
            .sid = chance(random(), 70) ? person.session() : "",
            .issued_at = 0});
}

/// Where nobody answers, on another phone, after their own time; or nowhere any more.
void World::forward_somebody() {
  const auto somebody = [&] { return fmt::format("{}", 1001 + random().below(knobs_.users)); };
  const std::string whose = somebody();
  const std::string to = chance(random(), 30) ? std::string() : somebody();
  directory::ForwardingChange change;
  switch (random().below(5)) {
    case 0:
      change.always = to;
      break;
    case 1:
      change.busy = to;
      break;
    case 2:
      change.no_answer = to;
      change.ring_seconds = 5;
      break;
    case 3:
      change.unreachable = to;
      break;
    case 4:
      change.do_not_disturb = chance(random(), 50);
      break;
  }
  if (to != whose) forward(whose, change);
}

bool World::somebody_calls(std::string_view caller, std::string_view callee) const {
  return std::ranges::any_of(people_, [&](const auto& person) {
    if (person->identity().extension != caller) return false;
    return is_plain() ? person->is_calling(callee) : person->is_busy();
  });
}

std::string World::number_that_picks_up() {
  if (chance(random(), 30)) return "*8";
  std::vector<std::string> ringing;
  for (const auto& person : people_) {
    if (person->rings()) ringing.push_back(person->identity().extension);
  }
  if (ringing.empty()) return fmt::format("**{}", 1001 + random().below(knobs_.users));
  return "**" + ringing[random().below(ringing.size())];
}

std::string World::parking_place() {
  const directory::ParkingNumbers numbers;
  if (chance(random(), 10)) {
    return fmt::format("{}", numbers.first_place + random().below(numbers.places));
  }
  std::vector<std::string> places;
  for (const auto& [extension, calls] : parked_) {
    for (const directory::ParkedCall& call : calls) places.push_back(call.place);
  }
  return places.empty() ? std::string() : places[random().below(places.size())];
}

std::optional<sip::Replaces> World::dialog_of_another(const Person& person) const {
  for (const auto& other : people_) {
    const bool is_own = other->identity().extension == person.identity().extension;
    if (!is_own || other.get() == &person) continue;
    if (auto dialog = other->first_dialog()) return dialog;
  }
  return std::nullopt;
}

bool World::has_browsers_alone(std::string_view extension) const {
  return std::ranges::all_of(people_, [&](const auto& person) {
    return person->identity().extension != extension || person->is_browser();
  });
}

std::string World::some_number(std::string_view own) {
  const auto choice = random().below(20);
  if (choice == 0) return std::string(echo_number);
  if (choice == 1) return "9999";
  if (choice == 2) return std::string(own);
  return fmt::format("{}", 1001 + random().below(knobs_.users));
}

// ---- How this world is less than ideal ----------------------------------------------------------

Duration World::delay() {
  return between(random(), 1ms, std::chrono::milliseconds(knobs_.longest_delay_ms));
}
Duration World::notices_after() {
  return between(random(), 0s, 8s);
}
Duration World::judging_takes() {
  return between(random(), 1ms, 500ms);
}
unsigned World::copies() {
  const unsigned first = chance(random(), knobs_.loss_percent) ? 0 : 1;
  return first + (chance(random(), knobs_.duplicate_percent) ? 1 : 0);
}

bool World::swallows(const switchboard::Output& output) {
  const auto is_to_browser = [&](std::string_view start) {
    const auto* send = std::get_if<sip::Send>(&output);
    return send && is_websocket(send->flow.transport) && send->bytes.starts_with(start);
  };
  const auto* command = std::get_if<media::v2::Command>(&output);
  if (command && !bridges_.reaches_engine(*command)) return true;
  const auto* record = std::get_if<directory::SaveCallRecord>(&output);
  switch (order_.plant) {
    case Plant::lost_bye:
      return is_to_browser("BYE ");
    case Plant::bye_said_once:
      return is_to_browser("BYE ") && is_bye_said_again(std::get<sip::Send>(output));
    case Plant::lost_cancel:
      return is_to_browser("CANCEL ");
    case Plant::leaked_port:
      return command && command->has_close_port();
    case Plant::leaked_bridge:
      return command && command->has_close_bridge();
    case Plant::lost_record:
      return record && record->record.outcome == "busy";
    case Plant::lost_transfer:
      return record && is_sent_on(record->record);
    case Plant::lost_parking:
      return record && is_parked(record->record);
    case Plant::lost_notify:
      return is_end_of_transfer(output);
    case Plant::lost_move:
      return command && command->has_move_port();
    case Plant::lost_stop:
      return command && command->has_stop();
    case Plant::none:
    case Plant::double_record:
    case Plant::wrong_party:
    case Plant::twin_leg:
    case Plant::lost_sound:
    case Plant::forgotten_entry:
    case Plant::refused_call:
    case Plant::lost_return:
    case Plant::twice_moved:
    case Plant::lost_pickup:
    case Plant::lost_retrieval:
    case Plant::lost_reentry:
    case Plant::stale_absence:
    case Plant::stale_parking:
      return false;
  }
  return false;
}

bool World::is_bye_said_again(const sip::Send& send) {
  const auto bye = sip::Message::parse(send.bytes);
  if (!bye) return false;
  const auto [first, is_new] = byes_.try_emplace(std::string(bye->call_id()), send.flow);
  return !is_new && first->second != send.flow;
}

bool World::swallows(const testing::Engine::Result::Packet& packet) {
  return order_.plant == Plant::lost_sound && packet.to.port() % 2 == 0 &&
         engine::kind_of(packet.bytes) == engine::PacketKind::rtp;
}

std::optional<std::uint64_t> World::refuses(const media::v2::Command& command) {
  if (bridges_.is_of_refused_port(command)) return command.id();
  if (!command.has_open_port() || knobs_.refused_percent == 0) return std::nullopt;
  if (!chance(random(), knobs_.refused_percent)) return std::nullopt;
  bridges_.refuse(command);
  const bool is_planted = order_.plant == Plant::refused_call;
  return is_planted ? bridges_.opener_of(command.open_port().bridge()) : command.id();
}

void World::on_refusing(std::uint64_t command) {
  rung_without_ = bridges_.rings_on_without(command);
}

void World::on_refused(std::uint64_t) {
  if (!rung_without_ || bridges_.is_open(*rung_without_)) return;
  fault("a refused port ends a call that others ring for");
}

void World::on_trace(std::string_view line) {
  if (order_.is_traced) fmt::print("{}", line);
}

void World::on_message(const testing::Phone& phone, testing::Way way, std::string_view bytes) {
  if (!order_.has_ladder) return;
  const std::string& name = phone.identity().name;
  const bool is_up = way == testing::Way::to_phone;
  ladder_.add(
      {now(), is_up ? "dering" : name, is_up ? name : "dering", monitor::label_of_sip(bytes)});
}

void World::on_event(std::string_view sentence) {
  if (order_.has_ladder) ladder_.note(now(), sentence);
}

void World::on_record(const directory::CallRecord& record) {
  if (record.outcome == "signed_out" && knobs_.calls_survive_sign_out == 1) {
    fault("a sign-out ended a call");
  }
  const directory::CallRecord written = with_plant(record);
  ledger_.write(written);
  // Whoever talks no more needs to be told no more.
  std::erase_if(absences_, [&](const auto& one) {
    const auto took_part = [&](const std::string& who) {
      return std::ranges::find(record.stays, who, &directory::CallStay::person) !=
             record.stays.end();
    };
    return took_part(one.first.first) && took_part(one.first.second);
  });
  if (order_.plant == Plant::double_record) ledger_.write(written);
  if (order_.plant == Plant::forgotten_entry && record.duration_ms < 0) {
    forgotten_.push_back(saboteur_.forget_entry());
  }
}

directory::CallRecord World::with_plant(directory::CallRecord record) const {
  auto& stays = record.stays;
  const bool has_moved = is_sent_on(record);
  if (order_.plant == Plant::wrong_party) stays.back().person = "1099";
  if (order_.plant == Plant::twin_leg) stays.front().leg = 1;
  if (order_.plant == Plant::lost_pickup) {
    std::erase_if(stays, [](const auto& stay) { return is_pickup(stay) && !is_retrieval(stay); });
  }
  if (order_.plant == Plant::lost_retrieval) std::erase_if(stays, is_retrieval);
  if (order_.plant == Plant::lost_reentry) {
    std::erase_if(stays, [](const auto& stay) { return stay.why == "went_on"; });
  }
  if (order_.plant == Plant::twice_moved && has_moved) stays.push_back(stays.front());
  if (order_.plant == Plant::lost_return && has_moved && is_refusal(record.outcome)) {
    stays.front().outcome = record.outcome;
  }
  return record;
}

// ---- Recording ----------------------------------------------------------------------------------

void World::begin_recording() {
  const auto beginning = switchboard().begin_recording({1, 2}, now());
  const switchboard::Settings its_settings = settings(knobs_);
  recorder_.emplace(recording::Recorder::Start{
      .settings = its_settings,
      .beginning = beginning,
      .directory = directory_,
      .ready = has_engine_ ? std::optional(engine().ready()) : std::nullopt,
      .wall = wall(),
      .now = now()});
}

void World::on_input(const switchboard::Input& input, bool is_due) {
  if (const auto* changed = std::get_if<directory::DirectoryChanged>(&input)) {
    directory_ = changed->snapshot;
  }
  if (std::holds_alternative<contract::EngineLost>(input)) {
    has_engine_ = false;
    tunes_.on_engine_lost();
  }
  if (const auto* received = std::get_if<sip::Received>(&input)) {
    referrals_.on_received(received->message);
  }
  const auto* event = std::get_if<media::v2::Event>(&input);
  if (event && event->has_ready()) has_engine_ = true;
  if (recorder_) recorder_->on_input(input, now(), is_due);
}

void World::on_outputs(const switchboard::Outbox& outputs) {
  for (const switchboard::Output& output : outputs) {
    if (const auto* send = std::get_if<sip::Send>(&output)) referrals_.on_said(send->bytes);
    if (const auto* changed = std::get_if<directory::ParkingChanged>(&output)) {
      const bool is_untold = order_.plant == Plant::stale_parking && changed->calls.empty();
      if (!is_untold) parked_[changed->extension] = changed->calls;
    }
    const auto* line = std::get_if<directory::LineChanged>(&output);
    if (line && line->away) {
      const bool is_back = *line->away == directory::LineChanged::Away::no;
      const bool is_untold = order_.plant == Plant::stale_absence && is_back;
      if (!is_untold) absences_[{line->extension, line->other}] = *line->away;
    }
    const auto* command = std::get_if<media::v2::Command>(&output);
    const bool is_lost = order_.plant == Plant::lost_stop && command && command->has_stop();
    if (command && !is_lost) tunes_.on_command(*command);
  }
  if (!recorder_) return;
  recorder_->on_outputs(outputs);
  recording_ += recorder_->take_text();
}

// ---- Invariants ---------------------------------------------------------------------------------

void World::check_presence() {
  std::map<std::string, Presence> expected;
  for (const auto& person : people_) {
    Presence& presence = expected[person->identity().extension];
    if (person->is_connected()) presence = std::max(presence, Presence::available);
    if (person->talks()) presence = Presence::in_call;
  }
  for (auto& [extension, presence] : expected) {
    const bool is_quiet = forwarding_of(extension).do_not_disturb;
    if (is_quiet && presence == Presence::available) presence = Presence::do_not_disturb;
  }
  for (const auto& [extension, presence] : expected) {
    if (presence_of(extension) == presence) continue;
    fault(fmt::format("{} is said to be {}", extension, name_of(presence_of(extension))));
  }
}

/// Whoever is heard hears who hears them. Sound of one kind that became another has no name.
void World::check_pairs() {
  std::map<std::string, std::string> heard;
  for (const auto& person : people_) {
    for (auto& end : person->heard()) heard.emplace(std::move(end.name), std::move(end.hears));
  }
  for (const auto& [name, hears] : heard) {
    const auto other = heard.find(hears);
    if (other != heard.end() && other->second != name && heard.contains(other->second)) {
      fault(fmt::format("{} hears {}, which hears {}", name, hears, other->second));
    }
  }
  if (tunes_.count() > 0) fault(fmt::format("{} phones hear music for ever", tunes_.count()));
}

/// A call waits at its place for a minute, and who parked it is rung for half of one.
void World::check_parking() {
  for (const auto& [extension, calls] : parked_) {
    if (calls.empty()) continue;
    fault(fmt::format("{} is told for ever that a call waits at {}", extension, calls[0].place));
  }
  for (const TableSize& table : switchboard().tables()) {
    if (table.name == "parking places" && table.size > 0) fault("a parking place stays taken");
  }
}

/// Everybody has been back for long.
void World::check_absences() {
  for (const auto& [who, away] : absences_) {
    if (away == directory::LineChanged::Away::no) continue;
    fault(fmt::format("{} is told for ever that {} is away", who.first, who.second));
  }
}

void World::check_at_rest() {
  if (!faults().empty()) return;
  std::size_t talking = 0;
  for (const auto& person : people_) {
    talking += person->talking_count();
    if (person->talking_count() != person->call_count()) {
      fault(fmt::format("{} still rings or calls", person->identity().name));
    }
    for (std::string& sentence : person->deaf_calls()) fault(std::move(sentence));
    if (!person->has_connection() && knobs_.loss_percent > 0) continue;
    for (std::string& sentence : person->untold_transfers()) fault(std::move(sentence));
  }
  check_pairs();
  check_parking();
  check_absences();
  // A leg without its phone, or a phone without its leg.
  if (talking != counts().legs) {
    fault(fmt::format("{} phones talk, the switchboard has {} legs", talking, counts().legs));
  }
  check_presence();
  if (engine().port_count() != talking) {
    fault(fmt::format("{} phones talk, the engine has {} ports", talking, engine().port_count()));
  }
  if (engine().bridge_count() > counts().calls) fault("a bridge belongs to no call");
}

void World::check_after_hang_up() {
  if (!faults().empty()) return;
  for (const auto& person : people_) {
    // Who was called is told that the caller hung up.
    if (person->call_count() > 0) fault(fmt::format("{} was not told", person->identity().name));
  }
  if (counts().calls > 0 || counts().legs > 0) fault("a call outlives its phones");
  if (engine().bridge_count() > 0) fault("a bridge outlives its call");
  check_presence();
  for (const Referrals::Referral& referral : referrals_.accepted()) {
    // Refused once it was taken: two threads of the engine, or a target that cannot be heard.
    const bool is_certain = !referral.has_replaces && referral.told != 488;
    ledger_.expect_sent_on(referral.number,
                           is_certain ? Ledger::Certainty::must : Ledger::Certainty::may);
  }
  for (std::string& sentence : ledger_.faults()) fault(std::move(sentence));
  for (std::string& sentence : faults_of_stays(ledger_.records())) fault(std::move(sentence));
}

void World::check_after_leaving() {
  if (!faults().empty()) return;
  for (const auto& [name, size] : left_behind()) {
    fault(fmt::format("{} {} left behind", size, name));
  }
  check_presence();
}

}  // namespace dering::sim
