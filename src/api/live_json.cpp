// SPDX-License-Identifier: Apache-2.0
#include "api/live_json.h"

#include <boost/json/array.hpp>
#include <chrono>
#include <string>
#include <utility>

#include "base/text.h"
#include "monitor/masked.h"
#include "monitor/safe_text.h"
#include "sip/flow.h"

namespace dering::api {

using boost::json::array;
using boost::json::object;

namespace {

object json_of(const monitor::TraceEntry& entry, std::int64_t epoch) {
  const auto at =
      std::chrono::duration_cast<std::chrono::microseconds>(entry.at.time_since_epoch()).count();
  return {{"at_us", epoch + at},
          {"direction", entry.direction == monitor::Direction::in ? "in" : "out"},
          {"transport", in_lower_case(sip::via_name(entry.transport))},
          {"ours", entry.ours.text()},
          {"theirs", entry.theirs.text()}};
}

}  // namespace

object json_of(const monitor::TracePart& part) {
  array messages;
  messages.reserve(part.entries.size());
  for (const monitor::TraceEntry& entry : part.entries) {
    object one = json_of(entry, part.epoch_microseconds);
    one["text"] = monitor::for_json(monitor::masked(part.text_of(entry)));
    messages.push_back(std::move(one));
  }
  return {{"first", part.first},
          {"next", part.next},
          {"missed", part.missed},
          {"is_last", part.is_last},
          {"messages", std::move(messages)}};
}

object registrations_json(std::span<const directory::StoredBinding> phones, std::size_t most) {
  array list;
  std::string last;
  bool is_cut = false;
  for (const directory::StoredBinding& one : phones) {
    is_cut = list.size() >= most && one.extension != last;
    if (is_cut) break;
    last = one.extension;
    // What phones say of themselves may be anything.
    list.push_back(
        object{{"extension", one.extension},
               {"device", monitor::for_json(one.device)},
               {"transport", one.transport},
               {"remote", one.remote},
               {"contact", monitor::for_json(monitor::without_uri_passwords(one.contact_uri))},
               {"user_agent", monitor::for_json(one.user_agent)},
               {"expires_at", one.expires_at}});
  }
  return {{"phones", std::move(list)}, {"next", is_cut ? last : std::string()}};
}

}  // namespace dering::api
