// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "routing/document/tree.h"
#include "routing/plan/draft.h"

namespace dering::routing {

/// The canonical document of a draft: entries and members in a fixed order, what has its default
/// left out. Read again it gives an equal draft.
std::string document_of(const Draft& draft);
Node tree_of(const Draft& draft);

/// What is different in the newer one, a line for each: "+ outbound mobile", "- trunk old",
/// "outbound mobile, trunks: a, b → b, a". Empty if nothing is.
std::vector<std::string> difference(const Draft& older, const Draft& newer);

}  // namespace dering::routing
