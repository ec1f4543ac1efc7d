// SPDX-License-Identifier: Apache-2.0
#include "directory/line_quality.h"

#include "base/text.h"

namespace dering::directory {
namespace {

constexpr std::string_view none = "-";

std::string_view shown(std::string_view word) {
  return word.empty() ? none : word;
}
std::string_view meant(std::string_view word) {
  return word == none ? std::string_view() : word;
}

void write(const LineQuality::Way& way, std::string& text) {
  for (const std::uint64_t number :
       {way.packets, way.lost, way.late, std::uint64_t{way.jitter}, std::uint64_t{way.mos}}) {
    text.append(" ").append(std::to_string(number));
  }
}

/// Reads one number after the other; what is none makes all of them none.
class Numbers {
 public:
  explicit Numbers(std::string_view rest) : rest_(rest) {}

  template <class Number>
  void take(Number& target) {
    const auto number = to_number<Number>(take_until(rest_, ' '));
    is_good_ = is_good_ && number;
    target = number.value_or(0);
  }
  void take(LineQuality::Way& way) {
    take(way.packets);
    take(way.lost);
    take(way.late);
    take(way.jitter);
    take(way.mos);
  }
  std::string_view take_word() { return take_until(rest_, ' '); }
  bool are_all() const { return is_good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace

std::string LineQuality::text() const {
  if (!is_known()) return {};
  std::string text(shown(codec));
  write(from_phone, text);
  write(to_phone, text);
  text.append(" ").append(std::to_string(round_trip));
  return text.append(" ").append(shown(media)).append(" ").append(std::to_string(level));
}

LineQuality LineQuality::from_text(std::string_view text) {
  LineQuality quality;
  quality.codec = meant(take_until(text, ' '));
  Numbers numbers(text);
  numbers.take(quality.from_phone);
  numbers.take(quality.to_phone);
  numbers.take(quality.round_trip);
  if (!numbers.are_all()) {
    quality.media = meant(numbers.take_word());
    numbers.take(quality.level);
  }
  return numbers.are_all() ? quality : LineQuality{};
}

}  // namespace dering::directory
