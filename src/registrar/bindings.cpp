// SPDX-License-Identifier: Apache-2.0
#include "registrar/bindings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
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
  std::string name(sip::via_name(transport));
  std::ranges::transform(name, name.begin(), to_lower);
  return name;
}

/// What is not a flow gives nothing.
std::optional<sip::Flow> stored_flow(const directory::StoredBinding& stored) {
  using enum sip::Transport;
  const std::size_t colon = stored.remote.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string_view remote = stored.remote;
  const auto port = to_number<std::uint16_t>(remote.substr(colon + 1));
  const auto address = SocketAddress::from_text(remote.substr(0, colon), port.value_or(0));
  if (!port || !address) return std::nullopt;
  for (const auto transport : {udp, tcp, tls, ws, wss}) {
    if (stored_name(transport) == stored.transport) return sip::Flow{transport, *address, 0};
  }
  return std::nullopt;
}

}  // namespace

// ---- Texts --------------------------------------------------------------------------------------

Bindings::Texts::Texts(const Values& values) {
  std::size_t size = 0;
  for (const std::string_view value : values) size += value.size();
  DERING_CHECK(size <= UINT16_MAX);
  block_ = std::make_unique_for_overwrite<char[]>(size);
  std::size_t end = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::ranges::copy(values[i], block_.get() + end);
    end += values[i].size();
    ends_[i] = static_cast<std::uint16_t>(end);
  }
}

std::string_view Bindings::Texts::operator[](Name name) const {
  const std::size_t begin = name == 0 ? 0 : ends_[name - 1];
  return {block_.get() + begin, ends_[name] - begin};
}

// ---- Changes ------------------------------------------------------------------------------------

/// By instance and reg-id where both sides have them (RFC 5626 §6), else by URI.
bool Bindings::is_match(const Binding& binding, const ContactUpdate& update) {
  if (binding.reg_id != 0 && update.reg_id != 0) {
    return binding.reg_id == update.reg_id && binding.texts[Texts::instance] == update.instance;
  }
  const std::string_view text = binding.texts[Texts::contact_uri];
  if (text == update.uri.text) return true;
  const auto uri = sip::parse_uri(text);
  return uri && sip::is_equivalent(*uri, update.uri);
}

std::optional<int> Bindings::judge(const Registrant& registrant) const {
  const Registration& registration = registrant.registration;
  const auto found = users_.find(registrant.extension);
  const std::span<const Binding> bindings =
      found == users_.end() ? std::span<const Binding>{} : std::span(found->second.bindings);
  // "If the Call-ID value in the existing binding … agrees, the registrar MUST remove the binding
  // if and only if the CSeq in the request is higher" (RFC 3261 §10.3, steps 6 and 7).
  const auto is_older = [&](const Binding& binding) {
    return binding.texts[Texts::call_id] == registration.call_id &&
           registration.cseq <= binding.cseq;
  };
  if (registration.removes_all && std::ranges::any_of(bindings, is_older)) return 400;
  std::size_t added = 0;
  for (const ContactUpdate& update : registration.updates) {
    const auto before = std::ranges::find_if(
        bindings, [&](const Binding& binding) { return is_match(binding, update); });
    if (before != bindings.end() && is_older(*before)) return 400;
    const bool is_new = before == bindings.end() || before->state == State::flow_lost;
    if (is_new && update.expires.count() > 0) ++added;
  }
  const auto is_live = [](const Binding& binding) { return binding.state == State::live; };
  const auto live_count = static_cast<std::size_t>(std::ranges::count_if(bindings, is_live));
  if (added > 0 && live_count + added > limits_.per_user) return 403;
  if (added > 0 && count_ + added > limits_.all) return 503;
  return std::nullopt;
}

void Bindings::apply(const Registrant& registrant, Moment moment, Outbox& out) {
  Row& row = *users_.try_emplace(std::string(registrant.extension)).first;
  if (registrant.registration.removes_all) {
    drop_if(row, [](const Binding&) { return true; }, out);
  }
  for (const ContactUpdate& update : registrant.registration.updates) {
    if (update.expires.count() > 0) {
      set(row, update, registrant, moment, out);
    } else {
      drop_if(row, [&](const Binding& binding) { return is_match(binding, update); }, out);
    }
  }
  schedule(row);
  forget_if_idle(row);
}

void Bindings::set(Row& row, const ContactUpdate& update, const Registrant& registrant,
                   Moment moment, Outbox& out) {
  const Registration& registration = registrant.registration;
  const seconds granted = std::min(update.expires, registrant.longest);
  Binding binding{
      Texts({update.uri.text, update.instance, registration.call_id, registration.user_agent}),
      registrant.flow, moment.now + granted, update.reg_id, registration.cseq};
  out.push_back(
      SaveBinding{{row.first, std::string(update.uri.text), std::string(update.instance),
                   update.reg_id, std::string(registration.call_id), registration.cseq,
                   stored_name(registrant.flow.transport), registrant.flow.remote.text(),
                   std::string(registration.user_agent), (moment.wall + granted).count()}});
  const auto before = std::ranges::find_if(
      row.second.bindings, [&](const Binding& other) { return is_match(other, update); });
  if (before == row.second.bindings.end()) {
    make_room(row, out);
    add(row, std::move(binding));
    out.push_back(BindingsChanged{row.first});
    return;
  }
  const std::string_view uri_before = before->texts[Texts::contact_uri];
  if (uri_before != update.uri.text) {
    out.push_back(DropBinding{row.first, std::string(uri_before)});
  }
  if (before->flow != registrant.flow) {
    out.push_back(
        BindingMoved{row.first, std::string(update.instance), before->flow, registrant.flow});
  }
  *before = std::move(binding);
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
  const std::size_t dropped = std::erase_if(row.second.bindings, [&](const Binding& binding) {
    if (!is_chosen(binding)) return false;
    out.push_back(DropBinding{row.first, std::string(binding.texts[Texts::contact_uri])});
    return true;
  });
  count_ -= dropped;
  if (dropped > 0) out.push_back(BindingsChanged{row.first});
  return dropped;
}

/// judge() counts live bindings alone: of those that lost their flow the one that ends first goes.
void Bindings::make_room(Row& row, Outbox& out) {
  if (row.second.bindings.size() < limits_.per_user) return;
  const auto first = std::ranges::min_element(row.second.bindings, {}, [](const Binding& binding) {
    return std::pair(binding.state == State::live, binding.ends_at);
  });
  const Binding* chosen = &*first;
  drop_if(row, [&](const Binding& binding) { return &binding == chosen; }, out);
}

void Bindings::restore(const directory::StoredBinding& stored, Moment moment, Outbox& out) {
  const auto flow = stored_flow(stored);
  const seconds rest = UnixSeconds(stored.expires_at) - moment.wall;
  if (!flow || rest.count() <= 0 || count_ >= limits_.all) {
    out.push_back(DropBinding{stored.extension, stored.contact_uri});
    return;
  }
  const bool is_live = !sip::is_reliable(flow->transport);
  const Duration kept = std::min<Duration>(rest, is_live ? rest : grace_after_restart);
  Row& row = *users_.try_emplace(stored.extension).first;
  add(row,
      {Texts({stored.contact_uri, stored.instance, stored.call_id, stored.user_agent}), *flow,
       moment.now + kept, stored.reg_id, stored.cseq, is_live ? State::live : State::flow_lost});
  schedule(row);
  out.push_back(BindingsChanged{row.first});
}

void Bindings::lose_flow(std::string_view extension, const sip::Flow& flow, Instant now) {
  const auto found = users_.find(extension);
  if (found == users_.end()) return;
  for (Binding& binding : found->second.bindings) {
    if (binding.flow != flow || binding.state == State::flow_lost) continue;
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

void Bindings::keep_users(const std::function<bool(const std::string&)>& is_kept, Outbox& out) {
  for (Row& row : users_) {
    if (is_kept(row.first)) continue;
    drop_if(row, [](const Binding&) { return true; }, out);
  }
}

// ---- Time ---------------------------------------------------------------------------------------

void Bindings::on_time(Instant now, Outbox& out) {
  while (const auto due = timers_.take_due(now)) {
    Row& row = **due;
    --row.second.timer_count;
    if (row.second.scheduled <= now) row.second.scheduled = Instant::max();
    drop_if(row, [&](const Binding& binding) { return binding.ends_at <= now; }, out);
    schedule(row);
    forget_if_idle(row);
  }
}

void Bindings::schedule(Row& row) {
  User& user = row.second;
  Instant earliest = Instant::max();
  for (const Binding& binding : user.bindings) earliest = std::min(earliest, binding.ends_at);
  if (earliest >= user.scheduled) return;
  user.scheduled = earliest;
  ++user.timer_count;
  timers_.add(earliest, &row);
}

void Bindings::forget_if_idle(Row& row) {
  if (!row.second.bindings.empty() || row.second.timer_count > 0) return;
  users_.erase(users_.find(row.first));
}

// ---- Questions ----------------------------------------------------------------------------------

std::vector<std::string> Bindings::contact_values(std::string_view extension, Instant now) const {
  std::vector<std::string> values;
  const auto found = users_.find(extension);
  if (found == users_.end()) return values;
  for (const Binding& binding : found->second.bindings) {
    if (binding.state == State::flow_lost || binding.ends_at <= now) continue;
    std::string value = fmt::format("<{}>", binding.texts[Texts::contact_uri]);
    if (const auto instance = binding.texts[Texts::instance]; !instance.empty()) {
      value += fmt::format(";+sip.instance=\"{}\"", instance);
    }
    if (binding.reg_id != 0) value += fmt::format(";reg-id={}", binding.reg_id);
    const auto rest = std::chrono::ceil<seconds>(binding.ends_at - now);
    values.push_back(fmt::format("{};expires={}", value, rest.count()));
  }
  return values;
}

std::vector<Contact> Bindings::contacts_of(std::string_view extension, Instant now) const {
  std::vector<Contact> contacts;
  const auto found = users_.find(extension);
  if (found == users_.end()) return contacts;
  for (const Binding& binding : found->second.bindings) {
    if (binding.state == State::flow_lost || binding.ends_at <= now) continue;
    contacts.push_back({std::string(binding.texts[Texts::contact_uri]), binding.flow,
                        std::string(binding.texts[Texts::instance])});
  }
  return contacts;
}

bool Bindings::has(std::string_view extension) const {
  const auto found = users_.find(extension);
  return found != users_.end() && !found->second.bindings.empty();
}

}  // namespace dering::registrar
