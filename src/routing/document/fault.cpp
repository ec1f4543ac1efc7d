// SPDX-License-Identifier: Apache-2.0
#include "routing/document/fault.h"

namespace dering::routing {

std::string_view name_of(Fault::Code code) {
  switch (code) {
    case Fault::Code::not_json:
      return "not_json";
    case Fault::Code::too_big:
      return "too_big";
    case Fault::Code::duplicate_key:
      return "duplicate_key";
    case Fault::Code::unknown_key:
      return "unknown_key";
    case Fault::Code::not_yet:
      return "not_yet";
    case Fault::Code::secret:
      return "secret";
    case Fault::Code::missing:
      return "missing";
    case Fault::Code::wrong_type:
      return "wrong_type";
    case Fault::Code::bad_value:
      return "bad_value";
    case Fault::Code::bad_pattern:
      return "bad_pattern";
    case Fault::Code::unknown_version:
      return "unknown_version";
    case Fault::Code::duplicate:
      return "duplicate";
    case Fault::Code::dangling:
      return "dangling";
    case Fault::Code::taken:
      return "taken";
    case Fault::Code::reserved:
      return "reserved";
    case Fault::Code::unreachable:
      return "unreachable";
    case Fault::Code::ambiguous:
      return "ambiguous";
    case Fault::Code::circle:
      return "circle";
    case Fault::Code::bad_schedule:
      return "bad_schedule";
    case Fault::Code::hides_emergency:
      return "hides_emergency";
  }
  return "";
}

}  // namespace dering::routing
