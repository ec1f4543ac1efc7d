// SPDX-License-Identifier: Apache-2.0
#include "net/byte_stream.h"

#include <array>

namespace dering::net {
namespace {

constexpr std::size_t most_forgotten = 256 * 1024;

struct Lingering {
  ByteStream& stream;
  std::move_only_function<void()> done;
  std::size_t forgotten = 0;
  std::array<char, 4096> bytes;
};

void forget_more(std::unique_ptr<Lingering> lingering) {
  Lingering& l = *lingering;
  l.stream.read_some(asio::buffer(l.bytes),
                     [lingering = std::move(lingering)](IoError error, std::size_t size) mutable {
                       lingering->forgotten += size;
                       if (error || lingering->forgotten > most_forgotten) return lingering->done();
                       forget_more(std::move(lingering));
                     });
}

}  // namespace

void linger(ByteStream& stream, std::move_only_function<void()> done) {
  stream.shutdown_send();
  forget_more(std::unique_ptr<Lingering>(new Lingering{stream, std::move(done), 0, {}}));
}

}  // namespace dering::net
