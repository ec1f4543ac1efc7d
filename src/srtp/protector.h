// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "srtp/replay_window.h"
#include "srtp/source_table.h"
#include "srtp/transform.h"

namespace dering::srtp {

/// Protects what is sent under one master key (RFC 3711 §3.3, §3.4). One thread.
class Protector {
 public:
  Protector(Suite suite, const MasterKey& master);

  /// Protects the plain packet that fills the first `size` bytes of the buffer, in place; returns
  /// its new size. Sequence numbers of a source rise, with gaps below 2¹⁵; some may come late, as
  /// far as the window reaches. None may come again, since that would repeat a key stream: that is
  /// Fault::replayed.
  std::expected<std::size_t, Fault> protect_rtp(MutableBytes buffer, std::size_t size);
  std::expected<std::size_t, Fault> protect_rtcp(MutableBytes buffer, std::size_t size);

 private:
  struct Source {
    std::optional<ReplayWindow> rtp;  ///< which indices have been used
    std::uint32_t next_rtcp = 0;
  };
  Source* source_of(std::uint32_t ssrc);

  Sizes sizes_;
  bool is_aead_;
  std::unique_ptr<Transform> rtp_;
  std::unique_ptr<Transform> rtcp_;
  SourceTable<Source> sources_;
};

}  // namespace dering::srtp
