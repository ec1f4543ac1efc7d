// SPDX-License-Identifier: Apache-2.0
#include "sip/event/dialog_info.h"

#include <fmt/format.h>

#include <iterator>

#include "sip/event/xml_text.h"

namespace dering::sip {
namespace {

using State = WatchedDialog::State;

std::string_view name_of(State state) {
  switch (state) {
    case State::trying:
      return "trying";
    case State::early:
      return "early";
    case State::confirmed:
      return "confirmed";
    case State::terminated:
      return "terminated";
  }
  return {};
}

std::string_view name_of(WatchedDialog::Direction direction) {
  return direction == WatchedDialog::Direction::initiator ? "initiator" : "recipient";
}

void append_party(std::string_view element, std::string_view uri, std::string_view name,
                  std::string& text) {
  const std::string address = xml_text(uri);
  fmt::format_to(std::back_inserter(text), "<{}><identity", element);
  if (!name.empty()) {
    fmt::format_to(std::back_inserter(text), " display=\"{}\"", xml_text(name));
  }
  fmt::format_to(std::back_inserter(text), ">{0}</identity><target uri=\"{0}\"/></{1}>", address,
                 element);
}

void append(const WatchedDialog& dialog, std::string_view entity, std::string& text) {
  fmt::format_to(std::back_inserter(text), "<dialog id=\"{}\"", xml_text(dialog.id));
  if (dialog.names) {
    fmt::format_to(std::back_inserter(text), " call-id=\"{}\" local-tag=\"{}\" remote-tag=\"{}\"",
                   xml_text(dialog.names->call_id), xml_text(dialog.names->local_tag),
                   xml_text(dialog.names->remote_tag));
  }
  fmt::format_to(std::back_inserter(text), " direction=\"{}\"><state>{}</state>",
                 name_of(dialog.direction), name_of(dialog.state));
  append_party("local", entity, {}, text);
  if (!dialog.remote_uri.empty()) {
    append_party("remote", dialog.remote_uri, dialog.remote_name, text);
  }
  text += "</dialog>\r\n";
}

}  // namespace

std::string dialog_info(const DialogInfo& info) {
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{}\" state=\"{}\" "
      "entity=\"{}\">\r\n",
      info.version, info.extent == DialogInfo::Extent::full ? "full" : "partial",
      xml_text(info.entity));
  for (const WatchedDialog& dialog : info.dialogs) append(dialog, info.entity, text);
  return text += "</dialog-info>\r\n";
}

}  // namespace dering::sip
