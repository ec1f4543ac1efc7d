// SPDX-License-Identifier: Apache-2.0
#include "call/own_codecs.h"

#include "directory/codec_list.h"

namespace dering::call {

OwnCodecs own_codecs(std::string_view list) {
  OwnCodecs codecs;
  for (const std::string_view name : directory::codecs_in(list)) {
    if (const auto codec = sdp::audio_encoding_of(name)) codecs.push_back(*codec);
  }
  return codecs;
}

}  // namespace dering::call
