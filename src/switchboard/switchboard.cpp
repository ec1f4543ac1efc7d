// SPDX-License-Identifier: Apache-2.0
#include "switchboard/switchboard.h"

#include <algorithm>
#include <utility>

#include "switchboard/impl.h"

namespace dering::switchboard {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

registrar::Settings registrar_settings(const Settings& settings) {
  registrar::Settings ours;
  ours.realm = settings.realm;
  ours.authorization_server = settings.authorization_server;
  ours.bindings_per_user = settings.bindings_per_user;
  return ours;
}

}  // namespace

// ---- Inputs -------------------------------------------------------------------------------------

Switchboard::Impl::Impl(Settings settings, Random& random)
    : settings_(std::move(settings)),
      random_(random),
      endpoint_(settings_.names, settings_.endpoint_limits, random),
      registrar_(registrar_settings(settings_), random),
      media_(random),
      directory_(std::make_shared<const directory::Directory>()) {}

void Switchboard::Impl::on_message(const sip::Flow& flow, sip::Message&& message, Instant now,
                                   Outbox& out) {
  endpoint_.on_message(flow, std::move(message), now, sip_out_);
  settle(now, out);
}

void Switchboard::Impl::on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out) {
  // The legs learn it before their requests fail, so that none is repeated on the dead flow.
  auto it = turn(now);
  dismissed_.erase(flow);
  calls_.on_flow_closed(flow, it);
  registrar_.on_flow_closed(flow, now, registrar_out_);
  endpoint_.on_flow_closed(flow, now, sip_out_);
  settle(now, out);
}

void Switchboard::Impl::on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict,
                                         Instant now, Outbox& out) {
  registrar_.on_token_verdict({question.value}, std::move(verdict), now, registrar_out_);
  settle(now, out);
}

void Switchboard::Impl::on_directory(directory::DirectorySnapshot snapshot, Instant now,
                                     Outbox& out) {
  directory_ = snapshot;
  registrar_.on_directory(std::move(snapshot), now, registrar_out_);
  settle(now, out);
}

void Switchboard::Impl::on_signed_out(const identity::LogoutClaims& logout, Instant now,
                                      Outbox& out) {
  registrar_.on_signed_out(logout, now, registrar_out_);
  settle(now, out);
}

void Switchboard::Impl::on_stored_bindings(const std::vector<directory::StoredBinding>& bindings,
                                           Instant now, Outbox& out) {
  registrar_.on_stored_bindings(bindings, now, registrar_out_);
  settle(now, out);
}

void Switchboard::Impl::on_engine_event(const media::v1::Event& event, Instant now, Outbox& out) {
  auto it = turn(now);
  calls_.on_engine_event(event, it);
  settle(now, out);
}

void Switchboard::Impl::on_engine_lost(Instant now, Outbox& out) {
  auto it = turn(now);
  calls_.on_engine_lost(it);
  settle(now, out);
}

void Switchboard::Impl::on_wall_clock(UnixSeconds wall, Instant now) {
  wall_ = wall;
  wall_set_at_ = now;
  registrar_.on_wall_clock(wall, now);
}

void Switchboard::Impl::on_time(Instant now, Outbox& out) {
  endpoint_.on_time(now, sip_out_);
  registrar_.on_time(now, registrar_out_);
  auto it = turn(now);
  calls_.on_time(it);
  settle(now, out);
}

std::optional<Instant> Switchboard::Impl::next_deadline() const {
  return earlier(endpoint_.next_deadline(),
                 earlier(registrar_.next_deadline(), calls_.next_deadline()));
}

void Switchboard::Impl::end_all_calls(Instant now, Outbox& out) {
  auto it = turn(now);
  calls_.end_all(call::Outcome::shutdown, it);
  settle(now, out);
}

Switchboard::Counts Switchboard::Impl::counts() const {
  const registrar::Registrar::Counts registrar = registrar_.counts();
  return {calls_.call_count(),           calls_.leg_count(),        registrar.bindings,
          endpoint_.transaction_count(), registrar.flows_signed_in, dismissed_.size()};
}

// ---- The stairs ---------------------------------------------------------------------------------

call::Turn Switchboard::Impl::turn(Instant now) {
  const UnixSeconds wall = wall_ + std::chrono::duration_cast<UnixSeconds>(now - wall_set_at_);
  return {now,     wall,           settings_.realm, endpoint_, media_,
          random_, calls_.index(), sip_out_,        call_out_};
}

void Switchboard::Impl::settle(Instant now, Outbox& out) {
  carry_out_registrar(now, out);
  carry_out_calls(out);
  for (std::size_t i = 0; i < sip_out_.size(); ++i) {
    sip::Output event = std::move(sip_out_[i]);  // what follows may let the vector grow
    dispatch(event, now, out);
    carry_out_registrar(now, out);
    carry_out_calls(out);
  }
  sip_out_.clear();
  if (!dismissed_.empty()) close_dismissed(out);
}

void Switchboard::Impl::dispatch(sip::Output& event, Instant now, Outbox& out) {
  auto it = turn(now);
  std::visit(Overloaded{
                 [&](sip::Send& send) { out.emplace_back(std::move(send)); },
                 [&](sip::RequestArrived& request) { on_request(std::move(request), now); },
                 [&](sip::AckArrived& ack) { calls_.on_ack(ack, it); },
                 [&](sip::CancelArrived& cancel) { calls_.on_cancel(cancel, it); },
                 [&](sip::AckMissing& missing) { calls_.on_ack_missing(missing, it); },
                 [&](sip::ResponseArrived& response) { calls_.on_response(response, it); },
                 [&](sip::RequestFailed& failure) { calls_.on_request_failed(failure, it); },
             },
             event);
}

void Switchboard::Impl::carry_out_registrar(Instant now, Outbox& out) {
  if (registrar_out_.empty()) return;  // as after most of what is settled
  auto it = turn(now);
  for (std::size_t i = 0; i < registrar_out_.size(); ++i) {
    std::visit(
        Overloaded{
            [&](registrar::Respond& ours) {
              endpoint_.respond(ours.transaction, ours.status, std::move(ours.bytes), now,
                                sip_out_);
            },
            [&](registrar::VerifyToken& ours) {
              out.emplace_back(VerifyToken{{ours.question.value}, std::move(ours.token)});
            },
            [&](registrar::SaveBinding& ours) {
              out.emplace_back(SaveBinding{std::move(ours.binding)});
            },
            [&](registrar::DropBinding& ours) {
              out.emplace_back(DropBinding{std::move(ours.extension), std::move(ours.contact_uri)});
            },
            [&](registrar::CloseFlow& ours) { dismiss(ours.flow, now, out); },
            [&](registrar::KeepFlow& ours) { out.emplace_back(KeepFlow{ours.flow}); },
            [&](registrar::BindingsChanged& ours) {
              tell_contacts(ours.extension, it);
              tell_presence(ours.extension, out);
            },
            [&](registrar::BindingMoved& ours) {
              calls_.on_flow_moved(ours.extension, ours.from, ours.to, it);
              tell_contacts(ours.extension, it);
            },
        },
        registrar_out_[i]);
  }
  registrar_out_.clear();
}

void Switchboard::Impl::dismiss(const sip::Flow& flow, Instant now, Outbox& out) {
  if (!calls_.is_talking_on(flow)) {
    out.emplace_back(CloseFlow{flow});
    return;
  }
  dismissed_.insert(flow);
  if (settings_.calls_after_sign_out == CallsAfterSignOut::finish) return;
  auto it = turn(now);
  calls_.end_talking_on(flow, call::Outcome::signed_out, it);
}

void Switchboard::Impl::close_dismissed(Outbox& out) {
  std::erase_if(dismissed_, [&](const sip::Flow& flow) {
    if (registrar_.user_of(flow)) return true;  // signed in again
    if (calls_.is_talking_on(flow)) return false;
    out.emplace_back(CloseFlow{flow});
    return true;
  });
}

void Switchboard::Impl::carry_out_calls(Outbox& out) {
  for (media::v1::Command& command : call_out_.commands) {
    out.emplace_back(CommandEngine{std::move(command)});
  }
  for (directory::CallRecord& record : call_out_.records) {
    out.emplace_back(SaveCallRecord{std::move(record)});
  }
  // One input often touches a user twice in a row.
  const auto repeated = std::ranges::unique(call_out_.touched);
  call_out_.touched.erase(repeated.begin(), repeated.end());
  for (const std::string& extension : call_out_.touched) tell_presence(extension, out);
  call_out_.commands.clear();
  call_out_.records.clear();
  call_out_.touched.clear();
}

void Switchboard::Impl::tell_presence(const std::string& extension, Outbox& out) {
  using directory::Presence;
  if (!directory_->by_extension(extension)) {
    if (!presence_.update(extension, Presence::offline)) return;
    out.emplace_back(PresenceChanged{extension, Presence::offline});
    return;
  }
  const Presence presence = calls_.is_in_call(extension)       ? Presence::in_call
                            : registrar_.is_present(extension) ? Presence::available
                                                               : Presence::offline;
  if (presence_.update(extension, presence)) {
    out.emplace_back(PresenceChanged{extension, presence});
  }
}

// ---- The face -----------------------------------------------------------------------------------

Switchboard::Switchboard(Settings settings, Random& random)
    : impl_(std::make_unique<Impl>(std::move(settings), random)) {}
Switchboard::Switchboard(Switchboard&&) noexcept = default;
Switchboard& Switchboard::operator=(Switchboard&&) noexcept = default;
Switchboard::~Switchboard() = default;

void Switchboard::on_message(const sip::Flow& flow, sip::Message&& message, Instant now,
                             Outbox& out) {
  impl_->on_message(flow, std::move(message), now, out);
}
void Switchboard::on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out) {
  impl_->on_flow_closed(flow, now, out);
}
void Switchboard::on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict,
                                   Instant now, Outbox& out) {
  impl_->on_token_verdict(question, std::move(verdict), now, out);
}
void Switchboard::on_directory(directory::DirectorySnapshot snapshot, Instant now, Outbox& out) {
  impl_->on_directory(std::move(snapshot), now, out);
}
void Switchboard::on_signed_out(const identity::LogoutClaims& logout, Instant now, Outbox& out) {
  impl_->on_signed_out(logout, now, out);
}
void Switchboard::on_stored_bindings(std::vector<directory::StoredBinding> bindings, Instant now,
                                     Outbox& out) {
  impl_->on_stored_bindings(bindings, now, out);
}
void Switchboard::on_engine_event(const media::v1::Event& event, Instant now, Outbox& out) {
  impl_->on_engine_event(event, now, out);
}
void Switchboard::on_engine_lost(Instant now, Outbox& out) {
  impl_->on_engine_lost(now, out);
}
void Switchboard::on_wall_clock(UnixSeconds wall, Instant now) {
  impl_->on_wall_clock(wall, now);
}
void Switchboard::on_time(Instant now, Outbox& out) {
  impl_->on_time(now, out);
}
std::optional<Instant> Switchboard::next_deadline() const {
  return impl_->next_deadline();
}
void Switchboard::end_all_calls(Instant now, Outbox& out) {
  impl_->end_all_calls(now, out);
}
directory::Presence Switchboard::presence(std::string_view extension) const {
  return impl_->presence(extension);
}
Switchboard::Counts Switchboard::counts() const {
  return impl_->counts();
}

}  // namespace dering::switchboard
