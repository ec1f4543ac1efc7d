// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>

#include "stun/message.h"
#include "stun/writer.h"

namespace {

using namespace dering;

/// What is readable must be writable again, and read the same.
void check_round_trip(const stun::Message& message) {
  if (!message.username || !message.mapped_address) return;
  std::array<std::uint8_t, 1024> buffer{};
  stun::Writer writer(buffer, message.message_class, message.transaction);
  writer.username(*message.username);
  writer.xor_mapped_address(*message.mapped_address);
  const auto again = stun::parse(writer.finish_signed("0123456789012345678901"));
  const bool same = again && again->username == message.username &&
                    again->mapped_address == message.mapped_address &&
                    again->is_signed_with("0123456789012345678901");
  if (!same) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto message = stun::parse({bytes, size});
  if (!message) return 0;
  message->is_signed_with("VOkJxbRl1RmTxUk/WvJxBt");
  check_round_trip(*message);
  return 0;
}
