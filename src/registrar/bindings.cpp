// SPDX-License-Identifier: Apache-2.0
#include "registrar/bindings.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace dering::registrar {
namespace {

using std::chrono::seconds;

/// How long a phone whose connection broke is expected back.
constexpr Duration grace_after_flow_loss = seconds(10);
/// The same after a restart of ours, when all of them come back at once.
constexpr Duration grace_after_restart = seconds(30);

/// "udp", "wss", …: how the store names transports.
std::string stored_name(sip::Transport transport) {
  return in_lower_case(sip::via_name(transport));
}

std::string stored_text(const SocketAddress& address) {
  return address.is_unspecified() ? std::string() : address.text();
}

/// What is not a flow gives nothing.
std::optional<sip::Flow> stored_flow(const directory::StoredBinding& stored) {
  using enum sip::Transport;
  const auto remote = SocketAddress::from_host_and_port(stored.remote);
  if (!remote) return std::nullopt;
  const SocketAddress local =
      SocketAddress::from_host_and_port(stored.local).value_or(SocketAddress{});
  for (const auto transport : {udp, tcp, tls, ws, wss}) {
    if (stored_name(transport) == stored.transport) return sip::Flow{transport, *remote, 0, local};
  }
  return std::nullopt;
}

constexpr char phone_separator = '\n';

/// One phone of one user.
std::string phone_key(std::string_view extension, std::string_view instance) {
  return std::string(extension).append(1, phone_separator).append(instance);
}

}  // namespace

// ---- Changes ------------------------------------------------------------------------------------

/// By instance and reg-id where both sides have them (RFC 5626 §6), else by URI.
bool Bindings::is_named_by(const ContactUpdate& update, const Binding& binding) {
  if (binding.reg_id != 0 && update.reg_id != 0) {
    return binding.reg_id == update.reg_id && binding.texts[Texts::instance] == update.instance;
  }
  const std::string_view text = binding.texts[Texts::contact_uri];
  if (text == update.uri.text) return true;
  const auto uri = sip::parse_uri(text);
  return uri && sip::is_equivalent(*uri, update.uri);
}

/// A page that has taken the place of another one is not signed off by that one's goodbye, which
/// may come later and names the phone of both: their Contacts differ, and so do their flows.
bool Bindings::is_removed_by(const ContactUpdate& update, const Binding& binding,
                             const sip::Flow& flow) {
  const bool is_of_another_page =
      binding.state == State::live && sip::is_websocket(binding.flow.transport) &&
      binding.flow != flow && binding.texts[Texts::contact_uri] != update.uri.text;
  return is_named_by(update, binding) && !is_of_another_page;
}

/// A phone that was switched off, or has a new address, is not always known by its Contact. An
/// instance names it for ever (RFC 5626 §4.1), whether it gives a reg-id or not; two reg-ids are
/// two flows of one phone. Without an instance a Call-ID is what a phone keeps for all REGISTERs of
/// one run (RFC 3261 §10.2), and one account of it has one user part.
bool Bindings::is_same_phone(const Binding& binding, const ContactUpdate& update,
                             const Registration& registration) {
  const std::string_view instance = binding.texts[Texts::instance];
  const bool are_two_flows = binding.reg_id != 0 && update.reg_id != 0;
  if (!instance.empty() || !update.instance.empty()) {
    return instance == update.instance && !are_two_flows;
  }
  const bool is_same_run = binding.run == run_of(registration.call_id, registration.user_agent);
  if (!is_same_run || update.uri.user.empty()) return false;
  const auto uri = sip::parse_uri(binding.texts[Texts::contact_uri]);
  return uri && uri->user == update.uri.user;
}

Bindings::Run Bindings::run_of(std::string_view call_id, std::string_view user_agent) {
  return {TextHash()(call_id), TextHash()(user_agent)};
}

std::optional<sip::Refusal> Bindings::judge(const Registrant& registrant) const {
  const Registration& registration = registrant.registration;
  const auto found = users_.find(registrant.extension);
  const std::span<const Binding> bindings =
      found == users_.end() ? std::span<const Binding>{} : std::span(found->second.bindings);
  // "If the Call-ID value in the existing binding … agrees, the registrar MUST remove the binding
  // if and only if the CSeq in the request is higher" (RFC 3261 §10.3, steps 6 and 7).
  const Run run = run_of(registration.call_id, registration.user_agent);
  const auto is_older = [&](const Binding& binding) {
    return !registrant.is_fresh && binding.run.call_id == run.call_id &&
           registration.cseq <= binding.cseq;
  };
  constexpr sip::Refusal older{400, "CSeq Not Higher Than Before"};
  if (registration.removes_all && std::ranges::any_of(bindings, is_older)) return older;
  std::size_t wanted = 0;
  std::size_t added = 0;
  for (const ContactUpdate& update : registration.updates) {
    const bool is_removal = update.expires.count() == 0;
    bool is_known = false;
    for (const Binding& binding : bindings) {
      const bool is_meant = is_named_by(update, binding) ||
                            (!is_removal && is_same_phone(binding, update, registration));
      if (is_meant && is_older(binding)) return older;
      is_known = is_known || is_meant;
    }
    if (is_removal) continue;
    ++wanted;
    if (!is_known) ++added;
  }
  if (wanted > limits_.per_user) return sip::Refusal{403, "Too Many Contacts"};
  const std::size_t grown = std::min(bindings.size() + added, limits_.per_user);
  if (grown > bindings.size() && count_ + grown - bindings.size() > limits_.all) {
    return sip::Refusal{503, {}};
  }
  return std::nullopt;
}

void Bindings::apply(const Registrant& registrant, Moment moment, Outbox& out) {
  Row& row = *users_.try_emplace(std::string(registrant.extension)).first;
  this_register_ = last_stamp_ + 1;
  latest_ = moment.now;
  if (registrant.registration.removes_all) {
    drop_if(row, [](const Binding&) { return true; }, out);
  }
  for (const ContactUpdate& update : registrant.registration.updates) {
    if (update.expires.count() > 0) {
      set(row, update, registrant, moment, out);
    } else {
      const auto is_removed = [&](const Binding& binding) {
        return is_removed_by(update, binding, registrant.flow);
      };
      drop_if(row, is_removed, out);
    }
  }
  schedule(row);
  forget_if_idle(row);
}

void Bindings::set(Row& row, const ContactUpdate& update, const Registrant& registrant,
                   Moment moment, Outbox& out) {
  auto& bindings = row.second.bindings;
  Binding binding = bound(update, registrant, moment);
  std::vector<StoredName> before;
  for (std::size_t i = 0; i < bindings.size();) {
    const Binding& other = bindings[i];
    // Two contacts of one REGISTER are two, whatever else they have in common.
    const bool is_replaced =
        is_named_by(update, other) ||
        (other.stamp < this_register_ && is_same_phone(other, update, registrant.registration));
    if (!is_replaced) {
      ++i;
      continue;
    }
    if (other.flow != registrant.flow) {
      note_move({row.first, std::string(update.instance), other.flow, registrant.flow}, other.state,
                moment.now, out);
    } else if (other.run.call_id != binding.run.call_id) {
      out.push_back(PhoneRestarted{row.first, registrant.flow});
    }
    before.push_back(stored_name_of(other));
    bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
    --count_;
  }
  if (before.empty()) {
    note_moves_of_returned(row, update, registrant.flow, out);
    make_room(row, out);
  }
  last_flows_.take(phone_key(row.first, update.instance));
  add(row, std::move(binding));
  for (const StoredName& name : before) forget_stored(row, name, out);
  out.push_back(SaveBinding{stored(row, registrant.registration, moment)});
  if (before.empty()) out.push_back(BindingsChanged{row.first});
}

void Bindings::note_move(BindingMoved move, State was, Instant now, Outbox& out) {
  if (was == State::live && sip::is_reliable(move.from.transport)) moves_.set(move.from, move, now);
  out.push_back(std::move(move));
}

/// A binding ends sooner than a call where its time is over, where somebody signed out and talks
/// on, or where another phone needed the room.
void Bindings::note_moves_of_returned(const Row& row, const ContactUpdate& update,
                                      const sip::Flow& to, Outbox& out) {
  if (update.instance.empty()) return;
  const auto is_left = [&](const sip::Flow& flow) {
    return flow != to && std::ranges::none_of(row.second.bindings, [&](const Binding& binding) {
             return binding.flow == flow && binding.texts[Texts::instance] == update.instance;
           });
  };
  const std::vector<sip::Flow> of_calls = flows_in_call_(row.first, update.instance);
  for (const sip::Flow& flow : of_calls) {
    if (!is_left(flow)) continue;
    note_move({row.first, std::string(update.instance), flow, to}, State::live, latest_, out);
  }
  const sip::Flow* last = last_flows_.find(phone_key(row.first, update.instance));
  if (last && *last != to && std::ranges::find(of_calls, *last) == of_calls.end()) {
    note_move({row.first, std::string(update.instance), *last, to}, State::flow_lost, latest_, out);
  }
}

std::optional<BindingMoved> Bindings::take_move(const sip::Flow& from) {
  auto move = moves_.take(from);
  if (!move) return std::nullopt;
  constexpr int most_hops = 16;
  for (int hops = 0; hops < most_hops; ++hops) {
    const BindingMoved* next = moves_.find(move->to);
    if (!next) break;
    move->to = next->to;
  }
  return move;
}

void Bindings::remember_flow(std::string_view extension, const Binding& binding, Instant now) {
  const std::string_view instance = binding.texts[Texts::instance];
  if (instance.empty() || !sip::is_reliable(binding.flow.transport)) return;
  last_flows_.set(phone_key(extension, instance), binding.flow, now);
}

Bindings::Binding Bindings::bound(const ContactUpdate& update, const Registrant& registrant,
                                  Moment moment) {
  const Registration& registration = registrant.registration;
  return {.texts = Texts({update.uri.text, update.instance, registration.path, registrant.device}),
          .flow = registrant.flow,
          .run = run_of(registration.call_id, registration.user_agent),
          .ends_at = moment.now + std::min<Duration>(update.expires, registrant.longest),
          .stamp = ++last_stamp_,
          .reg_id = update.reg_id,
          .cseq = registration.cseq,
          .probe_at = sip::is_reliable(registrant.flow.transport)
                          ? Instant::max()
                          : moment.now + until_probe(last_stamp_)};
}

/// The youngest binding of a user, which came with that REGISTER, as the store keeps it.
directory::StoredBinding Bindings::stored(const Row& row, const Registration& registration,
                                          Moment moment) {
  const Binding& binding = row.second.bindings.back();
  const auto text = [&](Texts::Name name) { return std::string(binding.texts[name]); };
  const auto rest = std::chrono::duration_cast<seconds>(binding.ends_at - moment.now);
  return {.extension = row.first,
          .contact_uri = text(Texts::contact_uri),
          .instance = text(Texts::instance),
          .reg_id = binding.reg_id,
          .call_id = std::string(registration.call_id),
          .cseq = binding.cseq,
          .transport = stored_name(binding.flow.transport),
          .remote = binding.flow.remote.text(),
          .local = stored_text(binding.flow.local),
          .user_agent = std::string(registration.user_agent),
          .path = text(Texts::path),
          .device = text(Texts::device),
          .expires_at = (moment.wall + rest).count()};
}

Bindings::StoredName Bindings::stored_name_of(const Binding& binding) {
  return {std::string(binding.texts[Texts::contact_uri]),
          {std::string(binding.texts[Texts::instance]), binding.reg_id}};
}

void Bindings::forget_stored(const Row& row, const StoredName& name, Outbox& out) {
  bool is_kept = false;
  bool is_shared = false;
  for (const Binding& binding : row.second.bindings) {
    const StoredName other = stored_name_of(binding);
    if (other.uri != name.uri) continue;
    is_shared = true;
    is_kept = is_kept || other.flow == name.flow;
  }
  if (is_kept) return;
  out.push_back(
      DropBinding{row.first, name.uri, is_shared ? std::optional(name.flow) : std::nullopt});
}

void Bindings::add(Row& row, Binding binding) {
  auto& bindings = row.second.bindings;
  // Most users have one phone: grow by one, not by doubling.
  bindings.reserve(bindings.size() + 1);
  bindings.push_back(std::move(binding));
  ++count_;
}

std::size_t Bindings::drop_if(Row& row, const std::function<bool(const Binding&)>& is_chosen,
                              Outbox& out) {
  std::vector<StoredName> names;
  std::erase_if(row.second.bindings, [&](const Binding& binding) {
    if (!is_chosen(binding)) return false;
    names.push_back(stored_name_of(binding));
    return true;
  });
  count_ -= names.size();
  for (const StoredName& name : names) forget_stored(row, name, out);
  if (!names.empty()) out.push_back(BindingsChanged{row.first});
  return names.size();
}

/// Of the phones that did not come with this REGISTER the one that can be missed most goes.
void Bindings::make_room(Row& row, Outbox& out) {
  if (row.second.bindings.size() < limits_.per_user) return;
  const auto first = std::ranges::min_element(row.second.bindings, {}, [&](const Binding& binding) {
    const bool is_reached = binding.state == State::live && binding.unanswered == 0;
    return std::tuple(binding.stamp >= this_register_, is_in_call_(binding.flow),
                      binding.state == State::live, is_reached, binding.stamp);
  });
  const Binding* chosen = &*first;
  displaced_line_.info(latest_, "{}: {} at {} makes room for another phone", row.first,
                       log::shown(chosen->texts[Texts::contact_uri]), chosen->flow.remote.text());
  ++displaced_count_;
  drop_if(row, [&](const Binding& binding) { return &binding == chosen; }, out);
}

void Bindings::restore(const directory::StoredBinding& stored, Moment moment, Outbox& out) {
  const auto flow = stored_flow(stored);
  const seconds rest = UnixSeconds(stored.expires_at) - moment.wall;
  if (!flow || rest.count() <= 0 || count_ >= limits_.all) {
    out.push_back(DropBinding{stored.extension, stored.contact_uri,
                              directory::BoundFlow{stored.instance, stored.reg_id}});
    return;
  }
  const bool is_live = !sip::is_reliable(flow->transport);
  const Duration kept = std::min<Duration>(rest, is_live ? rest : grace_after_restart);
  ++last_stamp_;
  // All at once come back: asked one after the other in the first interval.
  const Duration wait = limits_.probe_interval / 64 * static_cast<int>(last_stamp_ % 64 + 1);
  Row& row = *users_.try_emplace(stored.extension).first;
  add(row, {.texts = Texts({stored.contact_uri, stored.instance, stored.path, stored.device}),
            .flow = *flow,
            .run = run_of(stored.call_id, stored.user_agent),
            .ends_at = moment.now + kept,
            .stamp = last_stamp_,
            .reg_id = stored.reg_id,
            .cseq = stored.cseq,
            .state = is_live ? State::live : State::flow_lost,
            .probe_at = is_live ? moment.now + wait : Instant::max()});
  schedule(row);
  out.push_back(BindingsChanged{row.first});
}

void Bindings::lose_flow(std::string_view extension, const sip::Flow& flow, Instant now) {
  const auto found = users_.find(extension);
  if (found == users_.end()) return;
  for (Binding& binding : found->second.bindings) {
    if (binding.flow != flow || binding.state == State::flow_lost) continue;
    remember_flow(extension, binding, now);
    binding.state = State::flow_lost;
    binding.ends_at = std::min(binding.ends_at, now + grace_after_flow_loss);
  }
  schedule(*found);
}

void Bindings::drop_flow(std::string_view extension, const sip::Flow& flow, Outbox& out) {
  const auto found = users_.find(extension);
  if (found == users_.end()) return;
  drop_if(*found, [&](const Binding& binding) { return binding.flow == flow; }, out);
}

void Bindings::expect_back(std::string_view extension, const sip::Flow& flow, Instant now) {
  const auto found = users_.find(extension);
  if (found == users_.end()) return;
  for (const Binding& binding : found->second.bindings) {
    if (binding.flow == flow) remember_flow(extension, binding, now);
  }
}

void Bindings::expect_nobody_of(const std::function<bool(const std::string&)>& is_lost) {
  last_flows_.erase_if([&](const std::string& phone) {
    return is_lost(phone.substr(0, phone.find(phone_separator)));
  });
}

void Bindings::drop_user(std::string_view extension, Outbox& out) {
  const auto found = users_.find(extension);
  if (found == users_.end()) return;
  drop_if(*found, [](const Binding&) { return true; }, out);
  forget_if_idle(*found);
}

// ---- Whether they are there ---------------------------------------------------------------------

/// A little longer for each next one, so that phones that registered together are not asked
/// together for ever.
Duration Bindings::until_probe(std::uint64_t stamp) const {
  return limits_.probe_interval + limits_.probe_interval / 128 * static_cast<int>(stamp % 32);
}

void Bindings::probe(Row& row, Instant now, Outbox& out) {
  for (Binding& binding : row.second.bindings) {
    if (binding.probe_at > now) continue;
    binding.probe_at = now + until_probe(binding.stamp);
    out.push_back(Probe{{row.first, binding.stamp},
                        binding.flow,
                        std::string(binding.texts[Texts::contact_uri]),
                        std::string(binding.texts[Texts::path])});
  }
}

void Bindings::on_probed(const ProbeId& probe, bool is_answered, Outbox& out) {
  const auto found = users_.find(probe.extension);
  if (found == users_.end()) return;
  for (Binding& binding : found->second.bindings) {
    if (binding.stamp != probe.stamp) continue;
    binding.unanswered =
        is_answered ? std::uint8_t{0} : static_cast<std::uint8_t>(binding.unanswered + 1);
  }
  const auto is_silent = [&](const Binding& binding) {
    return binding.stamp == probe.stamp && binding.unanswered >= most_unanswered;
  };
  for (const Binding& binding : found->second.bindings) {
    if (is_silent(binding)) out.push_back(PhoneSilent{binding.flow});
  }
  const std::size_t dropped = drop_if(*found, is_silent, out);
  if (dropped == 0) return;
  silent_count_ += dropped;
  silent_line_.info(latest_, "{}: a phone did not answer {} OPTIONS and is not rung any more",
                    probe.extension, most_unanswered);
  forget_if_idle(*found);
}

// ---- Time ---------------------------------------------------------------------------------------

void Bindings::on_time(Instant now, Outbox& out) {
  last_flows_.on_time(now);
  moves_.on_time(now);
  latest_ = now;
  while (const auto due = timers_.take_due(now)) {
    Row& row = **due;
    --row.second.timer_count;
    if (row.second.scheduled <= now) row.second.scheduled = Instant::max();
    drop_if(row, [&](const Binding& binding) { return binding.ends_at <= now; }, out);
    probe(row, now, out);
    schedule(row);
    forget_if_idle(row);
  }
}

void Bindings::schedule(Row& row) {
  User& user = row.second;
  Instant earliest = Instant::max();
  for (const Binding& binding : user.bindings) earliest = std::min(earliest, binding.due_at());
  if (earliest >= user.scheduled) return;
  user.scheduled = earliest;
  ++user.timer_count;
  timers_.add(earliest, &row);
}

void Bindings::forget_if_idle(Row& row) {
  if (!row.second.bindings.empty() || row.second.timer_count > 0) return;
  users_.erase(users_.find(row.first));
}

}  // namespace dering::registrar
