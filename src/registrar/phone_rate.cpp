// SPDX-License-Identifier: Apache-2.0
#include "registrar/phone_rate.h"

namespace dering::registrar {

std::string phone_of(std::string_view device, std::string_view instance, const sip::Flow& flow) {
  if (!device.empty()) return std::string(device);
  return instance.empty() ? flow.remote.ip_text() : std::string(instance);
}

}  // namespace dering::registrar
