// SPDX-License-Identifier: Apache-2.0
#include "calls/watchers.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dering::bench {
namespace {

using sip::HeaderId;
using sip::MessageWriter;

constexpr std::uint32_t address = 0x7f000005;  // 127.0.0.5

}  // namespace

Watchers::Watchers(const SocketAddress& subject, std::vector<Line> watchers,
                   std::vector<std::string> watched)
    : socket_(address, subject), watchers_(std::move(watchers)), watched_(std::move(watched)) {}

void Watchers::subscribe() {
  const std::size_t number = next_++;
  send(number, !watchers_[number % watchers_.size()].nonce.empty());
}

void Watchers::send(std::size_t number, bool with_credentials) {
  Line& watcher = watchers_[number % watchers_.size()];
  // As many watch each of them, and nobody the same one twice.
  const std::size_t round = number / watchers_.size();
  const std::string& watched = watched_[(number + round) % watched_.size()];
  const std::string uri = fmt::format("sip:{}@{}", watched, realm);
  MessageWriter writer = MessageWriter::request("SUBSCRIBE", uri);
  writer.header(HeaderId::via, socket_.via(0x2000000000000 + ++last_branch_))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, fmt::format("<sip:{}@{}>;tag=s{}", watcher.extension, realm, number))
      .header(HeaderId::to, fmt::format("<{}>", uri))
      .header(HeaderId::call_id, fmt::format("s{}", number))
      .header(HeaderId::cseq, fmt::format("{} SUBSCRIBE", with_credentials ? 2 : 1))
      .header(HeaderId::contact, socket_.contact(watcher.extension))
      .header(HeaderId::event, "dialog")
      .header(HeaderId::expires, std::uint64_t{600});
  if (with_credentials) {
    writer.header(HeaderId::proxy_authorization, watcher.credentials("SUBSCRIBE", uri));
  }
  socket_.send(writer.finish());
}

void Watchers::receive() {
  socket_.receive([&](const sip::Message& message) {
    if (message.is_request()) {
      ++counts_.notified;
      counts_.bytes += message.size();
      socket_.send(MessageWriter::response_to(message, socket_.subject(), 200, "OK", {}).finish());
      return;
    }
    const auto number = to_number<std::size_t>(message.call_id().substr(1));
    if (!number) return;
    if (message.status() == 407) {
      watchers_[*number % watchers_.size()].take_challenge(message);
      return send(*number, true);
    }
    message.status() == 200 ? ++counts_.subscribed : ++counts_.refused;
  });
}

}  // namespace dering::bench
