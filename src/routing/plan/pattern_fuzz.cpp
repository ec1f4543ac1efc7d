// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "routing/plan/numbering.h"
#include "routing/plan/pattern_table.h"

/// Lines: the first is a number, the others are patterns. The table finds what a look at each
/// pattern finds; a number that was cleaned stays as it is when it is again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering;
  using namespace dering::routing;
  std::string_view rest = as_text({bytes, size});
  const auto number = cleaned(take_until(rest, '\n'));
  if (!number) return 0;
  DERING_CHECK(cleaned(*number) == number);
  for (const auto& form : forms_of(*number, {})) DERING_CHECK(!form.empty());
  PatternTable table;
  std::vector<Pattern> patterns;
  std::size_t matching = 0;
  while (!rest.empty() && patterns.size() < 200) {
    const auto pattern = Pattern::parse(take_until(rest, '\n'));
    if (!pattern) continue;
    table.add(*pattern, static_cast<std::uint32_t>(patterns.size()));
    patterns.push_back(*pattern);
    matching += pattern->matches(*number) ? 1 : 0;
  }
  std::size_t found = 0;
  table.find(*number, [&](std::uint32_t value) {
    DERING_CHECK(patterns[value].matches(*number));
    ++found;
    return false;
  });
  DERING_CHECK(found == matching);
  return 0;
}
