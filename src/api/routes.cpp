// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include "api/openapi.h"
#include "api/parts.h"
#include "api/response.h"

namespace dering::api {
namespace {

using Here = Parts;
using With = const Exchange;

// clang-format off
constexpr Route table[] = {
    {"GET",  "/config.json",         Access::anyone, [](Here& h, With& w) { return h.phone.config(w); }},
    {"GET",  "/api/openapi.json",    Access::anyone, [](Here&, With& w) -> Answer {
       return open_json_response(w.request, std::string(openapi_document())); }},
    {"GET",  "/api/v1/me",           Access::user,   [](Here& h, With& w) { return h.phone.me(w); }},
    {"GET",  "/api/v1/directory",    Access::user,   [](Here& h, With& w) { return h.phone.directory(w); }},
    {"GET",  "/api/v1/events",       Access::user,   [](Here& h, With& w) { return h.phone.events(w); }},
    {"GET",  "/api/v1/calls",        Access::user,   [](Here& h, With& w) { return h.phone.calls(w); }},
    {"GET",  "/api/v1/call-quality", Access::user,   [](Here& h, With& w) { return h.history.quality(w); }},
    {"GET",  "/api/v1/history",      Access::user,   [](Here& h, With& w) { return h.history.show(w); }},
    {"PATCH", "/api/v1/history",     Access::user,   [](Here& h, With& w) { return h.history.see(w); }},
    {"GET",  "/api/v1/devices",      Access::user,   [](Here& h, With& w) { return h.devices.list(w); }},
    {"POST", "/api/v1/devices",      Access::user,   [](Here& h, With& w) { return h.devices.add(w); }},
    {"DELETE", "/api/v1/devices/{id}", Access::user, [](Here& h, With& w) { return h.devices.remove(w); }},
    {"GET",  "/api/v1/forwarding",   Access::user,   [](Here& h, With& w) { return h.forwardings.show(w); }},
    {"PATCH", "/api/v1/forwarding",  Access::user,   [](Here& h, With& w) { return h.forwardings.change(w); }},
    {"GET",  "/api/v1/sync",         Access::admin,  [](Here& h, With& w) { return h.sync.state(w); }},
    {"POST", "/api/v1/sync",         Access::admin,  [](Here& h, With& w) { return h.sync.start(w); }},
    {"GET",  "/api/v1/refusals",     Access::user,   [](Here& h, With& w) { return h.refusals.list(w); }},
    {"GET",  "/api/v1/status",       Access::admin,  [](Here& h, With& w) { return h.status.ask(w); }},
    {"GET",  "/api/v1/trunks",       Access::admin,  [](Here& h, With& w) { return h.trunks.list(w); }},
    {"POST", "/api/v1/recording",    Access::machine, [](Here& h, With& w) { return h.recording.order(w, RecordingOrder::What::begin); }},
    {"GET",  "/api/v1/recording",    Access::machine, [](Here& h, With& w) { return h.recording.order(w, RecordingOrder::What::next); }},
    {"DELETE", "/api/v1/recording",  Access::machine, [](Here& h, With& w) { return h.recording.order(w, RecordingOrder::What::end); }},
    {"GET",  "/api/v1/trace",        Access::admin,  [](Here& h, With& w) { return h.live.trace(w); }},
    {"GET",  "/api/v1/registrations", Access::admin, [](Here& h, With& w) { return h.live.registrations(w); }},
    {"GET",  "/api/v1/logging",      Access::admin,  [](Here& h, With& w) { return h.logging.show(w); }},
    {"PATCH", "/api/v1/logging",     Access::admin,  [](Here& h, With& w) { return h.logging.change(w); }},
    {"POST", "/api/v1/reload",       Access::admin,  [](Here& h, With& w) { return h.reload(w); }},
    {"GET",  "/api/v1/accounts",     Access::admin,  [](Here& h, With& w) { return h.accounts.list(w); }},
    {"POST", "/api/v1/accounts",     Access::admin,  [](Here& h, With& w) { return h.accounts.add(w); }},
    {"PATCH", "/api/v1/accounts/{id}", Access::admin, [](Here& h, With& w) { return h.accounts.change(w); }},
    {"GET",  "/api/v1/account-devices", Access::admin, [](Here& h, With& w) { return h.accounts.devices(w); }},
    {"PATCH", "/api/v1/account-devices/{id}", Access::admin,
                                                     [](Here& h, With& w) { return h.accounts.change_device(w); }},
    {"PUT",  "/api/v1/account-devices/{id}", Access::admin,
                                                     [](Here& h, With& w) { return h.accounts.put_device(w); }},
    {"GET",  "/api/v1/plan",         Access::admin,  [](Here& h, With& w) { return h.plans.show(w); }},
    {"PUT",  "/api/v1/plan",         Access::admin,  [](Here& h, With& w) { return h.plans.apply(w); }},
    {"GET",  "/api/v1/plan/check",   Access::admin,  [](Here& h, With& w) { return h.plans.check_in_force(w); }},
    {"POST", "/api/v1/plan/check",   Access::admin,  [](Here& h, With& w) { return h.plans.check(w); }},
    {"GET",  "/api/v1/plan/versions", Access::admin, [](Here& h, With& w) { return h.plans.versions(w); }},
    {"GET",  "/api/v1/plan/versions/{id}", Access::admin,
                                                     [](Here& h, With& w) { return h.plans.version(w); }},
    {"GET",  "/api/v1/plan/difference", Access::admin,
                                                     [](Here& h, With& w) { return h.plans.difference(w); }},
    {"POST", "/api/v1/plan/undo",    Access::admin,  [](Here& h, With& w) { return h.plans.undo(w); }},
    {"GET",  "/api/v1/route",        Access::admin,  [](Here& h, With& w) { return h.plans.route(w); }},
    {"POST", "/api/v1/sign-outs",    Access::admin,  [](Here& h, With& w) { return h.accounts.sign_out(w); }},
    {"POST", "/oidc/backchannel-logout", Access::anyone,
                                                     [](Here& h, With& w) { return h.logout.back_channel(w); }},
    {"GET",  "/oidc/.well-known/openid-configuration", Access::anyone,
                                                   [](Here& h, With& w) { return h.provider.discovery(w); }},
    {"GET",  "/oidc/jwks",           Access::anyone, [](Here& h, With&) { return h.provider.keys(); }},
    {"GET",  "/oidc/authorize",      Access::anyone, [](Here& h, With& w) { return h.provider.desk().authorize(w); }},
    {"POST", "/oidc/authorize",      Access::anyone, [](Here& h, With& w) { return h.provider.desk().sign_in(w); }},
    {"POST", "/oidc/token",          Access::anyone, [](Here& h, With& w) { return h.provider.token(w); }},
    {"GET",  "/oidc/end-session",    Access::anyone, [](Here& h, With& w) { return h.provider.end_session(w); }},
    {"POST", "/oidc/end-session",    Access::anyone, [](Here& h, With& w) { return h.provider.end_session(w); }},
    {"GET",  "/oidc/userinfo",       Access::user,   [](Here& h, With& w) { return h.provider.user_info(w); }},
};
// clang-format on

constexpr std::string_view id_segment = "/{id}";

}  // namespace

std::optional<std::string_view> Route::id_in(std::string_view request_path) const {
  if (!path.ends_with(id_segment)) {
    return request_path == path ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view stem = path.substr(0, path.size() - id_segment.size() + 1);
  if (!request_path.starts_with(stem)) return std::nullopt;
  const std::string_view id = request_path.substr(stem.size());
  if (id.empty() || id.find('/') != std::string_view::npos) return std::nullopt;
  return id;
}

std::span<const Route> routes() {
  return table;
}

}  // namespace dering::api
