// SPDX-License-Identifier: Apache-2.0
#include "sip/flow.h"

namespace dering::sip {

std::string_view via_name(Transport transport) {
  switch (transport) {
    case Transport::udp:
      return "UDP";
    case Transport::tcp:
      return "TCP";
    case Transport::tls:
      return "TLS";
    case Transport::ws:
      return "WS";
    case Transport::wss:
      return "WSS";
  }
  return "";
}

}  // namespace dering::sip
