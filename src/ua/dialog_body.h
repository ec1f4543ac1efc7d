// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/writer.h"

namespace dering::ua {

/// Ends a message with a description, or without a body where there is none.
inline std::string finish_with(sip::MessageWriter& writer, std::string_view sdp) {
  return sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp);
}

}  // namespace dering::ua
