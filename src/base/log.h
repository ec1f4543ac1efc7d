// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace dering::log {

enum class Level { debug, info, warning, error };

/// One line per event: time, level, then the sentence. Line breaks and control characters in
/// values are escaped, so that no input can forge a line. Any thread.
void write(Level level, std::string_view sentence);
void set_level(Level level);

/// Text from outside, made safe for a log line: control characters escaped, at most 200 bytes.
std::string shown(std::string_view untrusted);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace dering::log
