// SPDX-License-Identifier: Apache-2.0
#include "api/codecs_json.h"

#include <boost/json/array.hpp>

#include "directory/codec_list.h"

namespace dering::api {

boost::json::value json_of_codecs(std::string_view list) {
  if (list.empty()) return nullptr;
  boost::json::array names;
  for (const std::string_view name : directory::codecs_in(list)) names.emplace_back(name);
  return names;
}

std::optional<std::vector<std::string>> codecs_in_json(const boost::json::value& value) {
  std::vector<std::string> names;
  if (value.is_null()) return names;
  if (!value.is_array() || value.get_array().empty()) return std::nullopt;
  for (const boost::json::value& name : value.get_array()) {
    if (!name.is_string()) return std::nullopt;
    names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace dering::api
