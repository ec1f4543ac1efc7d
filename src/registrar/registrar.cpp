// SPDX-License-Identifier: Apache-2.0
#include "registrar/registrar.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "registrar/registration.h"
#include "registrar/responses.h"
#include "registrar/told.h"
#include "sip/message/writer.h"

namespace dering::registrar {
namespace {

using refusal::Reason;
using std::chrono::seconds;

/// How long a connection stays signed in when its token ended, for clocks that differ and for the
/// REGISTER with the new token that is under way.
constexpr Duration token_leeway = seconds(30);
/// How long the other connections of a user who signed out somewhere may go on with their token.
constexpr Duration fresh_token_time = seconds(30);
/// By how much wall_at() may be behind: the clock is set in whole seconds, once a second.
constexpr seconds clock_coarseness(2);
/// How often a desk phone with outbound shall send keep-alives (RFC 5626 §4.4).
constexpr std::uint64_t flow_timer_seconds = 120;
constexpr std::size_t max_token_size = 16 * 1024;
constexpr std::size_t to_tag_size = 10;

/// The token of "Authorization: Bearer <token>", or of a bare JWT, as JsSIP's documentation has it.
/// Empty if there is none.
std::string_view read_token(const sip::Message& request) {
  const auto field = request.header(sip::HeaderId::authorization);
  if (!field || field->size() > max_token_size) return {};
  std::string_view rest = *field;
  const std::string_view scheme = take_until(rest, ' ');
  if (equals_ignoring_case(scheme, "Bearer")) return trimmed(rest);
  const bool is_bare_jwt = rest.empty() && std::ranges::count(scheme, '.') == 2;
  return is_bare_jwt ? scheme : std::string_view{};
}

/// Not all at the same time, and each at the same time whenever it asks.
sip::StatelessAnswer come_later(const sip::RequestOffered& request) {
  return {503, {}, {{"Retry-After", std::to_string(1 + request.attempt.high % 10)}}};
}

}  // namespace

Registrar::Registrar(Settings settings, Random& random)
    : settings_(std::move(settings)),
      random_(random),
      tags_("registrar", random),
      digest_({.realm = settings_.realm, .md5 = settings_.md5}, random),
      sign_ins_(settings_.sign_ins),
      bindings_({settings_.bindings_per_user, settings_.bindings, settings_.probe_interval}),
      registrations_(settings_.registrations_per_minute, random) {}

// ---- Requests -----------------------------------------------------------------------------------

void Registrar::on_request(sip::RequestOffered request, Instant now, Outbox& out) {
  if (!sip::is_websocket(request.flow.transport)) return on_digest(request, now, out);
  const std::string_view token = read_token(request.message);
  if (token.empty()) return ask_for_token(request, false, out);
  on_bearer(std::move(request), token, out);
}

/// One question a connection: a second REGISTER has to come again once the first is answered.
void Registrar::on_bearer(sip::RequestOffered request, std::string_view token, Outbox& out) {
  const sip::Flow flow = request.flow;
  if (waiting_.contains(flow) || waiting_.size() >= settings_.questions) {
    tell(request, Reason::too_many, out);
    return turn_away(request, come_later(request), out);
  }
  const TokenQuestionId question{++last_question_};
  out.push_back(VerifyToken{.question = question,
                            .token = std::string(token),
                            .network = network_of(flow.remote),
                            .is_signed_in = sign_ins_.has(flow)});
  questions_.emplace(question, flow);
  waiting_.emplace(flow, Waiting{question, std::move(request)});
}

void Registrar::on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict,
                                 Instant now, Outbox& out) {
  const auto asked = questions_.extract(question);
  if (!asked) return;
  auto waiting = waiting_.extract(asked.mapped());
  sip::RequestOffered& request = waiting.mapped().request;
  if (verdict) return judge_token(request, *verdict, now, out);
  const sip::Flow flow = request.flow;
  refuse_token(request, verdict.error(), out);
  // A role that was taken away: no need to wait until the older token ends.
  const bool has_lost_role = verdict.error().kind == identity::TokenRefusal::not_allowed;
  if (has_lost_role && user_of(flow)) sign_out(flow, now, out);
}

void Registrar::refuse_token(sip::RequestOffered& request, const identity::TokenRefused& refused,
                             Outbox& out) {
  switch (refused.kind) {
    case identity::TokenRefusal::not_valid:
      tell(request, Reason::bad_token, out, refused.why);
      return ask_for_token(request, true, out);
    case identity::TokenRefusal::foreign:
      tell(request, Reason::foreign_token, out, refused.why);
      return ask_for_token(request, true, out);
    case identity::TokenRefusal::expired:
      tell(request, Reason::expired_token, out, refused.why);
      return ask_for_token(request, true, out);
    case identity::TokenRefusal::too_busy:
      tell(request, Reason::too_many, out, refused.why);
      return turn_away(request, come_later(request), out);
    case identity::TokenRefusal::not_allowed:
      tell(request, Reason::not_allowed, out, refused.why);
      return turn_away(request, {403}, out);
  }
}

void Registrar::judge_token(sip::RequestOffered& request, const identity::TokenClaims& claims,
                            Instant now, Outbox& out) {
  const UnixSeconds rest = UnixSeconds(claims.expires_at) - wall_at(now);
  if (rest <= clock_coarseness) {
    tell(request, Reason::expired_token, out);
    return ask_for_token(request, true, out);
  }
  const bool is_known = directory_ && !claims.subject.empty();
  const directory::User* user =
      is_known ? directory_->by_subject(claims.issuer, claims.subject) : nullptr;
  if (!user || !speaks_for(request.message, {user->extension, {}})) {
    tell(request, Reason::not_allowed, out);
    return turn_away(request, {403}, out);
  }
  const bool is_first = !sign_ins_.has(request.flow);
  const auto refused = sign_ins_.add_by_token(
      request.flow, {user->extension, claims.sid, now + rest + token_leeway});
  if (refused) {
    // 403: the connection is somebody else's; 503: there are too many.
    tell(request, *refused == 403 ? Reason::not_allowed : Reason::too_many, out);
    return refuse(request, *refused, out);
  }
  if (is_first) out.push_back(KeepFlow{request.flow});
  const seconds longest = std::min(rest - clock_coarseness, longest_expiry(request.flow));
  update_bindings(request, {*user, longest}, now, out);
}

void Registrar::on_digest(sip::RequestOffered& request, Instant now, Outbox& out) {
  DigestDecision decision = digest_.authorize(request, now);
  auto event = told(decision, request.message, request.flow, directory_.get());
  const bool is_told = event.has_value();
  if (event) out.emplace_back(*std::move(event));
  if (auto* challenge = std::get_if<Challenge>(&decision)) {
    auto answer = answer_of(std::move(*challenge), sip::Method::register_);
    out.emplace_back(TurnAway{std::move(request), std::move(answer), is_told});
    return;
  }
  if (const auto* forbidden = std::get_if<Forbidden>(&decision)) {
    return turn_away(request, answer_of(*forbidden), out);
  }
  const auto* allowed = std::get_if<Allowed>(&decision);
  if (sip::is_reliable(request.flow.transport)) {
    const bool is_first = !sign_ins_.has(request.flow);
    const auto refused = sign_ins_.add_line(request.flow, allowed->user->extension);
    if (refused) {
      tell(request, Reason::too_many, out);
      return refuse(request, *refused, out);
    }
    if (is_first) out.push_back(KeepFlow{request.flow});
  }
  const std::string device(digest_name(request.message));
  update_bindings(
      request, {*allowed->user, longest_expiry(request.flow), allowed->is_fresh, device}, now, out);
}

void Registrar::update_bindings(sip::RequestOffered& request, const SignedIn& by, Instant now,
                                Outbox& out) {
  const auto registration = read_registration(request.message, longest_expiry(request.flow));
  const std::string_view instance = registration && !registration->updates.empty()
                                        ? registration->updates.front().instance
                                        : std::string_view();
  const std::string phone = phone_of(by.device, instance, request.flow);
  if (registrations_.try_spend(by.user.extension, phone, now)) {
    tell(request, Reason::too_many, out, "limits.registrations_per_minute");
    return refuse(request, 503, out);
  }
  if (!registration) {
    tell_misread(request, registration.error().status, out);
    return refuse(request, registration.error(), out);
  }
  const std::string& extension = by.user.extension;
  const Registrant registrant{extension,  request.flow, *registration,
                              by.longest, by.is_fresh,  by.device};
  if (const auto refused = bindings_.judge(registrant)) {
    const bool is_older = refused->status == 400;
    tell(request, is_older ? Reason::out_of_order : Reason::too_many, out,
         refused->status == 403 ? "limits.bindings_per_user" : "");
    return refuse(request, *refused, out);
  }
  bindings_.apply(registrant, {now, wall_at(now)}, out);

  auto writer = response(request, 200);
  for (const std::string& value : bindings_.contact_values(extension, now)) {
    writer.header(sip::HeaderId::contact, value);
  }
  // RFC 3327 §5.3: so that the phone sees which way it is reached.
  if (!registration->path.empty()) writer.header(sip::HeaderId::path, registration->path);
  writer.header(sip::HeaderId::date, date_value(wall_at(now)));
  writer.header(sip::HeaderId::supported, "outbound, path");
  if (registration->is_outbound) {
    writer.header(sip::HeaderId::require, "outbound");
    // Browsers can't send keep-alives; our edge pings them.
    const bool is_browser = sip::is_websocket(request.flow.transport);
    if (!is_browser) writer.header("Flow-Timer", std::to_string(flow_timer_seconds));
  }
  respond(request, 200, writer.finish(), out);
}

// ---- Responses ----------------------------------------------------------------------------------

sip::MessageWriter Registrar::response(const sip::RequestOffered& request, int status,
                                       std::string_view phrase) {
  return sip::MessageWriter::response_to(request.message, request.flow.remote, status,
                                         phrase.empty() ? sip::reason_phrase(status) : phrase,
                                         tags_.token(to_tag_size));
}

void Registrar::refuse(sip::RequestOffered& request, const sip::Refusal& refusal, Outbox& out) {
  const int status = refusal.status;
  auto writer = response(request, status, refusal.reason);
  if (status == 420) {
    writer.header(sip::HeaderId::unsupported, unknown_requirements(request.message));
  }
  if (status == 423) {
    writer.header(sip::HeaderId::min_expires, std::uint64_t(shortest_expiry.count()));
  }
  if (status == 503) writer.header(sip::HeaderId::retry_after, 1 + random_.below(10));
  respond(request, status, writer.finish(), out);
}

void Registrar::respond(sip::RequestOffered& request, int status, std::string bytes, Outbox& out) {
  out.emplace_back(Respond{std::move(request), status, std::move(bytes)});
}

void Registrar::turn_away(sip::RequestOffered& request, sip::StatelessAnswer answer, Outbox& out) {
  const bool is_told = answer.status != 401;
  out.emplace_back(TurnAway{std::move(request), std::move(answer), is_told});
}

void Registrar::tell(const sip::RequestOffered& request, Reason reason, Outbox& out,
                     std::string_view note) const {
  refusal::Refusal refused = told(request.message, request.flow, reason, directory_.get());
  refused.note = note;
  out.emplace_back(std::move(refused));
}

/// 423 is none: the phone learns which time to ask for, and asks again.
void Registrar::tell_misread(const sip::RequestOffered& request, int status, Outbox& out) const {
  if (status == 423) return;
  tell(request, status == 420 ? Reason::not_served : Reason::malformed, out);
}

void Registrar::ask_for_token(sip::RequestOffered& request, bool sent_one, Outbox& out) {
  turn_away(request,
            {401,
             {},
             {{"WWW-Authenticate",
               bearer_challenge(settings_.realm, settings_.authorization_server, sent_one)}}},
            out);
}

// ---- The world changes --------------------------------------------------------------------------

void Registrar::on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out) {
  if (const auto waiting = waiting_.extract(flow)) questions_.erase(waiting.mapped().question);
  for (const std::string& extension : sign_ins_.remove(flow)) {
    bindings_.lose_flow(extension, flow, now);
  }
  auto move = bindings_.take_move(flow);
  if (move && sign_ins_.is_on(move->to, move->extension)) out.push_back(*std::move(move));
}

void Registrar::on_directory(const directory::DirectoryChanged& change, Outbox& out) {
  directory_ = change.snapshot;
  digest_.on_directory(directory_);
  if (change.lost_numbers.empty()) return;
  const std::unordered_set<std::string> lost(change.lost_numbers.begin(),
                                             change.lost_numbers.end());
  const auto is_lost = [&](const std::string& extension) { return lost.contains(extension); };
  for (const sip::Flow& flow : sign_ins_.flows_where(is_lost)) end_sign_in(flow, out);
  for (const std::string& number : change.lost_numbers) bindings_.drop_user(number, out);
  bindings_.expect_nobody_of(is_lost);
}

void Registrar::sign_out(const sip::Flow& flow, Instant now, Outbox& out) {
  bindings_.expect_back(sign_ins_.extension_of(flow), flow, now);
  end_sign_in(flow, out);
}

void Registrar::end_sign_in(const sip::Flow& flow, Outbox& out) {
  for (const std::string& extension : sign_ins_.remove(flow)) {
    bindings_.drop_flow(extension, flow, out);
  }
  out.push_back(CloseFlow{flow});
}

void Registrar::on_signed_out(const identity::LogoutClaims& logout, Instant now, Outbox& out) {
  const auto is_ended = [&](const std::string& extension, const std::string& sid) {
    if (!is_vouched_for(extension, logout)) return false;
    return logout.sid.empty() || sid == logout.sid;
  };
  const auto is_same_user = [&](const std::string& extension, const std::string&) {
    return !logout.subject.empty() && is_vouched_for(extension, logout);
  };
  for (const sip::Flow& flow : sign_ins_.flows_by_token_where(is_ended)) sign_out(flow, now, out);
  for (const sip::Flow& flow : sign_ins_.flows_by_token_where(is_same_user)) {
    sign_ins_.shorten(flow, now + fresh_token_time);
  }
}

bool Registrar::is_vouched_for(const std::string& extension,
                               const identity::LogoutClaims& logout) const {
  const directory::User* user = directory_ ? directory_->by_extension(extension) : nullptr;
  if (!user || user->issuer != logout.issuer) return false;
  return logout.subject.empty() || user->subject == logout.subject;
}

Held Registrar::held(Instant now) const {
  return {sign_ins_.held(now), bindings_.held(now)};
}

void Registrar::restore(const Held& held, Instant now, Outbox& out) {
  for (const HeldSignIn& one : held.sign_ins) {
    const auto refused =
        one.ends_in ? sign_ins_.add_by_token(one.flow, {one.extension, one.sid, now + *one.ends_in})
                    : sign_ins_.add_line(one.flow, one.extension);
    if (!refused) out.push_back(KeepFlow{one.flow});
  }
  for (const HeldBinding& one : held.bindings) bindings_.restore(one, now, out);
}

void Registrar::on_stored_bindings(const std::vector<directory::StoredBinding>& bindings,
                                   Instant now, Outbox& out) {
  for (const auto& stored : bindings) {
    bindings_.restore(stored, {now, wall_at(now)}, out);
    const auto source = SocketAddress::from_host_and_port(stored.remote);
    if (source) digest_.on_known({stored.extension, *source, stored.instance}, now);
  }
}

void Registrar::on_wall_clock(UnixSeconds wall, Instant now) {
  wall_ = wall;
  wall_set_at_ = now;
}

UnixSeconds Registrar::wall_at(Instant now) const {
  return wall_ + std::chrono::floor<seconds>(now - wall_set_at_);
}

void Registrar::on_time(Instant now, Outbox& out) {
  while (const auto flow = sign_ins_.take_ended(now)) sign_out(*flow, now, out);
  bindings_.on_time(now, out);
  digest_.on_time(now);
}

std::optional<Instant> Registrar::next_deadline() const {
  return earlier(digest_.next_deadline(),
                 earlier(sign_ins_.next_deadline(), bindings_.next_deadline()));
}

// ---- Questions ----------------------------------------------------------------------------------

const directory::User* Registrar::user_of(const sip::Flow& flow) const {
  const std::string_view extension = sign_ins_.extension_of(flow);
  return directory_ && !extension.empty() ? directory_->by_extension(extension) : nullptr;
}

void Registrar::list(TableSizes& out) const {
  bindings_.list(out);
  sign_ins_.list(out);
  digest_.list(out);
  out.insert(out.end(),
             {{"waiting REGISTERs", waiting_.size()}, {"token questions", questions_.size()}});
}

Registrar::Counts Registrar::counts() const {
  return {bindings_.count(),        sign_ins_.count(),           waiting_.size(),
          bindings_.silent_count(), bindings_.displaced_count(), bindings_.shed_count()};
}

}  // namespace dering::registrar
