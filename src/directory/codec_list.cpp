// SPDX-License-Identifier: Apache-2.0
#include "directory/codec_list.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dering::directory {
namespace {

constexpr std::array<std::string_view, 4> known_codecs{"opus", "g722", "pcmu", "pcma"};

}  // namespace

std::expected<std::string, std::string> codec_list(std::span<const std::string> names) {
  if (names.empty()) return std::unexpected("a desk phone needs one codec at least");
  std::string list;
  for (const std::string& typed : names) {
    const std::string name = in_lower_case(typed);
    if (std::ranges::count(known_codecs, name) == 0) {
      return std::unexpected("the codecs are opus, g722, pcmu and pcma");
    }
    if (std::ranges::count(codecs_in(list), name) > 0) {
      return std::unexpected(name + " is named twice");
    }
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

std::vector<std::string_view> codecs_in(std::string_view list) {
  std::vector<std::string_view> names;
  while (!list.empty()) names.push_back(take_until(list, ','));
  return names;
}

}  // namespace dering::directory
