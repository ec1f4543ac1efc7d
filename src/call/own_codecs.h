// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "sdp/codec.h"

namespace dering::call {

/// What one phone alone is offered and may choose from, best first; empty: what its kind has.
using OwnCodecs = std::vector<sdp::Encoding>;

/// As the directory has them; see directory::codec_list().
OwnCodecs own_codecs(std::string_view list);

}  // namespace dering::call
