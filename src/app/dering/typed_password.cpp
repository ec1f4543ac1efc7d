// SPDX-License-Identifier: Apache-2.0
#include "app/dering/typed_password.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string_view>

#include "base/file_descriptor.h"

namespace dering::app {
namespace {

constexpr std::size_t longest_line = 4096;

/// A terminal that does not show what is typed, until it is destroyed. Signals wait meanwhile, so
/// that Ctrl-C does not leave such a terminal behind.
class SilentTerminal {
 public:
  SilentTerminal() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&set, signal);
    ::sigprocmask(SIG_BLOCK, &set, &old_mask_);
    signals_ = FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    ::tcgetattr(STDIN_FILENO, &old_);
    termios silent = old_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &old_);
    // What waited comes now.
    ::sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  /// False when a signal wants to end the program.
  bool waits_for_input() const {
    std::array<pollfd, 2> both{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
    return ::poll(both.data(), both.size(), -1) > 0 && both[1].revents == 0;
  }

 private:
  termios old_{};
  sigset_t old_mask_{};
  FileDescriptor signals_;
};

/// One line without its end. Byte by byte: what follows is somebody else's.
std::optional<std::string> read_line() {
  std::string line;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1) {
    if (c == '\n') {
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (line.size() >= longest_line) return std::nullopt;
    line.push_back(c);
  }
  return line.empty() ? std::nullopt : std::optional(line);
}

/// The terminal is silent before the question stands on it: who is quick would see their password.
std::optional<std::string> asked(std::string_view question, const SilentTerminal& terminal) {
  fmt::print(stderr, "{}: ", question);
  std::fflush(stderr);
  auto typed = terminal.waits_for_input() ? read_line() : std::nullopt;
  fmt::print(stderr, "\n");
  return typed;
}

}  // namespace

std::expected<std::string, std::string> typed_password() {
  if (::isatty(STDIN_FILENO) != 1) {
    const auto line = read_line();
    if (!line || line->empty()) return std::unexpected("no password came on standard input.");
    return *line;
  }
  const SilentTerminal terminal;
  const auto first = asked("New password", terminal);
  if (!first || first->empty()) return std::unexpected("no password was typed.");
  const auto second = asked("The same again", terminal);
  if (!second || *second != *first) return std::unexpected("the two passwords differ.");
  return *first;
}

}  // namespace dering::app
