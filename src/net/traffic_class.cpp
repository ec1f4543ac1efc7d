// SPDX-License-Identifier: Apache-2.0
#include "net/traffic_class.h"

#include <netinet/in.h>
#include <sys/socket.h>

namespace dering::net {

void mark_as_signalling(int fd) {
  // A socket of IPv6 that takes IPv4 too wants both; one of IPv4 knows the first alone.
  ::setsockopt(fd, IPPROTO_IP, IP_TOS, &signalling_class, sizeof signalling_class);
  ::setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &signalling_class, sizeof signalling_class);
}

}  // namespace dering::net
