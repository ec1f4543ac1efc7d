// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>

#include "codec/codec.h"

namespace dering::codec::opus {

/// Opus (RFC 6716, RFC 7587) in mono, at the rate of the settings (libopus).
std::unique_ptr<Decoder> make_decoder(Rate rate);
std::unique_ptr<Encoder> make_encoder(const Settings& settings);

/// In units of 48 kHz.
std::expected<std::uint32_t, Fault> duration_of(Bytes payload);

/// Whether a packet tells of the one before it (RFC 6716 §4.2.4).
bool has_redundancy(Bytes payload);

}  // namespace dering::codec::opus
