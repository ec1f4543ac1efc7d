// SPDX-License-Identifier: Apache-2.0
#include "calls/phones.h"

#include <thread>

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double sign_in_rate = 2000;
constexpr double watch_rate = 2000;
/// The generator wakes so often: fine enough to be even, coarse enough to leave its core time.
constexpr auto pace = 100us;

enum class Half : std::uint8_t { callers, callees };

std::vector<std::string> half_of(const std::vector<std::string>& extensions, Half half) {
  std::vector<std::string> chosen;
  for (std::size_t i = half == Half::callers ? 0 : 1; i < extensions.size(); i += 2) {
    chosen.push_back(extensions[i]);
  }
  return chosen;
}

std::vector<Line> lines_of(const std::vector<std::string>& extensions, Half half) {
  std::vector<Line> lines;
  for (const std::string& extension : half_of(extensions, half))
    lines.push_back({extension, {}, 0});
  return lines;
}

/// How many of a rate must have begun by now.
std::size_t due(double rate, std::size_t count, Time start, Time now) {
  const double passed = std::chrono::duration<double>(now - start).count();
  return std::min(count, static_cast<std::size_t>(passed * rate) + 1);
}

bool register_at(double rate, std::size_t count, Challenge challenge, Registrations& phones) {
  const Time start = Clock::now();
  const auto patience = 10s + std::chrono::duration<double>(static_cast<double>(count) / rate);
  std::size_t begun = 0;
  std::uint64_t done = 0;
  for (Time now = start; done < count && now - start < patience; now = Clock::now()) {
    for (; begun < due(rate, count, start, now); ++begun) phones.begin(challenge);
    phones.receive();
    phones.flush();
    const Registrations::Counts news = phones.take_counts();
    if (news.refused > 0) return false;
    done += news.done;
    std::this_thread::sleep_for(pace);
  }
  return done == count;
}

}  // namespace

DeskPhones::DeskPhones(const SocketAddress& subject, const std::vector<std::string>& extensions)
    : callers_(subject, lines_of(extensions, Half::callers), half_of(extensions, Half::callees)),
      callees_(subject, lines_of(extensions, Half::callees)),
      callers_sign_in_(callers_.socket(), callers_.lines()),
      callees_sign_in_(callees_.socket(), callees_.lines()),
      watchers_(subject, lines_of(extensions, Half::callers), half_of(extensions, Half::callees)) {}

bool DeskPhones::sign_in() {
  const std::size_t count = callees_.lines().size();
  return register_at(sign_in_rate, count, Challenge::each_time, callers_sign_in_) &&
         register_at(sign_in_rate, count, Challenge::each_time, callees_sign_in_);
}

bool DeskPhones::register_anew(double rate, std::size_t count, Challenge challenge) {
  return register_at(rate, count, challenge, callees_sign_in_);
}

void DeskPhones::call(double rate, std::size_t count, Challenge challenge) {
  const Time start = Clock::now();
  for (std::size_t begun = 0; begun < count;) {
    const Time now = Clock::now();
    for (; begun < due(rate, count, start, now); ++begun) callers_.begin(challenge, now);
    step(now);
  }
}

bool DeskPhones::watch(std::size_t lamps) {
  const Time start = Clock::now();
  const auto patience =
      10s + std::chrono::duration<double>(static_cast<double>(lamps) / watch_rate);
  Watchers::Counts counts;
  std::size_t begun = 0;
  // Each is told the state of its lamp at once.
  for (Time now = start; counts.notified < lamps && now - start < patience; now = Clock::now()) {
    for (; begun < due(watch_rate, lamps, start, now); ++begun) watchers_.subscribe();
    watchers_.receive();
    watchers_.flush();
    const Watchers::Counts news = watchers_.take_counts();
    counts.subscribed += news.subscribed;
    counts.notified += news.notified;
    if (news.refused > 0) return false;
    std::this_thread::sleep_for(pace);
  }
  return counts.subscribed == lamps && counts.notified == lamps;
}

void DeskPhones::finish(std::chrono::nanoseconds patience) {
  for (const Time end = Clock::now() + patience; callers_.open() > 0 && Clock::now() < end;) {
    step(Clock::now());
  }
}

void DeskPhones::step(Time now) {
  callers_.receive(hold_time, now);
  callees_.receive(ring_time, now);
  watchers_.receive();
  callers_.on_time(now);
  callees_.on_time(now);
  callers_.socket().flush();
  callees_.socket().flush();
  watchers_.flush();
  std::this_thread::sleep_for(pace);
}

}  // namespace dering::bench
