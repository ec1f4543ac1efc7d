// SPDX-License-Identifier: Apache-2.0
#include "monitor/trace_ring.h"

#include <algorithm>
#include <cstring>

namespace dering::monitor {

TraceRing::TraceRing(std::size_t bytes)
    : capacity_(bytes),
      most_entries_(std::max<std::size_t>(1, bytes / bytes_for_each)),
      // Written to, so that it is there from the beginning and not only when a flood fills it.
      bytes_(std::make_unique<char[]>(bytes)),
      entries_(std::make_unique<TraceEntry[]>(bytes == 0 ? 1 : most_entries_)) {}

void TraceRing::keep(Direction direction, const sip::Flow& flow, std::string_view text,
                     Instant now) {
  if (text.empty() || text.size() > capacity_) return;
  make_room(text.size());
  entry(next_) = {.at = now,
                  .ours = flow.local,
                  .theirs = flow.remote,
                  .begin = written_,
                  .size = static_cast<std::uint32_t>(text.size()),
                  .direction = direction,
                  .transport = flow.transport};
  ++next_;
  write(text);
}

void TraceRing::make_room(std::size_t size) {
  if (next_ - oldest_ == most_entries_) ++oldest_;
  while (oldest_ < next_ && written_ + size - entry(oldest_).begin > capacity_) ++oldest_;
}

void TraceRing::write(std::string_view text) {
  const std::size_t at = written_ % capacity_;
  const std::size_t until_end = std::min(text.size(), capacity_ - at);
  std::memcpy(bytes_.get() + at, text.data(), until_end);
  std::memcpy(bytes_.get(), text.data() + until_end, text.size() - until_end);
  written_ += text.size();
}

void TraceRing::read(std::uint64_t begin, std::size_t size, std::string& out) const {
  const std::size_t at = begin % capacity_;
  const std::size_t until_end = std::min(size, capacity_ - at);
  out.append(bytes_.get() + at, until_end);
  out.append(bytes_.get(), size - until_end);
}

TracePart TraceRing::part(std::uint64_t from) const {
  TracePart part;
  part.first = std::min(std::max(from, oldest_), next_);
  part.missed = from < oldest_ ? oldest_ - from : 0;
  part.next = part.first;
  const std::uint64_t end = std::min<std::uint64_t>(next_, part.first + most_messages_of_a_part);
  std::size_t bytes = 0;
  for (; part.next < end; ++part.next) {
    TraceEntry one = entry(part.next);
    if (!part.entries.empty() && bytes + one.size > most_bytes_of_a_part) break;
    one.begin = bytes;
    bytes += one.size;
    part.entries.push_back(one);
  }
  part.texts.reserve(bytes);
  // All lie side by side.
  if (!part.entries.empty()) read(entry(part.first).begin, bytes, part.texts);
  part.is_last = part.next == next_;
  return part;
}

}  // namespace dering::monitor
