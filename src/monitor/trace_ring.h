// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/socket_address.h"
#include "sip/flow.h"

namespace dering::monitor {

enum class Direction : std::uint8_t { in, out };

/// Where a message is in the ring, and how it went by.
struct TraceEntry {
  Instant at;
  SocketAddress ours;
  SocketAddress theirs;
  std::uint64_t begin = 0;  ///< of its text, counted from the first byte ever kept
  std::uint32_t size = 0;   ///< bytes
  Direction direction = Direction::in;
  sip::Transport transport = sip::Transport::udp;
};

/// Some messages in the order in which they went by, as they stood on the wire: with their secrets,
/// so whoever shows them says masked() first.
struct TracePart {
  std::vector<TraceEntry> entries;  ///< `begin` counts from the first byte of `texts`
  std::string texts;
  std::uint64_t first = 0;   ///< number of the first entry; each next one has the next number
  std::uint64_t next = 0;    ///< what comes after this part: what to ask for next
  std::uint64_t missed = 0;  ///< wanted, and overwritten before they were asked for
  bool is_last = true;       ///< nothing is younger than this part
  /// What to add to the clock of the entries for microseconds since 1970-01-01 UTC.
  std::int64_t epoch_microseconds = 0;

  std::string_view text_of(const TraceEntry& entry) const {
    return std::string_view(texts).substr(entry.begin, entry.size);
  }
};

/// The last SIP messages, as sent and received on every transport. All its memory is taken at the
/// beginning: keeping one message is one copy of its bytes, and nobody looks into it before
/// somebody asks. What is oldest makes room. Signalling thread.
class TraceRing {
 public:
  static constexpr std::size_t bytes_for_each = 512;  ///< room for as many messages as bytes / this
  static constexpr std::size_t most_messages_of_a_part = 512;
  static constexpr std::size_t most_bytes_of_a_part = 256 * 1024;

  /// Keeps messages of that many bytes together; 0: none.
  explicit TraceRing(std::size_t bytes);

  /// A message that is longer than the ring is not kept.
  void keep(Direction direction, const sip::Flow& flow, std::string_view text, Instant now);
  /// From that number on; a number that is not there yet is the next one. Bounded work.
  TracePart part(std::uint64_t from) const;
  /// Number of the message that comes next.
  std::uint64_t next() const { return next_; }
  bool is_on() const { return capacity_ > 0; }

 private:
  TraceEntry& entry(std::uint64_t number) { return entries_[number % most_entries_]; }
  const TraceEntry& entry(std::uint64_t number) const { return entries_[number % most_entries_]; }
  void make_room(std::size_t size);
  void write(std::string_view text);
  void read(std::uint64_t begin, std::size_t size, std::string& out) const;

  std::size_t capacity_;
  std::size_t most_entries_;
  std::unique_ptr<char[]> bytes_;
  std::unique_ptr<TraceEntry[]> entries_;
  std::uint64_t oldest_ = 0;  ///< number of a message
  std::uint64_t next_ = 0;
  std::uint64_t written_ = 0;  ///< bytes, since the beginning
};

}  // namespace dering::monitor
