// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "recording/lists.h"
#include "trunk/effects.h"

// What the world answers to trunks, as it stands in a recording.
namespace dering::recording {

Entry entry_of_dns(const trunk::DnsTold& told);
Entry entry_of_source(const trunk::SourceFound& found);
/// Nothing: it cannot be read.
std::optional<trunk::DnsTold> dns_told_from(const Entry& entry);
std::optional<trunk::SourceFound> source_found_from(const Entry& entry);

}  // namespace dering::recording
