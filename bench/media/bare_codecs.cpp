// SPDX-License-Identifier: Apache-2.0
#include "media/bare_codecs.h"

#include <time.h>

#include <array>
#include <thread>
#include <vector>

#include "codec/codec.h"
#include "machine/machine.h"
#include "media/calls.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;
using media::v2::Codec;
using std::chrono::nanoseconds;

nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

/// What one phone says becomes what the other one hears.
class Direction {
 public:
  Direction(codec::Kind from, codec::Kind to, const Payloads& says)
      : decoder_(codec::make_decoder({.kind = from, .rate = codec::common_rate(from, to)})),
        encoder_(codec::make_encoder({.kind = to, .rate = codec::common_rate(from, to)})),
        says_(&says),
        sound_(codec::most_samples),
        payload_(codec::most_payload) {}

  void carry() {
    const auto size = decoder_->decode((*says_)[at_++ % says_->size()], sound_);
    if (size) (void)encoder_->encode(codec::Samples(sound_).first(*size), payload_);
  }

 private:
  std::unique_ptr<codec::Decoder> decoder_;
  std::unique_ptr<codec::Encoder> encoder_;
  const Payloads* says_;
  std::vector<std::int16_t> sound_;
  std::vector<std::uint8_t> payload_;
  std::size_t at_ = 0;
};

/// As a media thread rests between packets (base/pace.h).
constexpr nanoseconds nap = 500us;

/// How many of them have had their turn by then, each every 20 ms.
std::size_t first_due(nanoseconds passed, std::size_t directions) {
  return static_cast<std::size_t>(passed / nap) * directions / (20ms / nap);
}

}  // namespace

double bare_codecs(std::size_t calls, nanoseconds duration) {
  std::vector<Direction> directions;
  for (std::size_t call = 0; call < calls; ++call) {
    directions.emplace_back(codec::Kind::opus, codec::Kind::pcmu, payloads_of(Codec::NAME_OPUS));
    directions.emplace_back(codec::Kind::pcmu, codec::Kind::opus, payloads_of(Codec::NAME_PCMU));
  }
  pin_to_cpu(cpu_of_subject);
  const nanoseconds used_before = cpu_time();
  const auto start = std::chrono::steady_clock::now();
  for (nanoseconds passed{}; passed < duration; passed += nap) {
    for (std::size_t i = first_due(passed, directions.size());
         i < first_due(passed + nap, directions.size()); ++i) {
      directions[i % directions.size()].carry();
    }
    std::this_thread::sleep_until(start + passed + nap);
  }
  const nanoseconds used = cpu_time() - used_before;
  pin_to_cpu(cpu_of_generator);
  const auto share = static_cast<double>(used.count()) / static_cast<double>(duration.count());
  return static_cast<double>(calls) / share;
}

}  // namespace dering::bench
