// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "engine/link/link.h"
#include "srtp/protector.h"
#include "srtp/unprotector.h"

namespace dering::engine {

/// Both directions of SRTP. An index is never used twice under one key, so a protector lives as
/// long as its key is used.
struct SrtpKeys {
  srtp::Unprotector theirs;
  srtp::Protector ours;

  /// Link::open() and Link::seal() with these keys.
  std::optional<MutableBytes> open(MutableBytes packet, LinkDrops& drops);
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size);
};

}  // namespace dering::engine
