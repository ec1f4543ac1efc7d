// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::sip {

/// A header field of a StatelessAnswer.
struct AnswerField {
  std::string_view name;  ///< static text
  std::string value;
};

/// How a request is answered of which nothing is kept (RFC 3261 §8.2.7, §26.3.2.4). It must be made
/// of nothing but the request, its flow and the hour, since a repeated request shall get the same
/// bytes.
struct StatelessAnswer {
  int status = 400;
  std::string_view phrase{};          ///< static text; empty: the usual one of the status
  std::vector<AnswerField> fields{};  ///< the most useful first
};

/// Over UDP whoever sent a request may not be who gets the answer: it is this many times as large
/// as the request at most (RFC 9000 §8.1 has the same measure).
inline constexpr std::size_t largest_amplification = 3;

/// The answer as it is sent. What would make it larger than it may be is shortened or left out, in
/// this order: long names of header fields, the reason phrase, the last of the fields. Empty: even
/// the barest answer is too large, and nothing may be sent.
std::string text_of(const StatelessAnswer& answer, const Message& request, const Flow& flow,
                    std::string_view to_tag);

}  // namespace dering::sip
