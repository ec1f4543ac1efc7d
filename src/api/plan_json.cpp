// SPDX-License-Identifier: Apache-2.0
#include "api/plan_json.h"

#include "routing/words.h"

namespace dering::api {

using boost::json::array;
using boost::json::object;

array json_of(std::span<const routing::Fault> faults) {
  array list;
  for (const routing::Fault& fault : faults) {
    list.push_back(
        {{"code", name_of(fault.code)}, {"path", fault.path}, {"sentence", fault.sentence}});
  }
  return list;
}

object json_of(const directory::PlanVersion& version) {
  object one{{"number", version.number},
             {"applied_at", version.applied_at},
             {"by", version.by},
             {"comment", version.comment},
             {"restores", nullptr}};
  if (version.restores != 0) one["restores"] = version.restores;
  return one;
}

object json_of(const routing::Decision& decision) {
  array steps;
  for (const routing::Step& step : decision.steps) {
    steps.push_back({{"why", name_of(step.why)},
                     {"subject", step.subject},
                     {"detail", step.detail},
                     {"sentence", sentence_of(step)}});
  }
  return {{"destination", words_of(decision.destination)}, {"steps", std::move(steps)}};
}

}  // namespace dering::api
