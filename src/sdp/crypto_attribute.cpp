// SPDX-License-Identifier: Apache-2.0
#include "sdp/crypto_attribute.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace dering::sdp {
namespace {

constexpr CryptoSuite suites[] = {CryptoSuite::aes_cm_128_hmac_sha1_80,
                                  CryptoSuite::aead_aes_128_gcm, CryptoSuite::aead_aes_256_gcm};

/// RFC 3711 §9.2: so many packets under one key at most.
constexpr std::uint64_t most_lifetime = std::uint64_t{1} << 48;

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7e; });
}

/// The next word; spaces and tabs may stand between words in any number.
std::string_view take_word(std::string_view& rest) {
  rest = trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

/// RFC 4568 §4.1: up to nine digits, no leading zeros.
std::optional<std::uint32_t> parse_tag(std::string_view text) {
  if (!is_digits(text) || text.size() > 9) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return to_number<std::uint32_t>(text);
}

std::optional<CryptoSuite> parse_suite(std::string_view text) {
  const auto found = std::ranges::find_if(
      suites, [&](CryptoSuite suite) { return equals_ignoring_case(text, name_of(suite)); });
  return found == std::end(suites) ? std::nullopt : std::optional(*found);
}

/// RFC 4568 §6.1: "padding characters (i.e., one or two '=' at the end of the base64-encoded data)
/// are discarded", so they may as well be left out.
std::optional<std::string> decode(std::string_view text) {
  std::string padded(text);
  if (!text.ends_with('=')) padded.append((4 - text.size() % 4) % 4, '=');
  return from_base64(padded);
}

/// "2^20" or "1048576" packets.
std::optional<NoCrypto> fault_of_lifetime(std::string_view text) {
  const bool is_power = text.starts_with("2^");
  if (is_power) text.remove_prefix(2);
  if (!is_digits(text)) return NoCrypto::malformed;
  const auto number = to_number<std::uint64_t>(text);
  if (!number) return NoCrypto::bad_lifetime;
  const bool is_allowed = is_power ? *number <= 48 : *number > 0 && *number <= most_lifetime;
  return is_allowed ? std::nullopt : std::optional(NoCrypto::bad_lifetime);
}

/// What may stand behind key and salt: a lifetime, an MKI "value:length". The lifetime binds who
/// sends under the key: it has to offer a new one in time.
std::optional<NoCrypto> fault_of_key_ending(std::string_view rest) {
  if (rest.find('|') != std::string_view::npos) return NoCrypto::key_identifier;
  if (rest.find(':') != std::string_view::npos) return NoCrypto::key_identifier;
  return fault_of_lifetime(rest);
}

/// "inline:<key and salt>|<lifetime>|<MKI>", several of them between semicolons.
std::expected<std::string, NoCrypto> parse_key(std::string_view text, CryptoSuite suite) {
  constexpr std::string_view method = "inline:";
  if (!equals_ignoring_case(text.substr(0, method.size()), method)) {
    return std::unexpected(NoCrypto::malformed);
  }
  if (text.find(';') != std::string_view::npos) return std::unexpected(NoCrypto::key_identifier);
  text.remove_prefix(method.size());
  const bool has_ending = text.find('|') != std::string_view::npos;
  auto key = decode(take_until(text, '|'));
  const CryptoSizes sizes = sizes_of(suite);
  if (!key || key->size() != sizes.key + sizes.salt) return std::unexpected(NoCrypto::bad_key);
  if (has_ending) {
    if (const auto fault = fault_of_key_ending(text)) return std::unexpected(*fault);
  }
  return std::move(*key);
}

/// RFC 4568 §6.3: whoever does not know a parameter must leave the line, unless it begins with "-".
/// A window size is a hint (§6.3.6), and a key derivation rate of zero is what there is without
/// one.
std::optional<NoCrypto> fault_of_parameter(std::string_view text) {
  if (!is_printable(text)) return NoCrypto::malformed;
  if (text.starts_with('-')) return std::nullopt;
  const std::string_view name = take_until(text, '=');
  if (equals_ignoring_case(name, "WSH")) {
    return is_digits(text) && text.size() > 1 ? std::nullopt : std::optional(NoCrypto::malformed);
  }
  const bool is_usual_rate = equals_ignoring_case(name, "KDR") && (text == "0" || text == "00");
  return is_usual_rate ? std::nullopt : std::optional(NoCrypto::unknown_parameter);
}

bool is_crypto(const Line& line) {
  return line.type == 'a' && attribute_name(line) == "crypto";
}

bool has_tag(const Line& line, std::uint32_t tag) {
  std::string_view rest = attribute_value(line);
  return is_crypto(line) && parse_tag(take_word(rest)) == tag;
}

}  // namespace

std::string_view name_of(CryptoSuite suite) {
  switch (suite) {
    case CryptoSuite::aes_cm_128_hmac_sha1_80:
      return "AES_CM_128_HMAC_SHA1_80";
    case CryptoSuite::aead_aes_128_gcm:
      return "AEAD_AES_128_GCM";
    case CryptoSuite::aead_aes_256_gcm:
      return "AEAD_AES_256_GCM";
  }
  return "";
}

CryptoSizes sizes_of(CryptoSuite suite) {
  switch (suite) {
    case CryptoSuite::aes_cm_128_hmac_sha1_80:
      return {.key = 16, .salt = 14};
    case CryptoSuite::aead_aes_128_gcm:
      return {.key = 16, .salt = 12};
    case CryptoSuite::aead_aes_256_gcm:
      return {.key = 32, .salt = 12};
  }
  return {};
}

std::string_view name_of(NoCrypto reason) {
  switch (reason) {
    case NoCrypto::absent:
      return "no a=crypto line";
    case NoCrypto::malformed:
      return "a=crypto is not as in RFC 4568";
    case NoCrypto::unknown_suite:
      return "no crypto suite of AES_CM_128_HMAC_SHA1_80, AEAD_AES_128_GCM, AEAD_AES_256_GCM";
    case NoCrypto::bad_key:
      return "the key of a=crypto is not base64 of the length its suite wants";
    case NoCrypto::bad_lifetime:
      return "the lifetime of a=crypto is not from 1 to 2^48 packets";
    case NoCrypto::key_identifier:
      return "a=crypto with a master key identifier (MKI) or several keys";
    case NoCrypto::unknown_parameter:
      return "a=crypto with a session parameter that is not supported";
    case NoCrypto::repeated_tag:
      return "two a=crypto lines with one tag";
    case NoCrypto::not_as_offered:
      return "the answer's a=crypto is not one that was offered";
  }
  return "";
}

std::expected<CryptoAttribute, NoCrypto> parse_crypto(std::string_view value) {
  const auto tag = parse_tag(take_word(value));
  const std::string_view suite_name = take_word(value);
  const std::string_view keys = take_word(value);
  if (!tag || keys.empty()) return std::unexpected(NoCrypto::malformed);
  const auto suite = parse_suite(suite_name);
  if (!suite) return std::unexpected(NoCrypto::unknown_suite);
  auto key = parse_key(keys, *suite);
  if (!key) return std::unexpected(key.error());
  for (auto word = take_word(value); !word.empty(); word = take_word(value)) {
    if (const auto fault = fault_of_parameter(word)) return std::unexpected(*fault);
  }
  return CryptoAttribute{.tag = *tag, .suite = *suite, .key_and_salt = std::move(*key)};
}

std::string text_of(const CryptoAttribute& crypto) {
  return fmt::format("{} {} inline:{}", crypto.tag, name_of(crypto.suite),
                     to_base64(crypto.key_and_salt));
}

CryptoAttribute fresh_crypto(std::uint32_t tag, CryptoSuite suite, Random& random) {
  const CryptoSizes sizes = sizes_of(suite);
  CryptoAttribute crypto{tag, suite, std::string(sizes.key + sizes.salt, '\0')};
  random.fill(
      {reinterpret_cast<std::uint8_t*>(crypto.key_and_salt.data()), crypto.key_and_salt.size()});
  return crypto;
}

std::expected<CryptoAttribute, NoCrypto> choose_crypto(const MediaSection& offer) {
  std::optional<NoCrypto> first_fault;
  for (const Line& line : offer.lines) {
    if (!is_crypto(line)) continue;
    auto crypto = parse_crypto(attribute_value(line));
    if (!crypto) {
      if (!first_fault) first_fault = crypto.error();
      continue;
    }
    const auto same = [&](const Line& other) { return has_tag(other, crypto->tag); };
    if (std::ranges::count_if(offer.lines, same) > 1) {
      return std::unexpected(NoCrypto::repeated_tag);
    }
    return crypto;
  }
  return std::unexpected(first_fault.value_or(NoCrypto::absent));
}

std::expected<CryptoAttribute, NoCrypto> answered_crypto(const MediaSection& answer,
                                                         std::span<const CryptoAttribute> offered) {
  const auto count = std::ranges::count_if(answer.lines, is_crypto);
  if (count == 0) return std::unexpected(NoCrypto::absent);
  if (count > 1) return std::unexpected(NoCrypto::not_as_offered);
  auto crypto = parse_crypto(attribute_value(*std::ranges::find_if(answer.lines, is_crypto)));
  if (!crypto) return crypto;
  const bool is_ours = std::ranges::any_of(offered, [&](const CryptoAttribute& ours) {
    return ours.tag == crypto->tag && ours.suite == crypto->suite;
  });
  if (!is_ours) return std::unexpected(NoCrypto::not_as_offered);
  return crypto;
}

void set_crypto(MediaSection& section, std::span<const CryptoAttribute> ours) {
  remove_attributes(section.lines, "crypto");
  for (const CryptoAttribute& crypto : ours) {
    section.lines.push_back({'a', fmt::format("crypto:{}", text_of(crypto))});
  }
}

}  // namespace dering::sdp
