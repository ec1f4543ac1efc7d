// SPDX-License-Identifier: Apache-2.0
#include "dtls/datagram_bio.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"
#include "dtls/openssl.h"

namespace dering::dtls {
namespace {

/// More than any flight needs; OpenSSL is not to be made to pile up more.
constexpr std::size_t most_waiting = 64;

Wire& wire_of(BIO* bio) {
  return *static_cast<Wire*>(BIO_get_data(bio));
}

int write(BIO* bio, const char* bytes, int size) {
  Wire& wire = wire_of(bio);
  const Bytes datagram = as_bytes({bytes, static_cast<std::size_t>(size)});
  if (wire.outgoing.size() < most_waiting) {
    wire.outgoing.emplace_back(datagram.begin(), datagram.end());
  }
  return size;
}

int read(BIO* bio, char* buffer, int capacity) {
  BIO_clear_retry_flags(bio);
  const auto datagram = std::exchange(wire_of(bio).incoming, std::nullopt);
  // OpenSSL would take zero bytes for the end of the connection.
  if (!datagram || datagram->empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t size = std::min(datagram->size(), static_cast<std::size_t>(capacity));
  std::ranges::copy(as_text(datagram->first(size)), buffer);
  return static_cast<int>(size);
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

std::unique_ptr<BIO_METHOD, FreeOpenssl> make_method() {
  std::unique_ptr<BIO_METHOD, FreeOpenssl> method(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram"));
  DERING_CHECK(method != nullptr);
  BIO_meth_set_write(method.get(), write);
  BIO_meth_set_read(method.get(), read);
  BIO_meth_set_ctrl(method.get(), control);
  return method;
}

}  // namespace

BIO* make_datagram_bio(Wire& wire) {
  static const auto method = make_method();
  BIO* bio = BIO_new(method.get());
  DERING_CHECK(bio != nullptr);
  BIO_set_data(bio, &wire);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace dering::dtls
