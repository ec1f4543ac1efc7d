// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "sdp/answer.h"

using namespace dering;
using namespace dering::sdp;

namespace {

void check_parses(const std::expected<SessionDescription, Unusable>& written) {
  if (!written) return;
  DERING_CHECK(SessionDescription::parse(written->text()).has_value());
}

}  // namespace

/// What was read is written so that it reads the same; whatever we derive from it parses again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto offer = SessionDescription::parse({reinterpret_cast<const char*>(bytes), size});
  if (!offer) return 0;
  const auto again = SessionDescription::parse(offer->text());
  DERING_CHECK(again && *again == *offer);

  const Relay relay{{"ourUfrag", "ourPasswordOf24Characters"},
                    {SocketAddress::from_ipv4(0xc0000201, 40'000)}};
  const auto relayed = relay_rewrite(*offer, relay, {1, 1});
  if (relayed) {
    DERING_CHECK(is_webrtc(*relayed));
    DERING_CHECK(relayed->text().size() < 4 * max_description_size);
  }
  check_parses(answer_for_reoffer(*offer, *offer, &relay, {1, 2}));
  check_parses(offer_again(*offer, Direction::sendonly, {1, 3}));
  return 0;
}
