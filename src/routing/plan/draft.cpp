// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/draft.h"

namespace dering::routing {

std::string_view name_of(Target::Kind kind) {
  switch (kind) {
    case Target::Kind::none:
      return "";
    case Target::Kind::person:
      return "person";
    case Target::Kind::extension:
      return "extension";
    case Target::Kind::group:
      return "group";
    case Target::Kind::outside:
      return "outside";
    case Target::Kind::dialled:
      return "dialled";
    case Target::Kind::echo:
      return "echo";
    case Target::Kind::closed:
      return "closed";
  }
  return "";
}

std::string_view name_of(Trunk::Transport transport) {
  switch (transport) {
    case Trunk::Transport::udp:
      return "udp";
    case Trunk::Transport::tcp:
      return "tcp";
    case Trunk::Transport::tls:
      return "tls";
  }
  return "";
}

std::string_view name_of(CallerIdRule::Shows shows) {
  switch (shows) {
    case CallerIdRule::Shows::number:
      return "number";
    case CallerIdRule::Shows::own:
      return "own";
    case CallerIdRule::Shows::withheld:
      return "withheld";
  }
  return "";
}

std::string_view name_of(RingGroup::Order order) {
  switch (order) {
    case RingGroup::Order::all_at_once:
      return "all_at_once";
    case RingGroup::Order::in_turn:
      return "in_turn";
    case RingGroup::Order::longest_idle:
      return "longest_idle";
  }
  return "";
}

std::string_view name_of(Extension::Kind kind) {
  switch (kind) {
    case Extension::Kind::lobby:
      return "lobby";
    case Extension::Kind::door:
      return "door";
    case Extension::Kind::ata:
      return "ata";
    case Extension::Kind::meeting_room:
      return "meeting_room";
  }
  return "";
}

}  // namespace dering::routing
