// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dering::call {

class Leg;

/// Code points of what somebody says when they decline.
inline constexpr std::size_t longest_parting_word = 140;

/// The text of the first 399 in a value of Warning (RFC 3261 §20.43), as one line of UTF-8 that a
/// page may show: without control characters, cut off at longest_parting_word. Empty where there is
/// none, or it is no UTF-8.
std::string parting_word_in(std::string_view warning);
/// What the person of a called phone said to who called, when they declined in our page; of a desk
/// phone nothing: its text is a machine's.
std::string parting_word_of(const Leg& leg);
/// That as a value of Warning for who called; empty where nothing was said.
std::string warning_with(std::string_view parting_word);

}  // namespace dering::call
