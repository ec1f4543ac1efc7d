// SPDX-License-Identifier: Apache-2.0
#include "monitor/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "base/text.h"
#include "monitor/read_field.h"

namespace dering::monitor {
namespace {

constexpr std::size_t time_width = 11;
constexpr std::size_t column_width = 9;
constexpr std::size_t least_label_width = 40;
constexpr std::size_t call_id_length = 6;

double seconds_of(Instant at) {
  return std::chrono::duration<double>(at.time_since_epoch()).count();
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  return std::string(text.substr(0, most - 1)).append("…");
}

std::string without_end(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line.append(1, '\n');
}

}  // namespace

bool Ladder::has_room() {
  if (lines_.size() < most_lines) return true;
  ++left_out_;
  return false;
}

void Ladder::add(Arrow arrow) {
  if (has_room()) lines_.emplace_back(std::move(arrow));
}

void Ladder::note(Instant at, std::string_view sentence) {
  if (has_room()) lines_.emplace_back(Note{at, std::string(sentence)});
}

bool Ladder::fits() const {
  return time_width + columns_.size() * column_width + least_label_width <= width;
}

std::size_t Ladder::column_of(std::string_view name) const {
  const auto at = std::ranges::find(columns_, name);
  return static_cast<std::size_t>(at - columns_.begin());
}

std::string Ladder::header() const {
  std::string line(time_width, ' ');
  for (const std::string& column : columns_) {
    line += fmt::format("{:^{}}", shortened(column, column_width - 1), column_width);
  }
  return without_end(std::move(line));
}

std::string Ladder::line_of(const Arrow& arrow) const {
  const std::size_t from = column_of(arrow.from);
  const std::size_t to = column_of(arrow.to);
  const bool is_drawn = fits() && from < columns_.size() && to < columns_.size();
  std::string line = fmt::format("{:{}.3f} ", seconds_of(arrow.at), time_width - 1);
  if (!is_drawn) return line + fmt::format("{} → {}  {}\n", arrow.from, arrow.to, arrow.label);

  std::string canvas(columns_.size() * column_width, ' ');
  const auto middle = [](std::size_t column) { return column * column_width + column_width / 2; };
  for (std::size_t column = 0; column < columns_.size(); ++column) canvas[middle(column)] = '|';
  const std::size_t left = middle(std::min(from, to));
  const std::size_t right = middle(std::max(from, to));
  for (std::size_t at = left + 1; at < right; ++at) canvas[at] = '-';
  if (from < to) canvas[right - 1] = '>';
  if (to < from) canvas[left + 1] = '<';
  return line + canvas + shortened(arrow.label, width - time_width - canvas.size()) + "\n";
}

std::string Ladder::line_of(const Note& note) const {
  return fmt::format("{:{}.3f} == {}\n", seconds_of(note.at), time_width - 1,
                     shortened(note.sentence, width - time_width - 3));
}

std::string Ladder::text() const {
  std::string text;
  if (fits()) text += header();
  for (const auto& line : lines_) {
    std::visit([&](const auto& it) { text += line_of(it); }, line);
  }
  if (left_out_ > 0) text += fmt::format("and {} lines more\n", left_out_);
  return text;
}

std::string label_of_sip(std::string_view message) {
  std::string_view first = message.substr(0, message.find("\r\n"));
  constexpr std::string_view version = "SIP/2.0";
  if (first.starts_with(version)) first.remove_prefix(version.size());
  if (first.ends_with(version)) first.remove_suffix(version.size());
  return fmt::format("{}  {}  {}", trimmed(first), field_of(message, "CSeq"),
                     field_of(message, "Call-ID").substr(0, call_id_length));
}

}  // namespace dering::monitor
