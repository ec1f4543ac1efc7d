// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/form.h"
#include "api/oidc/names.h"
#include "api/parts.h"
#include "api/response.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/text.h"

namespace dering::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;

/// How long an address stays one from which somebody is signed in.
constexpr std::chrono::hours friendship{1};

/// What to say where no route fits: the address may have routes for other methods.
HttpResponse no_route(std::string_view path) {
  std::string allowed;
  for (const Route& route : routes()) {
    if (!route.id_in(path)) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method;
  }
  if (allowed.empty()) return problem(404, "There is nothing at this address.");
  HttpResponse response = problem(405, "This address takes only: " + allowed + ".");
  response.fields.emplace_back("Allow", allowed);
  return response;
}

/// The built-in provider's own: all below /oidc/ but where other issuers' servers report to.
bool is_of_provider(std::string_view path) {
  return path.starts_with("/oidc/") && path != backchannel_path;
}

}  // namespace

std::vector<identity::Issuer> built_in_issuers(const std::vector<std::string>& origins,
                                               const identity::SigningKey& key) {
  const auto keys = std::make_shared<const identity::KeySet>(key.public_keys());
  std::vector<identity::Issuer> issuers;
  for (const std::string& origin : origins) {
    issuers.push_back({.url = oidc::issuer_at(origin),
                       .name = "",
                       .audience = std::string(oidc::audience),
                       .clients = {std::string(oidc::web_client)},
                       .keys = keys});
  }
  return issuers;
}

Parts::Parts(Settings with, const Surroundings& around)
    : settings(std::move(with)),
      outlets(around.outlets),
      refusals(hub, around.records),
      gate(hub, outlets, around.random),
      logout(outlets, around.random),
      pickups(hub, around.forwardings),
      phone(settings, around.records, hub, pickups),
      history(around.records, hub, around.random),
      devices(settings, around.records, outlets, around.random),
      accounts(
          settings, around.accounts,
          {outlets.directory_touched,
           [this](std::string_view username, UnixSeconds now) { return sign_out(username, now); }}),
      forwardings(around.forwardings, hub, around.random),
      plans(around.plans),
      status(outlets),
      recording(outlets),
      live(outlets),
      logging(outlets),
      sync(outlets),
      provider(around, {settings, outlets, logout, refusals}) {}

bool Parts::sign_out(std::string_view username, UnixSeconds now) {
  for (const directory::User& user : hub.directory()->users()) {
    if (!user.issuer.empty() || !equals_ignoring_case(user.username, username)) continue;
    // Tokens tell whole seconds: with the next one, a token of this second ends as well.
    logout.end({.issuer = "", .subject = user.subject, .sid = "", .issued_at = now.count() + 1});
    return true;
  }
  return false;
}

Answer Parts::reload(const Exchange& exchange) const {
  log::info("audit: {}: read everything again", who_asks(exchange));
  if (outlets.directory_touched) outlets.directory_touched();
  if (!outlets.reload) return json_response("{}");
  if (const auto done = outlets.reload(); !done) return problem(500, done.error());
  return json_response("{}");
}

class Api::Impl {
 public:
  Impl(Settings settings, const Surroundings& surroundings)
      : parts_(std::move(settings), surroundings) {}

  Answer answer(Arrival& arrival, UnixSeconds now);
  void tell_refusal(const Arrival& arrival, const HttpResponse& response, UnixSeconds now);
  Parts& parts() { return parts_; }

 private:
  bool is_own_origin(std::string_view origin) const {
    return std::ranges::find(parts_.settings.origins, origin) != parts_.settings.origins.end();
  }

  HttpResponse unknown_address(const HttpRequest& request, UnixSeconds now);

  Parts parts_;
};

Answer Api::Impl::answer(Arrival& arrival, UnixSeconds now) {
  const HttpRequest& request = arrival.request;
  const auto route = std::ranges::find_if(routes(), [&](const Route& one) {
    return one.method == request.method && one.id_in(request.path);
  });
  if (route == routes().end()) return no_route(request.path);
  if (is_of_provider(request.path) && !parts_.settings.has_built_in) {
    return problem(404, "The built-in sign-in is switched off.");
  }
  const bool speaks_of_origin = request.path == "/config.json" || is_of_provider(request.path);
  if (speaks_of_origin && !is_own_origin(request.origin)) {
    return unknown_address(request, now);
  }
  Exchange exchange{.request = request,
                    .reply = arrival.reply,
                    .shown = arrival.shown,
                    .now = now,
                    .directory = parts_.hub.directory(),
                    .claims = {},
                    .user = nullptr,
                    .id = *route->id_in(request.path)};
  if (auto refused = parts_.gate.refusal(route->access, exchange)) return refused;
  if (exchange.user && request.door == net::Door::network) {
    parts_.refusals.on_sign_in(request.peer, now + friendship);
  }
  return route->act(parts_, exchange);
}

void Api::Impl::tell_refusal(const Arrival& arrival, const HttpResponse& response,
                             UnixSeconds now) {
  using refusal::Reason;
  using refusal::What;
  const HttpRequest& request = arrival.request;
  if (const auto refused = parts_.gate.take_refused()) {
    return parts_.refusals.refuse(request, now,
                                  {What::api, refused->reason, refused->name, refused->note});
  }
  const bool is_logout = request.path == backchannel_path;
  if (response.status == 429) {
    return parts_.refusals.refuse(request, now,
                                  {is_logout ? What::logout : What::api, Reason::too_many});
  }
  if (is_logout && response.status == 400) {
    const auto* fault = std::get_if<identity::TokenFault>(&arrival.shown);
    return parts_.refusals.refuse(
        request, now,
        {What::logout, Reason::bad_token, {}, fault ? name_of(*fault) : "there is none"});
  }
  if (request.path == "/oidc/token" && response.status == 400) {
    // A refresh token that has run out, nearly always: nobody guesses one.
    return parts_.refusals.refuse(request, now, {What::token, Reason::expired_token});
  }
  if (request.path == "/config.json" && response.status == 403) {
    const auto query = Form::parse(request.query);
    parts_.refusals.refuse(request, now,
                           {What::http, Reason::foreign_origin,
                            query ? (*query)["origin"] : std::string_view(), "public.origins"});
  }
}

HttpResponse Api::Impl::unknown_address(const HttpRequest& request, UnixSeconds now) {
  parts_.refusals.refuse(request, now,
                         {refusal::What::http, refusal::Reason::foreign_host, request.origin,
                          "public.origins does not name it"});
  return problem(404, fmt::format("This server is not configured to be reached as {}. If it is, "
                                  "[public] origins has to say so.",
                                  log::shown(request.origin)));
}

Api::Api(Settings settings, Surroundings surroundings)
    : impl_(std::make_unique<Impl>(std::move(settings), surroundings)) {}

Api::~Api() = default;

bool Api::serves(std::string_view path) {
  return path == "/config.json" || path.starts_with("/api/") || path.starts_with("/oidc/");
}

void Api::on_request(Arrival arrival, UnixSeconds now) {
  const std::uint64_t told_before = impl_->parts().refusals.told();
  auto response = impl_->answer(arrival, now);
  if (!response) return;
  if (impl_->parts().refusals.told() == told_before) impl_->tell_refusal(arrival, *response, now);
  arrival.reply->respond(*std::move(response));
}

void Api::on_refused(refusal::Refusal refused, UnixSeconds now) {
  impl_->parts().refusals.take(std::move(refused), now);
}

void Api::on_refusals_unseen(std::uint64_t count) {
  impl_->parts().refusals.take_unseen(count);
}

void Api::on_sign_in(const SocketAddress& source, UnixSeconds until) {
  impl_->parts().refusals.on_sign_in(source, until);
}

void Api::on_presence(std::string_view extension, directory::Presence presence) {
  impl_->parts().hub.on_presence(extension, presence);
}

void Api::on_line(const directory::LineChanged& line) {
  impl_->parts().hub.on_line(line);
}

void Api::on_ringing(const directory::RingingChanged& change) {
  impl_->parts().pickups.on_ringing(change);
}

void Api::on_parking(const directory::ParkingChanged& changed) {
  impl_->parts().hub.on_parking(changed);
}

void Api::on_trunks(const directory::TrunkChanged& changed) {
  impl_->parts().trunks.on_changed(changed);
}

void Api::on_forwarding(const directory::ForwardingChanged& changed) {
  impl_->parts().forwardings.on_changed(changed);
}

void Api::on_calls_kept(std::span<const directory::CallKept> calls, UnixSeconds now) {
  impl_->parts().history.on_kept(calls, now);
}

void Api::on_directory_changed(directory::DirectorySnapshot snapshot) {
  impl_->parts().hub.on_directory_changed(std::move(snapshot));
}

void Api::on_password_judged(PasswordQuestionId question, bool is_right, UnixSeconds now) {
  impl_->parts().provider.desk().on_password_judged(question, is_right, now);
}

void Api::on_signed_out(const identity::LogoutClaims& logout, UnixSeconds now) {
  impl_->parts().hub.on_signed_out(logout, now);
}

void Api::on_recording(RecordingPart part) {
  impl_->parts().recording.on_part(std::move(part));
}

void Api::on_live(const LivePart& part) {
  impl_->parts().live.on_part(part);
}

void Api::on_status(const Status& status) {
  impl_->parts().status.on_status(status);
}

void Api::on_time(UnixSeconds now) {
  impl_->parts().hub.on_time(now);
  impl_->parts().provider.on_time(now);
  impl_->parts().status.on_time(now);
  impl_->parts().recording.on_time(now);
  impl_->parts().live.on_time(now);
  impl_->parts().refusals.on_time(now);
}

}  // namespace dering::api
