// SPDX-License-Identifier: Apache-2.0
#include "app/dering/logging_desk.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_descriptor.h"
#include "base/log.h"

namespace dering::app {
namespace {

/// What is wrong with the file, for whoever switches it on to know at once.
std::string fault_of(const std::string& file) {
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  const FileDescriptor tried(::open(file.c_str(), flags, 0600));
  if (tried.get() >= 0) return {};
  return fmt::format("{} cannot be written: {}.", file, std::strerror(errno));
}

}  // namespace

LoggingDesk::LoggingDesk(Beginning beginning, SipLogMailbox& sip_log)
    : state_{.level = std::move(beginning.level), .sip_file = std::move(beginning.sip_file)},
      has_trace_(beginning.has_trace),
      sip_log_(sip_log) {
  if (!beginning.writes_sip) return;
  const auto done = change({.level = std::nullopt, .writes_sip = true});
  if (!done) log::error("{}", done.error());
}

std::expected<api::LoggingState, std::string> LoggingDesk::change(const api::LoggingWish& wish) {
  if (wish.writes_sip.value_or(false)) {
    if (!has_trace_) return std::unexpected("[trace] megabytes is 0: no SIP message is kept.");
    if (auto fault = fault_of(state_.sip_file); !fault.empty()) return std::unexpected(fault);
  }
  if (wish.writes_sip) {
    state_.writes_sip = *wish.writes_sip;
    sip_log_.post_always(SipLogSwitch{state_.writes_sip});
  }
  if (wish.level) {
    state_.level = *wish.level;
    set_log_level(state_.level);
  }
  return state_;
}

void set_log_level(const std::string& name) {
  using log::Level;
  log::set_level(name == "debug"     ? Level::debug
                 : name == "warning" ? Level::warning
                 : name == "error"   ? Level::error
                                     : Level::info);
}

}  // namespace dering::app
