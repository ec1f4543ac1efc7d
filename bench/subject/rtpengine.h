// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "machine/machine.h"

namespace dering::bench {

/// An rtpengine in user space on CPU 0, as a peer to compare with. Ends with its owner.
class RtpengineUnderTest {
 public:
  explicit RtpengineUnderTest(const std::filesystem::path& program);

  pid_t pid() const { return subject_.pid(); }

  /// One side of a call says what it offers or answers.
  struct Said {
    std::string call;
    std::string sdp;
    std::string_view from;                 ///< tag
    std::string_view to;                   ///< tag; empty in an offer
    std::string_view wants_protocol = {};  ///< of an offer: "RTP/AVP" towards the other side
    std::string_view wants_codec = {};     ///< of an offer: added for the other side
  };
  /// What the other side is told; empty if it was refused.
  std::string tell(const Said& said);

 private:
  std::string ask(std::string_view bencoded);

  FileDescriptor socket_;
  Subject subject_;
  unsigned asked_ = 0;
};

}  // namespace dering::bench
