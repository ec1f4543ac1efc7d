// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace dering::net {

/// How the bytes of a representation are packed (RFC 9110 §8.4.1, RFC 7932 for br).
enum class Coding : std::uint8_t { identity, gzip, br };

/// As in Content-Encoding; empty for identity.
std::string_view name_of(Coding coding);

/// Of `available`, what the Accept-Encoding fields of a request like best (RFC 9110 §12.5.3), and
/// where they like several equally the one that is named first in `available`. Identity if they
/// accept none, and without such a field.
Coding best_coding(const HttpFields& request, std::span<const Coding> available);

/// Whether If-None-Match says that the client has this representation (RFC 9110 §13.1.2): a list,
/// compared weakly, or "*".
bool has_representation(const HttpFields& request, std::string_view etag);

/// The ETag of the same thing in another coding: "abc" becomes "abc-gzip" (RFC 9110 §8.8.3.3).
std::string etag_in(Coding coding, std::string_view etag);

/// At most half a gigabyte of text as one gzip member (RFC 1952). About 10 ms a megabyte.
std::string gzipped(std::string_view text);

}  // namespace dering::net
