// SPDX-License-Identifier: Apache-2.0
#include "relay/phones.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace dering::bench {
namespace {

using Clock = std::chrono::system_clock;  // the clock of SO_TIMESTAMPNS

/// Behind the RTP header.
struct Payload {
  std::uint32_t phone;
  std::uint64_t number;
  std::int64_t sent_at;
};
constexpr std::size_t payload_at = 12;
constexpr std::size_t filler_at = payload_at + sizeof(Payload);

/// Cheap to write and to check, and not the same in two packets that could be mistaken.
std::uint8_t filler(const Payload& payload) {
  return static_cast<std::uint8_t>(payload.phone * 31 + payload.number * 7);
}

std::int64_t nanoseconds_now() {
  return std::chrono::nanoseconds(Clock::now().time_since_epoch()).count();
}

void write_packet(std::uint8_t* bytes, const Payload& payload) {
  std::memset(bytes, 0, payload_at);
  bytes[0] = 0x80;
  std::memcpy(bytes + payload_at, &payload, sizeof payload);
  std::memset(bytes + filler_at, filler(payload), Phones::packet_size - filler_at);
}

bool is_intact(const std::uint8_t* bytes, const Payload& payload) {
  std::array<std::uint8_t, Phones::packet_size - filler_at> expected;
  expected.fill(filler(payload));
  return bytes[0] == 0x80 && std::memcmp(bytes + filler_at, expected.data(), expected.size()) == 0;
}

}  // namespace

Phones::Phones(std::size_t count, const sockaddr_in& engine, Hears hears)
    : engine_(engine), hears_(hears), next_number_(count), heard_(count) {}

bool Phones::connect(const std::vector<std::string>& ufrags, const std::string& pwd) {
  std::vector<PhoneSocket::Way> ways;
  for (const std::string& ufrag : ufrags) ways.push_back({engine_, ufrag});
  return socket_.connect(ways, pwd);
}

/// One packet each of `count` phones from `first` on, as one batch.
void Phones::send(std::size_t first, std::size_t count) {
  const std::int64_t now = nanoseconds_now();
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t phone = (first + at) % next_number_.size();
    write_packet(socket_.draft(at).data(),
                 {static_cast<std::uint32_t>(phone), next_number_[phone]++, now});
    socket_.address(at, phone, packet_size, engine_);
  }
  socket_.send(count);
}

void Phones::take(std::size_t at, Result& result) {
  const MutableBytes bytes = socket_.received(at);
  const std::size_t phone = socket_.phone_of(at);
  const std::size_t speaker = hears_ == Hears::peer ? phone ^ 1U : phone;
  Payload payload{};
  const bool is_whole = bytes.size() == packet_size && phone < heard_.size();
  if (is_whole) std::memcpy(&payload, bytes.data() + payload_at, sizeof payload);
  const bool is_right = is_whole && payload.phone == speaker && payload.number >= heard_[phone] &&
                        is_intact(bytes.data(), payload);
  if (!is_right) {
    ++result.wrong;
    return;
  }
  heard_[phone] = payload.number + 1;
  ++result.received;
  if (const auto arrived = socket_.arrived_at(at)) {
    result.latencies_ns.push_back(
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, *arrived - payload.sent_at)));
  }
}

Phones::Result Phones::talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration,
                            Measure measure) {
  // Only when asked for: they cost the engine's send path a little.
  socket_.stamp(measure == Measure::latency);
  Result result;
  result.sent = send_evenly(
      socket_, next_number_.size(), interval, duration,
      [&](std::size_t first, std::size_t count) { send(first, count); },
      [&](std::size_t at) { take(at, result); });
  std::this_thread::sleep_for(grace);
  take_all(socket_, [&](std::size_t at) { take(at, result); });
  return result;
}

}  // namespace dering::bench
