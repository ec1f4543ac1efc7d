// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/stateless_answer.h"

#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

std::string written(const StatelessAnswer& answer, const Message& request, const Flow& flow,
                    std::string_view to_tag) {
  const std::string_view phrase =
      answer.phrase.empty() ? reason_phrase(answer.status) : answer.phrase;
  auto writer = MessageWriter::response_to(request, flow.remote, answer.status, phrase, to_tag);
  for (const AnswerField& field : answer.fields) writer.header(field.name, field.value);
  return writer.finish();
}

/// RFC 3261 §7.3.3: the names that every response has.
std::string_view compact_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{
      {{"Via", "v"}, {"From", "f"}, {"To", "t"}, {"Call-ID", "i"}, {"Content-Length", "l"}}};
  for (const auto& [usual, compact] : names) {
    if (name == usual) return compact;
  }
  return name;
}

/// The same message in fewer bytes.
std::string compact(std::string_view text, bool with_phrase) {
  constexpr std::size_t status_line_size = 12;  // "SIP/2.0 407 ", then the phrase
  std::string_view start = text.substr(0, text.find("\r\n"));
  text.remove_prefix(start.size() + 2);
  if (!with_phrase) start = start.substr(0, status_line_size);
  std::string shorter(start);
  shorter.append("\r\n");
  while (!text.starts_with("\r\n")) {
    std::string_view line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(line.size() + 2);
    const std::string_view name = take_until(line, ':');
    shorter.append(compact_name(name)).append(":").append(trimmed(line)).append("\r\n");
  }
  return shorter.append("\r\n");
}

std::size_t largest_answer_to(const Message& request, const Flow& flow) {
  if (is_reliable(flow.transport)) return std::numeric_limits<std::size_t>::max();
  return largest_amplification * request.size();
}

}  // namespace

std::string text_of(const StatelessAnswer& answer, const Message& request, const Flow& flow,
                    std::string_view to_tag) {
  const std::size_t largest = largest_answer_to(request, flow);
  std::string text = written(answer, request, flow, to_tag);
  if (text.size() <= largest) return text;
  for (StatelessAnswer smaller = answer;; smaller.fields.pop_back()) {
    text = written(smaller, request, flow, to_tag);
    for (const bool with_phrase : {true, false}) {
      std::string shorter = compact(text, with_phrase);
      if (shorter.size() <= largest) return shorter;
    }
    if (smaller.fields.empty()) return {};
  }
}

}  // namespace dering::sip
