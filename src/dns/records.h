// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/socket_address.h"

namespace dering::dns {

/// What is asked for: A and AAAA are one question.
struct Question {
  enum class Kind : std::uint8_t { naptr, srv, address };
  Kind kind{};
  std::string name;

  auto operator<=>(const Question&) const = default;
};

/// RFC 3403 §4.1, as RFC 3263 uses it.
struct NaptrRecord {
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string service;  ///< "SIP+D2U"
  std::string replacement;

  bool operator==(const NaptrRecord&) const = default;
};
/// RFC 2782.
struct SrvRecord {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;

  bool operator==(const SrvRecord&) const = default;
};

/// All empty: there is no such record. A question that could not be asked, or was answered with
/// nonsense, is answered so too, with `failed`.
struct Answer {
  std::vector<NaptrRecord> naptr{};
  std::vector<SrvRecord> srv{};
  std::vector<SocketAddress> addresses{};  ///< in the order to try (RFC 6724); their port is 0
  std::chrono::seconds lifetime{0};        ///< smallest TTL
  bool failed = false;
};

}  // namespace dering::dns
