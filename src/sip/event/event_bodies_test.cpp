// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/event/dialog_info.h"
#include "sip/event/presence_info.h"
#include "sip/event/xml_text.h"

namespace dering::sip {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(XmlText, EscapesWhatStructuresADocument) {
  EXPECT_EQ(xml_text("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
  EXPECT_EQ(xml_text("]]>"), "]]&gt;");
  EXPECT_EQ(xml_text("Siti Àdé 电话"), "Siti Àdé 电话");
}

TEST(XmlText, F7LeavesOutControlCharactersAndOverridesOfDirection) {
  EXPECT_EQ(xml_text(std::string_view("a\0b\r\n\tc\x1b\x7f", 9)), "abc");
  EXPECT_EQ(xml_text("a\xc2\x85"
                     "b\xe2\x80\xae"
                     "c\xe2\x81\xa6"
                     "d\xef\xbf\xbf"),
            "abcd");
  EXPECT_EQ(xml_text("caf\xe9 <"), "caf? &lt;");
}

WatchedDialog ringing() {
  return {.id = "17",
          .state = WatchedDialog::State::early,
          .direction = WatchedDialog::Direction::recipient,
          .names = DialogId{"c\"1@h", "theirs", "ours"},
          .remote_uri = "sip:1001@dering",
          .remote_name = "Siti <b>"};
}

TEST(DialogInfo, TellsACallAsRfc4235HasIt) {
  EXPECT_EQ(dialog_info({7, DialogInfo::Extent::partial, "sip:1002@dering", {ringing()}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"7\" "
            "state=\"partial\" entity=\"sip:1002@dering\">\r\n"
            "<dialog id=\"17\" call-id=\"c&quot;1@h\" local-tag=\"theirs\" remote-tag=\"ours\" "
            "direction=\"recipient\"><state>early</state>"
            "<local><identity>sip:1002@dering</identity><target uri=\"sip:1002@dering\"/></local>"
            "<remote><identity display=\"Siti &lt;b&gt;\">sip:1001@dering</identity>"
            "<target uri=\"sip:1001@dering\"/></remote></dialog>\r\n"
            "</dialog-info>\r\n");
}

TEST(DialogInfo, NamesNeitherADialogThatIsNotToBePickedUpNorWhoHides) {
  WatchedDialog dialog = ringing();
  dialog.names.reset();
  dialog.remote_uri.clear();
  const std::string text = dialog_info({0, DialogInfo::Extent::full, "sip:1002@dering", {dialog}});
  EXPECT_THAT(text, HasSubstr("<dialog id=\"17\" direction=\"recipient\">"));
  EXPECT_THAT(text, Not(HasSubstr("<remote>")));
  EXPECT_THAT(text, HasSubstr("version=\"0\" state=\"full\""));
}

TEST(DialogInfo, IsFullAndEmptyForWhoDoesNotTalk) {
  EXPECT_THAT(dialog_info({1, DialogInfo::Extent::full, "sip:1002@dering", {}}),
              HasSubstr("entity=\"sip:1002@dering\">\r\n</dialog-info>"));
}

TEST(PresenceInfo, IsOpenOrClosedForEveryReaderAndSaysMoreToThoseThatKnowRpid) {
  using State = PresenceInfo::State;
  const auto text_of = [](State state) { return presence_info({"sip:1002@dering", state}); };
  EXPECT_THAT(text_of(State::closed), HasSubstr("<basic>closed</basic>"));
  EXPECT_THAT(text_of(State::open), HasSubstr("<basic>open</basic>"));
  EXPECT_THAT(text_of(State::open), Not(HasSubstr("<rpid:")));
  EXPECT_THAT(text_of(State::on_the_phone), HasSubstr("<basic>open</basic>"));
  EXPECT_THAT(text_of(State::on_the_phone), HasSubstr("<rpid:on-the-phone/>"));
  EXPECT_THAT(text_of(State::on_the_phone), HasSubstr("<note>On the phone</note>"));
  EXPECT_THAT(text_of(State::away), HasSubstr("<rpid:away/>"));
  EXPECT_THAT(text_of(State::busy), HasSubstr("<rpid:busy/>"));
}

}  // namespace
}  // namespace dering::sip
