// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

namespace dering {

/// One variant of all alternatives of several, in their order: who adds to one of them has added to
/// all that are made of it.
template <class... Variants>
struct JoinedVariants;
template <class... Ts>
struct JoinedVariants<std::variant<Ts...>> {
  using type = std::variant<Ts...>;
};
template <class... Ts, class... Us, class... Rest>
struct JoinedVariants<std::variant<Ts...>, std::variant<Us...>, Rest...>
    : JoinedVariants<std::variant<Ts..., Us...>, Rest...> {};
template <class... Variants>
using Joined = JoinedVariants<Variants...>::type;

}  // namespace dering
