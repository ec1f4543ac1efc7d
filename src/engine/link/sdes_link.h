// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <optional>

#include "engine/link/link.h"
#include "engine/link/srtp_keys.h"

namespace dering::engine {

/// How many bytes master key and salt of a suite have together (RFC 4568 §6.2, RFC 7714 §14.1); 0
/// for a suite that nobody knows.
std::size_t keying_size(media::v2::Sdes::Suite suite);

/// SRTP with keys that signalling exchanged (RFC 4568). A direction whose key stays goes on where
/// it was: with it would begin anew what was encrypted before.
class SdesLink final : public Link {
 public:
  /// The keys have the sizes of their suite.
  explicit SdesLink(const media::v2::Sdes& sdes);

  bool is_open() const override { return true; }
  bool authenticates() const override { return true; }
  std::optional<MutableBytes> open(MutableBytes packet) override {
    return keys_.open(packet, drops_);
  }
  std::optional<Bytes> seal(MutableBytes buffer, std::size_t size) override {
    return keys_.seal(buffer, size);
  }
  bool on_update(const media::v2::Keys& keys, Instant now, PortOutbox& out) override;

 private:
  media::v2::Sdes sdes_;
  SrtpKeys keys_;
};

}  // namespace dering::engine
