// SPDX-License-Identifier: Apache-2.0
#include "sip/event/presence_info.h"

#include <fmt/format.h>

#include "sip/event/xml_text.h"

namespace dering::sip {
namespace {

/// What stands for a state in RPID, and what a person reads.
struct Words {
  std::string_view basic;
  std::string_view activity;
  std::string_view note;
};

Words words_of(PresenceInfo::State state) {
  switch (state) {
    case PresenceInfo::State::closed:
      return {"closed", "", "Offline"};
    case PresenceInfo::State::open:
      return {"open", "", "Online"};
    case PresenceInfo::State::on_the_phone:
      return {"open", "<rpid:on-the-phone/>", "On the phone"};
    case PresenceInfo::State::away:
      return {"open", "<rpid:away/>", "Away"};
    case PresenceInfo::State::busy:
      return {"open", "<rpid:busy/>", "Do not disturb"};
  }
  return {};
}

}  // namespace

std::string presence_info(const PresenceInfo& info) {
  const Words words = words_of(info.state);
  const std::string entity = xml_text(info.entity);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
      "xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" "
      "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" entity=\"{0}\">\r\n"
      "<tuple id=\"phones\"><status><basic>{1}</basic></status><contact>{0}</contact>"
      "<note>{2}</note></tuple>\r\n",
      entity, words.basic, words.note);
  if (!words.activity.empty()) {
    text += fmt::format(
        "<dm:person id=\"person\"><rpid:activities>{}</rpid:activities></dm:person>\r\n",
        words.activity);
  }
  return text += "</presence>\r\n";
}

}  // namespace dering::sip
