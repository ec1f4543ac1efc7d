// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/link/link.h"

namespace dering::engine {

/// RTP as it is: only the address says whose it is.
class ClearLink final : public Link {
 public:
  bool is_open() const override { return true; }
  bool authenticates() const override { return false; }
  std::optional<MutableBytes> open(MutableBytes packet) override { return packet; }
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size) override {
    return buffer.first(size);
  }
  bool on_update(const media::v2::Keys& keys, Instant, PortOutbox&) override {
    return keys.has_clear();
  }
};

}  // namespace dering::engine
