// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "ice/lite_agent.h"

namespace dering::engine {

struct OutgoingPacket {
  Bytes bytes;
  ice::Path path;
};

/// What a media thread has to send after one batch of input: packets, in order, and events. Its
/// memory is taken once, at start. One thread.
class Outbox {
 public:
  static constexpr std::size_t most_packets = 256;
  static constexpr std::size_t most_drafts = 256;
  static constexpr std::size_t draft_size = 1500;
  static constexpr std::size_t most_at_once = 16;

  Outbox() : drafts_(most_drafts * draft_size) { packets_.reserve(most_packets); }

  /// Sends bytes that stay where they are until the batch has been sent. A full outbox drops and
  /// counts: a datagram may always be lost.
  void forward(Bytes packet, const ice::Path& path) {
    if (packets_.size() == most_packets) {
      ++dropped_;
      return;
    }
    packets_.push_back({packet, path});
  }

  /// Room for a packet that is yet to be written; empty if there is none left.
  MutableBytes draft() {
    if (used_drafts_ == most_drafts) return {};
    return MutableBytes(drafts_).subspan(used_drafts_ * draft_size, draft_size);
  }
  /// Sends the first `size` bytes of what draft() gave last; 0 sends nothing.
  void send_draft(std::size_t size, const ice::Path& path) {
    if (size == 0) return;
    forward(draft().first(size), path);
    ++used_drafts_;
  }

  /// True while what one port may send at once fits in.
  bool has_room() const {
    return packets_.size() + most_at_once <= most_packets &&
           used_drafts_ + most_at_once <= most_drafts;
  }

  std::span<const OutgoingPacket> packets() const { return packets_; }
  void clear_packets() {
    packets_.clear();
    used_drafts_ = 0;
  }
  std::uint64_t dropped() const { return dropped_; }

  std::vector<media::v2::Event> events;

 private:
  std::vector<OutgoingPacket> packets_;
  std::vector<std::uint8_t> drafts_;
  std::size_t used_drafts_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace dering::engine
