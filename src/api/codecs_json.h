// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::api {

/// The codecs of one desk phone as the API shows them: names, best first; null: none of its own.
boost::json::value json_of_codecs(std::string_view list);
/// What somebody sent as such: none for null; nothing for what is no list of texts, or an empty
/// one.
std::optional<std::vector<std::string>> codecs_in_json(const boost::json::value& value);

}  // namespace dering::api
