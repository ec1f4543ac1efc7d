// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codec/codec.h"

namespace dering::codec::g722 {

/// ITU-T G.722 at 64 kbit/s, at wideband (spandsp).
std::unique_ptr<Decoder> make_decoder();
std::unique_ptr<Encoder> make_encoder();

}  // namespace dering::codec::g722
