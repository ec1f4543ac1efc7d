// SPDX-License-Identifier: Apache-2.0
#include "subject/phone_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <cstring>

#include "base/check.h"
#include "stun/message.h"
#include "stun/writer.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_bytes = 1'600;
constexpr std::uint32_t first_address = 0x7f010000;  // 127.1.0.0

/// What the kernel says beside a packet.
template <class Told>
std::optional<Told> told(const msghdr& header, int level, int type) {
  auto& wanted = const_cast<msghdr&>(header);  // CMSG_NXTHDR changes nothing
  for (cmsghdr* control = CMSG_FIRSTHDR(&wanted); control != nullptr;
       control = CMSG_NXTHDR(&wanted, control)) {
    if (control->cmsg_level != level || control->cmsg_type != type) continue;
    Told found;
    std::memcpy(&found, CMSG_DATA(control), sizeof found);
    return found;
  }
  return std::nullopt;
}

}  // namespace

struct PhoneSocket::Buffers {
  struct alignas(cmsghdr) Control {
    std::byte bytes[CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(timespec))];
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
};

PhoneSocket::PhoneSocket()
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
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

std::uint16_t PhoneSocket::port() const {
  sockaddr_in local{};
  socklen_t size = sizeof local;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.sin_port);
}

std::string PhoneSocket::address_of(std::size_t phone) const {
  const auto address = first_address + static_cast<std::uint32_t>(phone);
  return fmt::format("127.{}.{}.{}:{}", (address >> 16) & 0xFF, (address >> 8) & 0xFF,
                     address & 0xFF, port());
}

void PhoneSocket::stamp(bool on) {
  const int stamps = on ? 1 : 0;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &stamps, sizeof stamps);
}

bool PhoneSocket::connect(std::span<const Way> ways, const std::string& pwd) {
  std::vector<bool> missing;
  for (const Way& way : ways) missing.push_back(!way.ufrag.empty());
  auto count = static_cast<std::size_t>(std::ranges::count(missing, true));
  for (int attempt = 0; attempt < 20 && count > 0; ++attempt) {
    for (std::size_t phone = 0; phone < ways.size(); ++phone) {
      if (!missing[phone]) continue;
      stun::Writer writer(draft(0), stun::Class::request, {9});
      writer.username(ways[phone].ufrag + ":phone");
      writer.ice_controlling(1);
      writer.use_candidate();
      address(0, phone, writer.finish_signed(pwd).size(), ways[phone].to);
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), 1, 0);
    }
    std::this_thread::sleep_for(50ms);
    count -= take_answers(missing);
  }
  return count == 0;
}

/// How many phones were answered for the first time.
std::size_t PhoneSocket::take_answers(std::vector<bool>& missing) {
  std::size_t news = 0;
  while (const std::size_t count = receive()) {
    for (std::size_t at = 0; at < count; ++at) {
      const auto message = stun::parse(received(at));
      const std::size_t phone = phone_of(at);
      const bool is_news = message && message->message_class == stun::Class::success &&
                           phone < missing.size() && missing[phone];
      if (!is_news) continue;
      missing[phone] = false;
      ++news;
    }
  }
  return news;
}

MutableBytes PhoneSocket::draft(std::size_t at) {
  return buffers_->out.bytes[at];
}

void PhoneSocket::address(std::size_t at, std::size_t phone, std::size_t size,
                          const sockaddr_in& to) {
  msghdr& header = buffers_->out.arm(at, size);
  header.msg_name = const_cast<sockaddr_in*>(&to);  // sendmmsg reads it alone
  header.msg_namelen = sizeof to;
  header.msg_controllen = CMSG_SPACE(sizeof(in_pktinfo));
  cmsghdr* control = CMSG_FIRSTHDR(&header);
  control->cmsg_level = IPPROTO_IP;
  control->cmsg_type = IP_PKTINFO;
  control->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  info.ipi_spec_dst.s_addr = htonl(first_address + static_cast<std::uint32_t>(phone));
  std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

void PhoneSocket::send(std::size_t count) {
  const int sent =
      ::sendmmsg(socket_.get(), buffers_->out.messages.data(), static_cast<unsigned>(count), 0);
  DERING_CHECK(sent == static_cast<int>(count));
}

std::size_t PhoneSocket::receive() {
  for (std::size_t at = 0; at < batch_size; ++at) buffers_->in.arm(at, most_bytes);
  const int count =
      ::recvmmsg(socket_.get(), buffers_->in.messages.data(), batch_size, MSG_DONTWAIT, nullptr);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

MutableBytes PhoneSocket::received(std::size_t at) {
  return MutableBytes(buffers_->in.bytes[at]).first(buffers_->in.messages[at].msg_len);
}

std::size_t PhoneSocket::phone_of(std::size_t at) const {
  const auto info = told<in_pktinfo>(buffers_->in.messages[at].msg_hdr, IPPROTO_IP, IP_PKTINFO);
  return info ? ntohl(info->ipi_addr.s_addr) - first_address : SIZE_MAX;
}

std::optional<std::int64_t> PhoneSocket::arrived_at(std::size_t at) const {
  const auto stamp = told<timespec>(buffers_->in.messages[at].msg_hdr, SOL_SOCKET, SCM_TIMESTAMPNS);
  if (!stamp) return std::nullopt;
  return stamp->tv_sec * std::int64_t{1'000'000'000} + stamp->tv_nsec;
}

}  // namespace dering::bench
