// SPDX-License-Identifier: Apache-2.0
#include "media/street.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>
#include <utility>

#include "base/check.h"
#include "stun/message.h"
#include "stun/writer.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch_size = 64;
constexpr std::size_t most_bytes = 1'600;
constexpr std::uint32_t first_address = 0x7f010000;  // 127.1.0.0
constexpr auto pace = 100us;

}  // namespace

struct Street::Buffers {
  struct alignas(cmsghdr) Control {
    std::byte bytes[CMSG_SPACE(sizeof(in_pktinfo))];
  };
  struct Half {
    std::array<mmsghdr, batch_size> messages{};
    std::array<iovec, batch_size> parts{};
    std::array<Control, batch_size> controls{};
    std::array<std::array<std::uint8_t, most_bytes>, batch_size> bytes{};

    msghdr& arm(std::size_t at, std::size_t size) {
      parts[at] = {bytes[at].data(), size};
      msghdr& header = messages[at].msg_hdr;
      header.msg_iov = &parts[at];
      header.msg_iovlen = 1;
      header.msg_control = &controls[at];
      header.msg_controllen = sizeof controls[at].bytes;
      return header;
    }
  };
  Half in;
  Half out;

  /// What lies in place `at` goes out from that phone.
  void address(std::size_t at, std::size_t phone, std::size_t size, sockaddr_in& to) {
    msghdr& header = out.arm(at, size);
    header.msg_name = &to;
    header.msg_namelen = sizeof to;
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = IPPROTO_IP;
    control->cmsg_type = IP_PKTINFO;
    control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst.s_addr = htonl(first_address + static_cast<std::uint32_t>(phone));
    std::memcpy(CMSG_DATA(control), &info, sizeof info);
  }
};

Street::Street(std::vector<Phone> phones)
    : phones_(std::move(phones)),
      socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
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

std::uint16_t Street::port() const {
  sockaddr_in local{};
  socklen_t size = sizeof local;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.sin_port);
}

std::string Street::address_of(std::size_t phone) const {
  const auto address = first_address + static_cast<std::uint32_t>(phone);
  return fmt::format("127.{}.{}.{}:{}", (address >> 16) & 0xFF, (address >> 8) & 0xFF,
                     address & 0xFF, port());
}

bool Street::connect(const std::string& pwd) {
  std::vector<bool> answered;
  for (const Phone& phone : phones_) answered.push_back(phone.ufrag.empty());
  auto missing = static_cast<std::size_t>(std::ranges::count(answered, false));
  for (int attempt = 0; attempt < 20 && missing > 0; ++attempt) {
    for (std::size_t phone = 0; phone < phones_.size(); ++phone) {
      if (answered[phone]) continue;
      stun::Writer writer(buffers_->out.bytes[0], stun::Class::request, {9});
      writer.username(phones_[phone].ufrag + ":phone");
      writer.ice_controlling(1);
      writer.use_candidate();
      buffers_->address(0, phone, writer.finish_signed(pwd).size(), phones_[phone].to);
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), 1, 0);
    }
    std::this_thread::sleep_for(50ms);
    missing -= take_answers(answered);
  }
  return missing == 0;
}

/// How many phones were answered for the first time.
std::size_t Street::take_answers(std::vector<bool>& answered) {
  std::size_t news = 0;
  while (const std::size_t count = receive()) {
    for (std::size_t at = 0; at < count; ++at) {
      const auto message =
          stun::parse(Bytes(buffers_->in.bytes[at]).first(buffers_->in.messages[at].msg_len));
      const std::size_t phone = phone_of(at);
      const bool is_news = message && message->message_class == stun::Class::success &&
                           phone < answered.size() && !answered[phone];
      if (!is_news) continue;
      answered[phone] = true;
      ++news;
    }
  }
  return news;
}

/// The phone that the packet came to.
std::size_t Street::phone_of(std::size_t at) const {
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

std::size_t Street::receive() {
  for (std::size_t at = 0; at < batch_size; ++at) buffers_->in.arm(at, most_bytes);
  const int count =
      ::recvmmsg(socket_.get(), buffers_->in.messages.data(), batch_size, MSG_DONTWAIT, nullptr);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

/// One packet each of `count` phones from `first` on, as one batch.
void Street::send(std::size_t first, std::size_t count) {
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t phone = (first + at) % phones_.size();
    const std::size_t size = phones_[phone].write(buffers_->out.bytes[at]);
    buffers_->address(at, phone, size, phones_[phone].to);
  }
  const int sent =
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), static_cast<unsigned>(count), 0);
  DERING_CHECK(sent == static_cast<int>(count));
}

void Street::take(std::size_t at, Result& result) {
  const std::size_t phone = phone_of(at);
  const auto packet = MutableBytes(buffers_->in.bytes[at]).first(buffers_->in.messages[at].msg_len);
  if (phone >= phones_.size()) {
    ++result.wrong;
    return;
  }
  const auto is_right = phones_[phone].hear(packet);
  if (!is_right) return;
  ++(*is_right ? result.received : result.wrong);
}

Street::Result Street::talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration) {
  Result result;
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t total = static_cast<std::uint64_t>(duration / interval) * phones_.size();
  constexpr auto grace = 300ms;
  for (;;) {
    const auto now = std::chrono::steady_clock::now() - start;
    if (now > duration + grace) return result;
    const auto due =
        std::min<std::uint64_t>(total, static_cast<std::uint64_t>(now.count()) * phones_.size() /
                                           static_cast<std::uint64_t>(interval.count()));
    while (result.sent < due) {
      const std::size_t count = std::min<std::uint64_t>(batch_size, due - result.sent);
      send(result.sent % phones_.size(), count);
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
