// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "api/outlets.h"
#include "app/dering/letters.h"

namespace dering::app {

/// What is written down now, and by whose wish that changes while it runs. Worker thread.
class LoggingDesk {
 public:
  struct Beginning {
    std::string level;
    std::string sip_file;
    bool writes_sip = false;
    bool has_trace = false;  ///< without it there is nothing to write
  };
  LoggingDesk(Beginning beginning, SipLogMailbox& sip_log);

  std::expected<api::LoggingState, std::string> change(const api::LoggingWish& wish);

 private:
  api::LoggingState state_;
  bool has_trace_;
  SipLogMailbox& sip_log_;
};

/// "debug", "info", "warning" or "error"; others are "info".
void set_log_level(const std::string& name);

}  // namespace dering::app
