// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codec/codec.h"

namespace dering::codec {

/// A decoder or an encoder of one rate, as one of another.
std::unique_ptr<Decoder> resampled(std::unique_ptr<Decoder> decoder, Rate rate);
std::unique_ptr<Encoder> resampled(std::unique_ptr<Encoder> encoder, Rate rate);

}  // namespace dering::codec
