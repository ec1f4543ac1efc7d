// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "routing/document/check.h"
#include "routing/document/tree.h"
#include "routing/document/write.h"
#include "routing/testing/house.h"

namespace dering::routing {
namespace {

using Code = Fault::Code;
using testing::people;

std::string example_text() {
  return testing::file("docs/plan.example.json");
}

/// The example with one thing changed in its text.
std::string with(std::string_view before, std::string_view after) {
  std::string text = example_text();
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  if (at != std::string::npos) text.replace(at, before.size(), after);
  return text;
}

std::vector<Fault> faults_of(std::string_view text) {
  const auto checked = check(text, people());
  return checked ? std::vector<Fault>() : checked.error();
}

/// "code path" of each.
std::vector<std::string> found(std::string_view text) {
  std::vector<std::string> words;
  for (const Fault& fault : faults_of(text)) {
    EXPECT_TRUE(fault.sentence.ends_with('.') || fault.sentence.ends_with('?')) << fault.sentence;
    words.push_back(std::string(name_of(fault.code)) + " " + fault.path);
  }
  return words;
}

TEST(PlanDocument, TheExampleOfTheDocumentationIsGood) {
  EXPECT_EQ(testing::words_of(faults_of(example_text())), "");
}

TEST(PlanDocument, TheEmptyPlanIsGood) {
  EXPECT_THAT(found(R"({"version": 1})"), ::testing::IsEmpty());
}

struct Bad {
  const char* before;
  const char* after;
  const char* fault;
};
// Each is one change of the example and the fault that it makes; others may follow from it.
const Bad bad[] = {
    {R"("version": 1)", R"("version": 2)", "unknown_version /version"},
    {R"("version": 1,)", "", "missing /version"},
    {R"("version": 1)", R"("version": "1")", "wrong_type /version"},
    {R"("version": 1)", R"("version": 1.5)", "wrong_type /version"},
    {R"("version": 1)", R"("version": 1, "version": 1)", "duplicate_key /version"},
    {R"("channels": 8)", R"("channels": 8, "channels": 9)", "duplicate_key /trunks/1/channels"},
    {R"("channels": 8)", R"("chanels": 8)", "unknown_key /trunks/1/chanels"},
    {R"("channels": 8)", R"("channels": 0)", "bad_value /trunks/1/channels"},
    {R"("channels": 8)", R"("channels": -1)", "bad_value /trunks/1/channels"},
    {R"("channels": 8)", R"("channels": 99999999999999999999)", "wrong_type /trunks/1/channels"},
    {R"("channels": 8)", R"("password": "x")", "secret /trunks/1/password"},
    {R"("version": 1)", R"("version": 1, "menus": [])", "not_yet /menus"},
    {R"("version": 1)", R"("version": 1, "queues": [])", "not_yet /queues"},
    {R"("version": 1)", R"("version": 1, "mailboxes": [])", "not_yet /mailboxes"},
    {R"("version": 1)", R"("version": 1, "rooms": [])", "not_yet /rooms"},
    {R"({"extension": "2001"}})", R"({"menu": "main"}})", "not_yet /inbound/5/to/menu"},
    {R"({"extension": "2001"}})", R"({"queue": "q"}})", "not_yet /inbound/5/to/queue"},
    {R"({"extension": "2001"}})", R"({"mailbox": "1001"}})", "not_yet /inbound/5/to/mailbox"},
    {R"({"extension": "2001"}})", R"({"room": "7"}})", "not_yet /inbound/5/to/room"},
    {R"({"extension": "2001"}})", R"({"extension": "2001", "echo": true}})",
     "bad_value /inbound/5/to"},
    {R"({"extension": "2001"}})", R"({}})", "bad_value /inbound/5/to"},
    {R"({"extension": "2001"}})", R"({"extension": "2009"}})", "dangling /inbound/5/to/extension"},
    {R"({"extension": "2001"}})", R"({"person": "1999"}})", "dangling /inbound/5/to/person"},
    {R"({"extension": "2001"}})", R"({"outside": "08123"}})", "missing /inbound/5/to/class"},
    {R"("closed": {"group": "night"})", R"("closed": {"group": "nigt"})",
     "dangling /inbound/0/closed/group"},
    {R"("schedule": "office")", R"("schedule": "ofice")", "dangling /inbound/0/schedule"},
    {R"("trunks": ["pbx"], "called": "1XXX")", R"("trunks": ["pxb"], "called": "1XXX")",
     "dangling /inbound/10/trunks/0"},
    {R"("trunks": ["telkom", "backup"]})", R"("trunks": ["telkom", "nobody"]})",
     "dangling /outbound/0/trunks/1"},
    {R"("trunks": ["telkom", "backup"]})", R"("trunks": ["telkom", "telkom"]})",
     "duplicate /outbound/0/trunks/1"},
    {R"("trunks": ["telkom", "backup"]})", R"("trunks": []})", "unreachable /outbound/0/trunks"},
    {R"("patterns": [{"match": "08."}])", R"("patterns": [])", "unreachable /outbound/0/patterns"},
    {R"("routes": ["services", "to-pbx"], "extensions")", R"("routes": ["nothing"], "extensions")",
     "dangling /classes/3/routes/0"},
    {R"("routes": ["mobile"]})", R"("routes": ["mobile"], "people": ["1001"]})",
     "ambiguous /classes/4/people/0"},
    {R"("default_class": "usual")", R"("default_class": "usuall")", "dangling /default_class"},
    {R"("id": "backup")", R"("id": "telkom")", "duplicate /trunks/1"},
    {R"("id": "backup")", R"("id": "Back Up")", "bad_value /trunks/1/id"},
    {R"("match": "08.")", R"("match": "08.1")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "0[8.")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "0[].")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "0[9-2].")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "_08.")", "bad_pattern /outbound/0/patterns/0/match"},
    {R"("match": "08.")", R"("match": "08.", "strip": 3)",
     "bad_value /outbound/0/patterns/0/strip"},
    {R"("match": "08.")", R"("match": "08.", "prepend": "0x")",
     "bad_value /outbound/0/patterns/0/prepend"},
    {R"("match": "3XXX")", R"("match": "0[2-79].")", "ambiguous /outbound/7/patterns/0/match"},
    {R"("match": "3XXX")", R"("match": "0[5-8][0-9]"}, {"match": "0[2358]X")",
     "ambiguous /outbound/7/patterns/1/match"},
    {R"("match": "1805")", R"("match": "1001")", "unreachable /outbound/7/patterns/1/match"},
    {R"("match": "1805")", R"("match": "2100")", "unreachable /outbound/7/patterns/1/match"},
    {R"("match": "1805")", R"("match": "112")", "unreachable /outbound/7/patterns/1/match"},
    {R"("match": "1805")", R"("match": "*43")", "unreachable /outbound/7/patterns/1/match"},
    {R"("routes": ["mobile", "long-distance", "local", "services", "international", "outside-line", "calling-card", "to-pbx"])",
     R"("routes": ["mobile"])", "unreachable /outbound/5"},
    {R"("called": "+62215550102")", R"("called": "+62215550143")", "ambiguous /inbound/6"},
    {R"("id": "premium")", R"("id": "test")", "duplicate /inbound/11"},
    {R"("id": "premium", "caller": "+1900.")", R"("id": "premium", "caller": "+1900x")",
     "bad_pattern /inbound/11/caller"},
    {R"("trunks": ["telkom"], "called": "+62215550101", "caller": "withheld")",
     R"("trunks": ["telkom", "backup", "pbx"], "called": "+62215550101")",
     "unreachable /inbound/3"},
    {R"(["110", "112")", R"(["110")", "hides_emergency /emergency/numbers"},
    {R"("numbers": ["110", "112", "113", "118", "119"],)", "",
     "hides_emergency /emergency/numbers"},
    {R"("trunks": ["telkom", "backup"],)", "", "hides_emergency /emergency/trunks"},
    {R"("number": "2100")", R"("number": "112")", "hides_emergency /groups/0/number"},
    {R"("number": "2001", "name")", R"("number": "118", "name")",
     "hides_emergency /extensions/0/number"},
    {R"("118", "119"])", R"("118", "119", "1003"])", "hides_emergency /emergency/numbers/5"},
    {R"("number": "2100")", R"("number": "1001")", "taken /groups/0/number"},
    {R"("number": "2100")", R"("number": "2001")", "taken /groups/0/number"},
    {R"("number": "2100")", R"("number": "71")", "taken /groups/0/number"},
    {R"("number": "2100")", R"("number": "3005")", "reserved /groups/0/number"},
    {R"("first": "3000", "last": "3999")", R"("first": "1000", "last": "1999")",
     "reserved /reserved/0"},
    {R"("first": "3000", "last": "3999")", R"("first": "3999", "last": "3000")",
     "bad_value /reserved/0/last"},
    {R"("then": {"closed": true}})", R"("then": {"group": "reception"}})", "circle /groups/0/then"},
    {R"("number": "2101", )", "", "unreachable /groups/2"},
    {R"({"person": "1004"}])", R"({"group": "night"}])", "bad_value /groups/2/members/1"},
    {R"("ring_seconds": 30)", R"("ring_seconds": 3)", "bad_value /groups/0/ring_seconds"},
    {R"("order": "in_turn")", R"("order": "random")", "bad_value /groups/1/order"},
    {R"("Asia/Jakarta")", R"("Asia/Bandung")", "bad_schedule /schedules/0/zone"},
    {R"("Asia/Jakarta")", R"("../../etc/passwd")", "bad_schedule /schedules/0/zone"},
    {R"("to": "11:30")", R"("to": "25:00")", "bad_schedule /schedules/0/open/1/to"},
    {R"("to": "11:30")", R"("to": "08:00")", "bad_schedule /schedules/0/open/1/to"},
    {R"("days": ["fri"], "from": "13:00")", R"("days": [], "from": "13:00")",
     "bad_schedule /schedules/0/open/2/days"},
    {R"("days": ["fri"], "from": "13:00")", R"("days": ["friday"], "from": "13:00")",
     "bad_value /schedules/0/open/2/days/0"},
    {R"("2026-08-17")", R"("2026-02-30")", "bad_schedule /schedules/0/holidays/1/date"},
    {R"("2026-08-17")", R"("17-08-2026")", "bad_schedule /schedules/0/holidays/1/date"},
    {R"("192.0.2.0/28")", R"("192.0.2.0/33")", "bad_value /trunks/1/sources/0"},
    {R"("sip1.provider.example")", R"("sip1.provider.example:0")", "bad_value /trunks/0/servers/0"},
    {R"("countries": ["65", "60"])", R"("countries": ["0"])", "bad_value /classes/0/countries/0"},
    {R"("units": ["Mahasiswa"])", R"("units": ["Nowhere"])", "dangling /classes/2/units/0"},
    {R"("people": ["1003"])", R"("people": ["1003\r\n"])", "bad_value /caller_ids/2/people/0"},
    {R"("name": "Reception")", R"("name": "Re\u0000ception")", "bad_value /groups/0/name"},
    {R"("name": "Reception")", R"("name": "\u202eReception")", "bad_value /groups/0/name"},
    {R"("outbound": [)", R"("outbound": [7, )", "wrong_type /outbound/0"},
    {R"("default_class": "usual")", R"("default_class": ["usual"])", "wrong_type /default_class"},
};

TEST(PlanDocument, EachFaultIsToldAtItsPlace) {
  for (const Bad& one : bad) {
    EXPECT_THAT(found(with(one.before, one.after)), ::testing::Contains(one.fault)) << one.after;
  }
}

TEST(PlanDocument, AllFaultsAreToldAtOnce) {
  std::string text = with(R"("channels": 8)", R"("chanels": 8)");
  text.replace(text.find(R"("match": "08.")"), 14, R"("match": "[")");
  text.replace(text.find("Asia/Jakarta"), 12, "Asia/Nowhere");
  EXPECT_THAT(found(text),
              ::testing::UnorderedElementsAre("unknown_key /trunks/1/chanels",
                                              "bad_pattern /outbound/0/patterns/0/match",
                                              "bad_schedule /schedules/0/zone"));
}

TEST(PlanDocument, AWordThatIsNearIsNamed) {
  EXPECT_EQ(faults_of(with(R"("channels": 8)", R"("chanels": 8)")).at(0).sentence,
            "There is no \"chanels\" here. Did you mean \"channels\"?");
}

TEST(PlanDocument, WhatIsNoJsonIsToldWithItsPlace) {
  for (const char* text :
       {"", "{", "{\"version\": 1}}", "nonsense", "{\"version\": NaN}", "{'version': 1}",
        "{\"version\": 1,}", "// no\n{}", "{\"version\": 1} {}", "\xef\xbb\xbf{}",
        "{\"trunks\": [{\"id\": \"\xff\"}]}", "{\"a\": \"\\ud800\"}"}) {
    EXPECT_THAT(found(text), ::testing::ElementsAre("not_json ")) << text;
  }
  EXPECT_THAT(faults_of("{\n  \"version\" 1}").at(0).sentence,
              ::testing::HasSubstr("line 2, column"));
  EXPECT_THAT(found("[]"), ::testing::Contains("wrong_type "));
}

TEST(PlanDocument, WhatIsTooBigIsRefusedBeforeItIsRead) {
  EXPECT_THAT(found(std::string(most_plan_bytes + 1, ' ')), ::testing::ElementsAre("too_big "));
  EXPECT_THAT(found(std::string(1'000'000, '[')), ::testing::ElementsAre("too_big "));
  std::string many = R"({"contacts": [0)";
  for (std::size_t i = 0; i < most_plan_values; ++i) many += ",0";
  EXPECT_THAT(found(many + "]}"), ::testing::ElementsAre("too_big "));
  std::string wide = "{";
  for (int i = 0; i < 1000; ++i) wide += "\"k" + std::to_string(i) + "\": 0, ";
  EXPECT_THAT(found(wide + "\"z\": 0}"), ::testing::ElementsAre("too_big "));
}

TEST(PlanDocument, FaultsAreCountedOnlyAsFarAsPeopleRead) {
  std::string text = R"({"version": 1, "contacts": [0)";
  for (int i = 0; i < 5000; ++i) text += ",0";
  EXPECT_EQ(faults_of(text + "]}").size(), Faults::most);
}

TEST(PlanDocument, WhatIsExportedIsTheSamePlanAgain) {
  const Draft& draft = testing::example().draft();
  const std::string text = document_of(draft);
  const auto again = check(text, people());
  ASSERT_TRUE(again) << testing::words_of(again.error());
  EXPECT_EQ((*again)->draft(), draft);
  EXPECT_EQ(document_of((*again)->draft()), text);
  EXPECT_TRUE(check(draft, people()));
}

/// All names of members below a node, as "/trunks/*/id".
void members_of(const Node& node, const std::string& path, std::set<std::string>& names) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const bool is_object = node.kind == Node::Kind::object;
    const std::string below = path + "/" + (is_object ? node.names[i] : "*");
    if (is_object) names.insert(below);
    members_of(node.items[i], below, names);
  }
}
/// The same of a schema.
void members_in_schema(const Node& root, const Node& schema, const std::string& path,
                       std::set<std::string>& names) {
  if (path.size() > 200) return;
  if (const Node* reference = schema.member("$ref")) {
    const std::string name = reference->text.substr(reference->text.rfind('/') + 1);
    const Node* definition = root.member("$defs")->member(name);
    ASSERT_NE(definition, nullptr) << name;
    members_in_schema(root, *definition, path, names);
  }
  if (const Node* items = schema.member("items"))
    members_in_schema(root, *items, path + "/*", names);
  const Node* properties = schema.member("properties");
  if (!properties) return;
  const Node* closed = schema.member("additionalProperties");
  EXPECT_TRUE(closed && closed->kind == Node::Kind::truth && !closed->truth) << path;
  for (std::size_t i = 0; i < properties->items.size(); ++i) {
    names.insert(path + "/" + properties->names[i]);
    members_in_schema(root, properties->items[i], path + "/" + properties->names[i], names);
  }
}

TEST(PlanDocument, TheSchemaHasWhatTheReaderUnderstands) {
  Faults faults;
  const auto schema = parse_tree(testing::file("docs/plan.schema.json"), faults);
  ASSERT_TRUE(schema) << testing::words_of(faults.take());
  std::set<std::string> in_schema, in_example;
  members_in_schema(*schema, *schema, "", in_schema);
  members_of(*parse_tree(example_text(), faults), "", in_example);
  for (const auto& name : in_example)
    EXPECT_TRUE(in_schema.contains(name)) << name << " is not in the schema";
  // Destinations are one definition; the example need not have each kind at each place.
  for (const auto& name : in_schema) {
    const bool is_choice = name.find("/to/") != name.npos || name.find("/closed/") != name.npos ||
                           name.find("/then/") != name.npos ||
                           name.find("/members/*/") != name.npos;
    if (!is_choice && !in_example.contains(name)) {
      ADD_FAILURE() << name << " is not in docs/plan.example.json";
    }
  }
}

TEST(PlanDifference, SaysInLinesWhatIsDifferent) {
  const Draft& old = testing::example().draft();
  EXPECT_THAT(difference(old, old), ::testing::IsEmpty());
  Draft changed = old;
  changed.outbound[0].trunks = {"backup", "telkom"};
  changed.outbound[0].patterns.push_back({"+628.", 0, {}});
  changed.trunks[1].channels = 12;
  changed.contacts.clear();
  std::swap(changed.groups[0], changed.groups[1]);
  EXPECT_THAT(difference(old, changed),
              ::testing::ElementsAre("trunks backup, channels: 8 → 12",
                                     "+ outbound mobile, patterns +628.: match +628.",
                                     "outbound mobile, trunks: telkom, backup → backup, telkom",
                                     "groups: another order", "- contacts +62215557777"));
}

}  // namespace
}  // namespace dering::routing
