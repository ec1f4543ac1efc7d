// SPDX-License-Identifier: Apache-2.0
#include "app/dering/readiness.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace dering::app {
namespace {

using boost::json::object;

object part_of(const std::string& fault) {
  object part{{"ok", fault.empty()}};
  if (!fault.empty()) part["reason"] = fault;
  return part;
}

}  // namespace

net::Readiness readiness_of(const Health& health) {
  const bool is_ready =
      health.engine.empty() && health.store.empty() &&
      std::ranges::all_of(health.issuers, [](const auto& issuer) { return issuer.second.empty(); });
  boost::json::array issuers;
  for (const auto& [url, fault] : health.issuers) {
    object issuer{{"url", url}};
    for (const auto& field : part_of(fault)) issuer.insert(field);
    issuers.push_back(std::move(issuer));
  }
  return {.is_ready = is_ready,
          .json = serialize(object{{"ready", is_ready},
                                   {"engine", part_of(health.engine)},
                                   {"store", part_of(health.store)},
                                   {"issuers", std::move(issuers)}})};
}

}  // namespace dering::app
