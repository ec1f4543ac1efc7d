// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dering::net {

/// What SIP packets say of themselves to routers: class selector 3, "call signalling" in the usual
/// plans of networks with telephones (RFC 2474 §4.2.2; RFC 4594 calls the class so, and most such
/// plans mark it CS3). The value of the whole byte: the code point above two bits of ECN.
inline constexpr int signalling_class = 24 << 2;

/// Marks all that leaves by the socket, over IPv4 and IPv6. Connections that a listening one
/// accepts take it over. Where the kernel refuses, packets go unmarked.
void mark_as_signalling(int fd);

}  // namespace dering::net
