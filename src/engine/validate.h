// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <optional>

#include "engine/refusal.h"

namespace dering::engine {

/// What is wrong with a command by itself; nothing if it may be carried out. The switchboard is
/// trusted, but its mistakes must not become the engine's.
std::optional<Refusal> fault_of(const media::v2::Command& command);

/// What is wrong with a stream by itself, in one sentence.
std::optional<std::string> fault_of_stream(const media::v2::Stream& stream);

}  // namespace dering::engine
