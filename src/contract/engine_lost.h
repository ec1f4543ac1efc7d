// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dering::contract {

/// The engine is gone, or has not answered Hello in time. Calls that depended on it end with words;
/// new ones are refused until Ready comes again.
struct EngineLost {};

}  // namespace dering::contract
