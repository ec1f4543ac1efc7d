// SPDX-License-Identifier: Apache-2.0
#include "media/street.h"

#include <thread>
#include <utility>

namespace dering::bench {

Street::Street(std::vector<Phone> phones) : phones_(std::move(phones)) {}

bool Street::connect(const std::string& pwd) {
  std::vector<PhoneSocket::Way> ways;
  for (const Phone& phone : phones_) ways.push_back({phone.to, phone.ufrag});
  return socket_.connect(ways, pwd);
}

/// One packet each of `count` phones from `first` on, as one batch.
void Street::send(std::size_t first, std::size_t count) {
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t phone = (first + at) % phones_.size();
    const std::size_t size = phones_[phone].write(socket_.draft(at));
    socket_.address(at, phone, size, phones_[phone].to);
  }
  socket_.send(count);
}

void Street::take(std::size_t at, Result& result) {
  const std::size_t phone = socket_.phone_of(at);
  if (phone >= phones_.size()) {
    ++result.wrong;
    return;
  }
  const auto is_right = phones_[phone].hear(socket_.received(at));
  if (!is_right) return;
  ++(*is_right ? result.received : result.wrong);
}

Street::Result Street::talk(std::chrono::nanoseconds interval, std::chrono::nanoseconds duration) {
  Result result;
  result.sent = send_evenly(
      socket_, phones_.size(), interval, duration,
      [&](std::size_t first, std::size_t count) { send(first, count); },
      [&](std::size_t at) { take(at, result); });
  return result;
}

Street::Result Street::wait_for_the_rest() {
  Result result;
  std::this_thread::sleep_for(grace);
  take_all(socket_, [&](std::size_t at) { take(at, result); });
  return result;
}

}  // namespace dering::bench
