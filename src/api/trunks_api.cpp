// SPDX-License-Identifier: Apache-2.0
#include "api/trunks_api.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/response.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;

object json_of(const directory::TrunkNews::Server& server) {
  object one{{"address", server.address}, {"state", server.state}};
  if (server.round_trip_ms) one["round_trip_ms"] = *server.round_trip_ms;
  return one;
}

object json_of(const directory::TrunkNews& trunk) {
  array servers;
  for (const auto& server : trunk.servers) servers.push_back(json_of(server));
  return {{"id", trunk.id},         {"name", trunk.name},   {"state", trunk.state},
          {"reason", trunk.reason}, {"since", trunk.since}, {"servers", std::move(servers)}};
}

}  // namespace

Answer TrunksApi::list(const Exchange&) const {
  array trunks;
  for (const directory::TrunkNews& trunk : now_.all) trunks.push_back(json_of(trunk));
  return json_response(serialize(object{{"trunks", std::move(trunks)}}));
}

}  // namespace dering::api
