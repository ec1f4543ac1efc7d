// SPDX-License-Identifier: Apache-2.0
#include "base/subnet.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace dering {
namespace {

constexpr unsigned mapped_bits = 96;  ///< what stands before an IPv4 address in SocketAddress

}  // namespace

std::optional<Subnet> Subnet::from_text(std::string_view text) {
  const bool has_prefix = text.contains('/');
  const auto address = SocketAddress::from_text(take_until(text, '/'), 0);
  if (!address) return std::nullopt;
  const unsigned most = address->is_ipv4() ? 32 : 128;
  if (!has_prefix) return Subnet(*address, most);
  const auto prefix = to_number<unsigned>(text);
  if (!prefix || *prefix > most) return std::nullopt;
  return Subnet(*address, *prefix);
}

bool Subnet::contains(const SocketAddress& address) const {
  if (address.is_ipv4() != is_ipv4()) return false;
  const auto& ours = address_.ipv6();
  const auto& theirs = address.ipv6();
  const unsigned bits = prefix_ + (is_ipv4() ? mapped_bits : 0);
  const std::size_t whole = bits / 8;
  if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin()))
    return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> bits % 8);
  return ((ours[whole] ^ theirs[whole]) & mask) == 0;
}

}  // namespace dering
