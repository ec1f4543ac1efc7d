// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dering::directory {

/// The codecs of one desk phone as the store keeps them, "opus,pcma", the best first; or a sentence
/// on what is wrong with the names, for whoever typed them. Letters may be of either case.
std::expected<std::string, std::string> codec_list(std::span<const std::string> names);
/// The names of such a list.
std::vector<std::string_view> codecs_in(std::string_view list);

}  // namespace dering::directory
