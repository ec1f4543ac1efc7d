// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "codec/codec.h"

namespace dering::codec::g711 {

/// ITU-T G.711: the two laws by which one byte stands for a sample.
enum class Law : std::uint8_t { mu, a };

std::int16_t expand(Law law, std::uint8_t code);
std::uint8_t compress(Law law, std::int16_t sample);

/// At narrowband.
std::unique_ptr<Decoder> make_decoder(Law law);
std::unique_ptr<Encoder> make_encoder(Law law);

}  // namespace dering::codec::g711
