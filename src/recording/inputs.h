// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "recording/entry.h"
#include "switchboard/switchboard.h"

namespace dering::recording {

/// An input of the switchboard as an entry without its moment. Of what a message or a verdict holds
/// only what may be kept, see scrubbed.h; the flow of a verdict is added by who knows its question.
Entry entry_of(const switchboard::Input& input);

/// The input that an entry says; nothing for an entry of another kind. What is wrong with one that
/// cannot be.
std::expected<std::optional<switchboard::Input>, std::string> input_of(const Entry& entry,
                                                                       std::string_view realm);

}  // namespace dering::recording
