// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "routing/document/check.h"
#include "routing/document/write.h"
#include "routing/route.h"

/// A text is a plan or has faults. A plan is the same when it was exported and read again, and
/// leads each number somewhere.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering;
  using namespace dering::routing;
  static const directory::Directory people(
      {{directory::UserId{1}, {}, "s1", "siti", "Siti", "Teknik", "1001"}}, {});
  const auto plan = check(as_text({bytes, size}), people);
  if (!plan) {
    DERING_CHECK(!plan.error().empty() && plan.error().size() <= Faults::most);
    return 0;
  }
  const auto again = check((*plan)->draft(), people);
  DERING_CHECK(again.has_value() && (*again)->draft() == (*plan)->draft());
  for (const char* number : {"112", "1001", "08123456789", "+6591234567", "0065", "9112", "2100"}) {
    const Decision decision = route({"1001", number}, **plan, people);
    DERING_CHECK(!decision.steps.empty() && !decision.because.empty());
    for (const Step& step : decision.steps) DERING_CHECK(!sentence_of(step).empty());
  }
  return 0;
}
