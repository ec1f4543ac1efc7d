// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

namespace dering::engine {

/// One log line for what happened, with ids and without secrets.
void log_command(const media::v2::Command& command);
void log_event(const media::v2::Event& event);

}  // namespace dering::engine
