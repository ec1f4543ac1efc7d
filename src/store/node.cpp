// SPDX-License-Identifier: Apache-2.0
#include "store/node.h"

#include "base/log.h"
#include "store/parts.h"

namespace dering::store {

Stored<std::uint32_t> Store::next_start() {
  return guarded("the start can't be counted", [&]() -> Stored<std::uint32_t> {
    WriteTransaction transaction(impl_->sql);
    const long long most = nodes;
    long long number = 0;
    impl_->sql << "UPDATE starts SET number = (number + 1) % :most", soci::use(most);
    impl_->sql << "SELECT number FROM starts", soci::into(number);
    transaction.commit();
    return static_cast<std::uint32_t>(number) % nodes;
  });
}

std::uint32_t mint_node(Store& store, Random& random) {
  const auto number = store.next_start();
  if (number) return *number;
  const auto node = static_cast<std::uint32_t>(random.below(nodes));
  log::warning("{}: the calls of this start have a number drawn at random, {:06x}", number.error(),
               node);
  return node;
}

}  // namespace dering::store
