// SPDX-License-Identifier: Apache-2.0
#include "codec/codec.h"

#include <algorithm>

#include "codec/g711.h"
#include "codec/g722.h"
#include "codec/opus.h"
#include "codec/resampled.h"

namespace dering::codec {
namespace {

std::unique_ptr<Decoder> native_decoder(const Settings& settings) {
  switch (settings.kind) {
    case Kind::pcmu:
      return g711::make_decoder(g711::Law::mu);
    case Kind::pcma:
      return g711::make_decoder(g711::Law::a);
    case Kind::g722:
      return g722::make_decoder();
    case Kind::opus:
      return opus::make_decoder(settings.rate);
  }
  return nullptr;
}

std::unique_ptr<Encoder> native_encoder(const Settings& settings) {
  switch (settings.kind) {
    case Kind::pcmu:
      return g711::make_encoder(g711::Law::mu);
    case Kind::pcma:
      return g711::make_encoder(g711::Law::a);
    case Kind::g722:
      return g722::make_encoder();
    case Kind::opus:
      return opus::make_encoder(settings);
  }
  return nullptr;
}

}  // namespace

std::chrono::milliseconds packet_time(Kind kind, std::chrono::milliseconds asked) {
  using namespace std::chrono_literals;
  const auto tens = std::clamp(asked, 10ms, 60ms) / 10ms * 10ms;
  const bool is_opus = kind == Kind::opus;
  if (is_opus && tens == 30ms) return 20ms;
  if (is_opus && tens == 50ms) return 40ms;
  return tens;
}

std::expected<std::uint32_t, Fault> duration_of(Kind kind, Bytes payload) {
  if (kind == Kind::opus) return opus::duration_of(payload);
  if (payload.empty()) return std::unexpected(Fault::empty);
  // A byte for each unit of the timestamp: of G.711 a sample, of G.722 two.
  constexpr std::size_t most = samples_in(most_packet_time, Rate::narrowband);
  if (payload.size() > most) return std::unexpected(Fault::too_long);
  return static_cast<std::uint32_t>(payload.size());
}

std::unique_ptr<Decoder> make_decoder(const Settings& settings) {
  return resampled(native_decoder(settings), settings.rate);
}

std::unique_ptr<Encoder> make_encoder(const Settings& settings) {
  return resampled(native_encoder(settings), settings.rate);
}

}  // namespace dering::codec
