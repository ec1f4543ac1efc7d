// SPDX-License-Identifier: Apache-2.0
#include "engine/event_log.h"

#include "base/log.h"

namespace dering::engine {

using media::v2::Command;
using media::v2::Event;

void log_command(const Command& command) {
  switch (command.verb_case()) {
    case Command::kOpenBridge:
      log::info("bridge {:x}: opened on thread {}", command.open_bridge().bridge(),
                command.open_bridge().thread());
      return;
    case Command::kCloseBridge:
      log::info("bridge {:x}: closed", command.close_bridge().bridge());
      return;
    case Command::kOpenPort:
      log::info("port {:x}: opened on bridge {:x}", command.open_port().port(),
                command.open_port().bridge());
      return;
    case Command::kUpdatePort:
      log::info("port {:x}: updated", command.update_port().port());
      return;
    case Command::kMovePort:
      log::info("port {:x}: moved to bridge {:x}", command.move_port().port(),
                command.move_port().bridge());
      return;
    case Command::kJoin:
      log::info("port {:x}: {}{}", command.join().port(),
                command.join().hears() ? "hears" : "does not hear",
                command.join().is_heard() ? ", is heard" : ", is not heard");
      return;
    case Command::kStart:
      log::info("action {:x}: started at port {:x}", command.start().action(),
                command.start().port());
      return;
    case Command::kStop:  // ActionEnded says it
    case Command::kSendDigit:
    case Command::kHello:
    case Command::kClosePort:  // PortClosed says more
    case Command::VERB_NOT_SET:
      return;
  }
}

void log_event(const Event& event) {
  switch (event.what_case()) {
    case Event::kPortConnected:
      log::info("port {:x}: connected to {}", event.port_connected().port(),
                event.port_connected().address());
      return;
    case Event::kPortSilent:
      log::info("port {:x}: silent for {} s", event.port_silent().port(),
                event.port_silent().seconds());
      return;
    case Event::kPortSecured:
      log::info("port {:x}: secured {} {}", event.port_secured().port(),
                event.port_secured().profile(), event.port_secured().failure());
      return;
    case Event::kPortClosed:
      log::info("port {:x}: closed after {} packets in, {} out, {} dropped",
                event.port_closed().port(), event.port_closed().packets_received(),
                event.port_closed().packets_sent(), event.port_closed().packets_dropped());
      return;
    case Event::kActionEnded:
      log::info("action {:x}: ended {}", event.action_ended().action(),
                event.action_ended().sentence());
      return;
    case Event::kDigit:  // may be somebody's PIN
    case Event::kQuality:
    case Event::kRefused:  // ControlServer::tell()
    case Event::kReady:
    case Event::WHAT_NOT_SET:
      return;
  }
}

}  // namespace dering::engine
