// SPDX-License-Identifier: Apache-2.0
#include "net/content_coding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace dering::net {
namespace {

/// Thousandths: RFC 9110 §12.4.2.
using Weight = std::uint32_t;
constexpr Weight full_weight = 1'000;
/// Of what a request does not mention and does not exclude: less than all that it names.
constexpr Weight unmentioned = 1;

/// "0.5" → 500. Nothing of what is no qvalue.
std::optional<Weight> weight_in(std::string_view text) {
  const std::string_view whole = take_until(text, '.');
  if (whole != "0" && whole != "1") return std::nullopt;
  if (text.size() > 3) return std::nullopt;
  std::string digits(text);
  digits.resize(3, '0');
  const auto thousandths = to_number<Weight>(digits);
  if (!thousandths) return std::nullopt;
  const Weight weight = (whole == "1" ? full_weight : 0) + *thousandths;
  return weight <= full_weight ? std::optional(weight) : std::nullopt;
}

bool is_name_of(std::string_view text, Coding coding) {
  if (coding == Coding::identity) return equals_ignoring_case(text, "identity");
  if (coding == Coding::gzip && equals_ignoring_case(text, "x-gzip")) return true;
  return equals_ignoring_case(text, name_of(coding));
}

/// One element of the list, "gzip;q=0.5": its weight, or nothing if it is malformed.
std::optional<Weight> weight_of(std::string_view parameters) {
  Weight weight = full_weight;
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    if (!equals_ignoring_case(trimmed(take_until(value, '=')), "q")) continue;
    const auto told = weight_in(trimmed(value));
    if (!told) return std::nullopt;
    weight = *told;
  }
  return weight;
}

Weight weight_of(Coding coding, const HttpFields& request) {
  std::optional<Weight> named;
  std::optional<Weight> others;
  for (const auto& [name, value] : request) {
    if (!equals_ignoring_case(name, "Accept-Encoding")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view parameters = take_until(rest, ',');
      const std::string_view text = trimmed(take_until(parameters, ';'));
      const auto weight = weight_of(parameters);
      if (!weight) continue;
      if (is_name_of(text, coding)) named = weight;
      if (text == "*") others = weight;
    }
  }
  return named.value_or(others.value_or(coding == Coding::identity ? unmentioned : 0));
}

}  // namespace

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::identity:
      return "";
    case Coding::gzip:
      return "gzip";
    case Coding::br:
      return "br";
  }
  return "";
}

Coding best_coding(const HttpFields& request, std::span<const Coding> available) {
  Coding best = Coding::identity;
  Weight best_weight = 0;
  for (const Coding coding : available) {
    const Weight weight = weight_of(coding, request);
    if (weight <= best_weight) continue;
    best = coding;
    best_weight = weight;
  }
  return best;
}

bool has_representation(const HttpFields& request, std::string_view etag) {
  for (const auto& [name, value] : request) {
    if (!equals_ignoring_case(name, "If-None-Match")) continue;
    // An entity-tag of ours holds no comma.
    for (std::string_view rest = value; !rest.empty();) {
      std::string_view tag = trimmed(take_until(rest, ','));
      if (tag.starts_with("W/")) tag.remove_prefix(2);
      if (tag == etag || tag == "*") return true;
    }
  }
  return false;
}

std::string etag_in(Coding coding, std::string_view etag) {
  if (coding == Coding::identity || !etag.ends_with('"')) return std::string(etag);
  return fmt::format("{}-{}\"", etag.substr(0, etag.size() - 1), name_of(coding));
}

std::string gzipped(std::string_view text) {
  constexpr std::size_t largest = 512UL * 1024 * 1024;
  constexpr int window_and_gzip = 15 + 16;
  constexpr int usual_memory = 8;
  DERING_CHECK(text.size() <= largest);
  z_stream stream{};
  const int begun = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_and_gzip,
                                 usual_memory, Z_DEFAULT_STRATEGY);
  DERING_CHECK(begun == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  // zlib reads only, whatever its type says.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int done = deflate(&stream, Z_FINISH);
  DERING_CHECK(done == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace dering::net
