// SPDX-License-Identifier: Apache-2.0
#include "refusal/refusal.h"

#include "base/text.h"

namespace dering::refusal {

std::string_view name_of(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "udp";
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
    case Transport::ws:
      return "ws";
    case Transport::wss:
      return "wss";
    case Transport::http:
      return "http";
    case Transport::https:
      return "https";
  }
  return "";
}

Transport transport_named(std::string_view via_name) {
  for (const Transport one : {Transport::tcp, Transport::tls, Transport::ws, Transport::wss}) {
    if (equals_ignoring_case(name_of(one), via_name)) return one;
  }
  return Transport::udp;
}

std::string_view name_of(What what) {
  switch (what) {
    case What::registration:
      return "register";
    case What::call:
      return "invite";
    case What::request:
      return "request";
    case What::message:
      return "message";
    case What::sign_in:
      return "sign_in";
    case What::token:
      return "token";
    case What::api:
      return "api";
    case What::logout:
      return "logout";
    case What::websocket:
      return "websocket";
    case What::http:
      return "http";
    case What::connection:
      return "connection";
  }
  return "";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::wrong_password:
      return "wrong_password";
    case Reason::unknown_name:
      return "unknown_name";
    case Reason::bad_token:
      return "bad_token";
    case Reason::foreign_token:
      return "foreign_token";
    case Reason::expired_token:
      return "expired_token";
    case Reason::not_allowed:
      return "not_allowed";
    case Reason::paused:
      return "paused";
    case Reason::unsupported:
      return "unsupported";
    case Reason::foreign_origin:
      return "foreign_origin";
    case Reason::foreign_host:
      return "foreign_host";
    case Reason::foreign_domain:
      return "foreign_domain";
    case Reason::foreign_dialog:
      return "foreign_dialog";
    case Reason::unknown_dialog:
      return "unknown_dialog";
    case Reason::not_served:
      return "not_served";
    case Reason::out_of_order:
      return "out_of_order";
    case Reason::too_many:
      return "too_many";
    case Reason::too_large:
      return "too_large";
    case Reason::too_small:
      return "too_small";
    case Reason::too_slow:
      return "too_slow";
    case Reason::no_tls:
      return "no_tls";
    case Reason::malformed:
      return "malformed";
  }
  return "";
}

std::string claimed(std::string_view name) {
  return std::string(name.substr(0, longest_name));
}

}  // namespace dering::refusal
