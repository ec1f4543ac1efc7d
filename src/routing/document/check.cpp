// SPDX-License-Identifier: Apache-2.0
#include "routing/document/check.h"

#include <utility>

#include "routing/document/judge.h"
#include "routing/document/read.h"
#include "routing/document/tree.h"
#include "routing/document/write.h"

namespace dering::routing {

using Checked = std::expected<PlanSnapshot, std::vector<Fault>>;

Checked check(std::string_view text, const directory::Directory& directory, const Codes& codes) {
  Faults faults;
  const auto tree = parse_tree(text, faults);
  if (!tree) return std::unexpected(faults.take());
  Draft draft = read_draft(*tree, faults);
  const Case it{draft, directory, codes, faults};
  judge_names(it);
  judge_numbers(it);
  judge_emergency(it);
  judge_patterns(it);
  judge_ways(it);
  if (!faults.is_empty()) return std::unexpected(faults.take());
  return std::make_shared<const Plan>(std::move(draft), codes);
}

Checked check(const Draft& draft, const directory::Directory& directory, const Codes& codes) {
  // By way of its text, so that nothing is taken that could not be exported and taken again.
  return check(document_of(draft), directory, codes);
}

Checked found_good_before(std::string_view text, const Codes& codes) {
  Faults faults;
  const auto tree = parse_tree(text, faults);
  if (!tree) return std::unexpected(faults.take());
  Draft draft = read_draft(*tree, faults);
  if (!faults.is_empty()) return std::unexpected(faults.take());
  return std::make_shared<const Plan>(std::move(draft), codes);
}

}  // namespace dering::routing
