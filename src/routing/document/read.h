// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "routing/document/fault.h"
#include "routing/document/tree.h"
#include "routing/plan/draft.h"

namespace dering::routing {

/// The entries of a document, each read as far as it can be. What is malformed, unknown or of the
/// wrong type is told; what entries mean for each other is not looked at (judge.h).
Draft read_draft(const Node& tree, Faults& faults);

}  // namespace dering::routing
