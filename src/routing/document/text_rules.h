// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "routing/document/fields.h"

// What the texts of a plan's document must be.
namespace dering::routing::text_rules {

bool is_id(std::string_view text);
bool is_name(std::string_view text);
bool is_extension(std::string_view text);
bool is_digits(std::string_view text);
bool is_digits_or_empty(std::string_view text);
bool is_number(std::string_view text);
bool is_prefix(std::string_view text);
bool is_host(std::string_view text);
bool is_network(std::string_view text);
bool is_country(std::string_view text);
bool is_anything(std::string_view text);

inline constexpr TextRule id{is_id, "an id has up to 40 of a-z, 0-9, - and _"};
inline constexpr TextRule name{is_name,
                               "it is one line of 1 to 100 bytes without control characters"};
inline constexpr TextRule extension{is_extension, "an extension has 2 to 15 digits"};
inline constexpr TextRule digits{is_digits, "it has 1 to 15 digits"};
inline constexpr TextRule digits_or_empty{is_digits_or_empty, "it has up to 15 digits"};
inline constexpr TextRule number{is_number, "a number has digits, and may begin with +"};
inline constexpr TextRule prefix{is_prefix, "it has up to 20 of 0-9, *, # and may begin with +"};
inline constexpr TextRule host{is_host,
                               "a server is a name or an address, with :port where it has one"};
inline constexpr TextRule network{is_network,
                                  "it is an address or a network, such as 192.0.2.0/24"};
inline constexpr TextRule country{is_country, "it is the digits of a country code, or \"all\""};
/// Judged elsewhere, with better words.
inline constexpr TextRule anything{is_anything, ""};

}  // namespace dering::routing::text_rules
