// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dering {

/// One callable from several lambdas, for std::visit.
template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};

}  // namespace dering
