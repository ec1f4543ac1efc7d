// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/socket_address.h"
#include "dns/records.h"

// What trunks want of the world, and what it says.
namespace dering::trunk {

/// To whoever asks DNS; DnsTold is the answer.
struct AskDns {
  dns::Question question;
};
struct DnsTold {
  dns::Question question;
  dns::Answer answer;
};
/// Which address of ours leads there? SourceFound is the answer.
struct FindSource {
  SocketAddress remote;
};
struct SourceFound {
  SocketAddress remote;
  SocketAddress local;  ///< unspecified: none does, or nobody knows
};

}  // namespace dering::trunk
