// SPDX-License-Identifier: Apache-2.0
#include "api/routes.h"

#include "api/response.h"

namespace dering::api {

std::string_view openapi_json();

namespace {

using Here = Parts;
using With = const Exchange;

// clang-format off
constexpr Route table[] = {
    {"GET",  "/healthz",             Role::anyone, [](Here&, With&) -> Answer {
       return net::HttpResponse{200, {{"Content-Type", "text/plain"}, {"Cache-Control", "no-store"}}, "ok"}; }},
    {"GET",  "/config.json",         Role::anyone, [](Here& h, With& w) { return h.phone.config(w); }},
    {"GET",  "/api/openapi.json",    Role::anyone, [](Here&, With&) -> Answer {
       return json_response(std::string(openapi_json())); }},
    {"GET",  "/api/v1/me",           Role::user,   [](Here& h, With& w) { return h.phone.me(w); }},
    {"GET",  "/api/v1/directory",    Role::user,   [](Here& h, With& w) { return h.phone.directory(w); }},
    {"GET",  "/api/v1/events",       Role::user,   [](Here& h, With& w) { return h.phone.events(w); }},
    {"GET",  "/api/v1/calls",        Role::user,   [](Here& h, With& w) { return h.phone.calls(w); }},
    {"GET",  "/oidc/.well-known/openid-configuration", Role::anyone,
                                                   [](Here& h, With& w) { return h.provider.discovery(w); }},
    {"GET",  "/oidc/jwks",           Role::anyone, [](Here& h, With&) { return h.provider.keys(); }},
    {"GET",  "/oidc/authorize",      Role::anyone, [](Here& h, With& w) { return h.provider.authorize(w); }},
    {"POST", "/oidc/authorize",      Role::anyone, [](Here& h, With& w) { return h.provider.sign_in(w); }},
    {"POST", "/oidc/token",          Role::anyone, [](Here& h, With& w) { return h.provider.token(w); }},
    {"GET",  "/oidc/end-session",    Role::anyone, [](Here& h, With& w) { return h.provider.end_session(w); }},
    {"POST", "/oidc/end-session",    Role::anyone, [](Here& h, With& w) { return h.provider.end_session(w); }},
    {"GET",  "/oidc/userinfo",       Role::user,   [](Here& h, With& w) { return h.provider.user_info(w); }},
};
// clang-format on

}  // namespace

std::span<const Route> routes() {
  return table;
}

}  // namespace dering::api
