// SPDX-License-Identifier: Apache-2.0
#include "relay/phones.h"

#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <thread>

#include "base/check.h"
#include "stun/message.h"
#include "stun/writer.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::system_clock;  // the clock of SO_TIMESTAMPNS

constexpr std::size_t batch_size = 64;
constexpr std::uint32_t first_address = 0x7f010000;  // 127.1.0.0
/// The generator wakes so often: fine enough to be even, coarse enough to leave its core time.
constexpr auto pace = 100us;

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

struct Phones::Buffers {
  struct alignas(cmsghdr) Control {
    std::byte bytes[CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(timespec))];
  };
  struct Half {
    std::array<mmsghdr, batch_size> messages{};
    std::array<iovec, batch_size> parts{};
    std::array<Control, batch_size> controls{};
    std::array<std::array<std::uint8_t, 512>, batch_size> bytes{};

    void arm(std::size_t at, std::size_t size) {
      parts[at] = {bytes[at].data(), size};
      messages[at].msg_hdr.msg_iov = &parts[at];
      messages[at].msg_hdr.msg_iovlen = 1;
      messages[at].msg_hdr.msg_control = &controls[at];
      messages[at].msg_hdr.msg_controllen = sizeof controls[at].bytes;
    }
  };
  Half in;
  Half out;

  void address(std::size_t at, std::size_t phone, std::size_t size, sockaddr_in& engine) {
    out.arm(at, size);
    msghdr& header = out.messages[at].msg_hdr;
    header.msg_name = &engine;
    header.msg_namelen = sizeof engine;
    header.msg_controllen = CMSG_SPACE(sizeof(in_pktinfo));
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = htonl(first_address + static_cast<std::uint32_t>(phone));
    std::memcpy(CMSG_DATA(control), &info, sizeof info);
  }
};

Phones::Phones(std::size_t count, const sockaddr_in& engine, Hears hears)
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      engine_(engine),
      hears_(hears),
      next_number_(count),
      heard_(count),
      buffers_(std::make_shared<Buffers>()) {
  const int on = 1;
  const int size = 4 << 20;
  ::setsockopt(socket_.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  DERING_CHECK(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
}

std::uint16_t Phones::port() const {
  sockaddr_in local{};
  socklen_t size = sizeof local;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.sin_port);
}

bool Phones::connect(const std::vector<std::string>& ufrags, const std::string& pwd) {
  std::vector<bool> answered(ufrags.size());
  std::size_t missing = ufrags.size();
  for (int attempt = 0; attempt < 20 && missing > 0; ++attempt) {
    for (std::size_t phone = 0; phone < ufrags.size(); ++phone) {
      if (answered[phone]) continue;
      stun::Writer writer(buffers_->out.bytes[0], stun::Class::request, {9});
      writer.username(ufrags[phone] + ":phone");
      writer.ice_controlling(1);
      writer.use_candidate();
      buffers_->address(0, phone, writer.finish_signed(pwd).size(), engine_);
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), 1, 0);
    }
    std::this_thread::sleep_for(50ms);
    while (const std::size_t count = receive()) {
      for (std::size_t at = 0; at < count; ++at) {
        const auto message =
            stun::parse(Bytes(buffers_->in.bytes[at]).first(buffers_->in.messages[at].msg_len));
        const std::size_t phone = phone_of(at);
        const bool is_news = message && message->message_class == stun::Class::success &&
                             phone < answered.size() && !answered[phone];
        if (!is_news) continue;
        answered[phone] = true;
        --missing;
      }
    }
  }
  return missing == 0;
}

/// The phone that the packet came to.
std::size_t Phones::phone_of(std::size_t at) const {
  msghdr& header = buffers_->in.messages[at].msg_hdr;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level != IPPROTO_IP || control->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info;
    std::memcpy(&info, CMSG_DATA(control), sizeof info);
    return ntohl(info.ipi_addr.s_addr) - first_address;
  }
  return SIZE_MAX;
}

std::size_t Phones::receive() {
  for (std::size_t at = 0; at < batch_size; ++at) {
    buffers_->in.arm(at, buffers_->in.bytes[at].size());
  }
  const int count =
      ::recvmmsg(socket_.get(), buffers_->in.messages.data(), batch_size, MSG_DONTWAIT, nullptr);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

/// One packet each of `count` phones from `first` on, as one batch.
void Phones::send(std::size_t first, std::size_t count) {
  const std::int64_t now = nanoseconds_now();
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t phone = (first + at) % next_number_.size();
    write_packet(buffers_->out.bytes[at].data(),
                 {static_cast<std::uint32_t>(phone), next_number_[phone]++, now});
    buffers_->address(at, phone, packet_size, engine_);
  }
  const int sent =
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), static_cast<unsigned>(count), 0);
  DERING_CHECK(sent == static_cast<int>(count));
}

void Phones::take(std::size_t at, Result& result) {
  const std::uint8_t* bytes = buffers_->in.bytes[at].data();
  msghdr& header = buffers_->in.messages[at].msg_hdr;
  Payload payload;
  std::memcpy(&payload, bytes + payload_at, sizeof payload);
  const std::size_t phone = phone_of(at);
  const std::size_t speaker = hears_ == Hears::peer ? phone ^ 1U : phone;
  const bool is_right = buffers_->in.messages[at].msg_len == packet_size && phone < heard_.size() &&
                        payload.phone == speaker && payload.number >= heard_[phone] &&
                        is_intact(bytes, payload);
  if (!is_right) {
    ++result.wrong;
    return;
  }
  heard_[phone] = payload.number + 1;
  ++result.received;
  for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(&header, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec arrived;
    std::memcpy(&arrived, CMSG_DATA(control), sizeof arrived);
    const std::int64_t nanoseconds =
        arrived.tv_sec * 1'000'000'000 + arrived.tv_nsec - payload.sent_at;
    result.latencies_ns.push_back(
        static_cast<std::uint32_t>(std::max<std::int64_t>(0, nanoseconds)));
  }
}

Phones::Result Phones::talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration,
                            Measure measure) {
  // Time stamps cost the engine's send path a little, so they are on only when asked for.
  const int stamps = measure == Measure::latency ? 1 : 0;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &stamps, sizeof stamps);
  Result result;
  const auto start = std::chrono::steady_clock::now();
  const auto rounds = static_cast<std::uint64_t>(duration / interval);
  const std::uint64_t total = rounds * next_number_.size();
  const auto grace = 300ms;
  for (;;) {
    const auto now = std::chrono::steady_clock::now() - start;
    if (now > duration + grace) return result;
    const auto due = std::min<std::uint64_t>(
        total, static_cast<std::uint64_t>(now.count()) * next_number_.size() /
                   static_cast<std::uint64_t>(interval.count()));
    while (result.sent < due) {
      const std::size_t count = std::min<std::uint64_t>(batch_size, due - result.sent);
      send(result.sent % next_number_.size(), count);
      result.sent += count;
    }
    while (const std::size_t count = receive()) {
      for (std::size_t at = 0; at < count; ++at) take(at, result);
      if (count < batch_size) break;
    }
    std::this_thread::sleep_for(pace);
  }
}

}  // namespace dering::bench
