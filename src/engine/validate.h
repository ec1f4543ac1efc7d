// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <optional>
#include <string>

namespace dering::engine {

/// What is wrong with a command by itself, in one sentence; nothing if it may be carried out. The
/// switchboard is trusted, but its mistakes must not become the engine's.
std::optional<std::string> fault_of(const media::v2::Command& command);

}  // namespace dering::engine
