// SPDX-License-Identifier: Apache-2.0
#include "switchboard/house_sights.h"

#include <utility>

#include "sip/message/uri.h"

namespace dering::switchboard {
namespace {

/// A NOTIFY by UDP shall not come in many fragments: of a whole telephone system behind one number
/// the last calls are shown.
constexpr std::size_t most_dialogs = 8;

sip::WatchedDialog::State shown_state(call::Leg::State state) {
  using State = sip::WatchedDialog::State;
  switch (state) {
    case call::Leg::State::inviting:
      return State::trying;
    case call::Leg::State::ringing:
      return State::early;
    case call::Leg::State::talking:
      return State::confirmed;
    case call::Leg::State::cancelling:
    case call::Leg::State::ending:
    case call::Leg::State::ended:
      return State::terminated;
  }
  return State::terminated;
}

}  // namespace

std::vector<sip::WatchedDialog> HouseSights::dialogs_of(const Watch& watch) const {
  std::vector<sip::WatchedDialog> dialogs;
  const bool is_colleague = may_pick_up(watch.watcher, watch.watched);
  for (const call::ShownDialog& dialog : calls_.dialogs_of(watch.watched, most_dialogs)) {
    dialogs.push_back(shown(dialog, is_colleague));
  }
  return dialogs;
}

sip::WatchedDialog HouseSights::shown(const call::ShownDialog& dialog, bool is_colleague) const {
  using Direction = sip::WatchedDialog::Direction;
  const bool is_called = dialog.role == call::Leg::Role::callee;
  sip::WatchedDialog shown{.id = std::to_string(dialog.leg.value),
                           .state = shown_state(dialog.state),
                           .direction = is_called ? Direction::recipient : Direction::initiator};
  const bool rings = is_called && dialog.state == call::Leg::State::ringing;
  if (rings && is_colleague && dialog.names) {
    // As the phone that rings has it: our tag is the remote one.
    shown.names = {dialog.names->call_id, dialog.names->remote_tag, dialog.names->local_tag};
  }
  if (dialog.other.is_hidden || dialog.other.extension.empty()) return shown;
  shown.remote_uri = uri_of(dialog.other.extension);
  const directory::User* other = directory_->by_extension(dialog.other.extension);
  shown.remote_name = other ? other->display_name : dialog.other.display_name;
  return shown;
}

bool HouseSights::may_pick_up(std::string_view who, std::string_view whose) const {
  if (who == whose) return true;
  const directory::User* one = directory_->by_extension(who);
  const directory::User* other = directory_->by_extension(whose);
  return one && other && directory::may_pick_up(*one, *other);
}

sip::PresenceInfo::State HouseSights::presence_of(std::string_view extension) const {
  using State = sip::PresenceInfo::State;
  switch (presence_.of(extension)) {
    case directory::Presence::offline:
      return State::closed;
    case directory::Presence::available:
      return State::open;
    case directory::Presence::in_call:
      return State::on_the_phone;
    case directory::Presence::do_not_disturb:
      return State::busy;
  }
  return State::closed;
}

std::string HouseSights::uri_of(std::string_view extension) const {
  return "sip:" + sip::escaped_user(extension) + "@" + settings_.realm;
}

}  // namespace dering::switchboard
