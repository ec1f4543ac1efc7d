// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "base/socket_address.h"

namespace dering::app {

/// The command line of dering-media.
struct MediaOptions {
  std::vector<SocketAddress> addresses;  ///< advertised; empty: the machine's own
  std::uint16_t port = 0;                ///< of media thread 0; 0 takes any
  std::uint16_t threads = 1;
  /// For phones without ICE, shared out among the threads. `first` 0 takes free ones.
  std::uint16_t first_rtp_port = 20'000;
  std::uint16_t last_rtp_port = 20'999;
  std::filesystem::path socket;
  std::filesystem::path sounds;  ///< the folder of WAV files that can be played; empty: none
  std::chrono::seconds orphan_timeout{600};
  bool exit_when_orphaned = false;
};

/// The options, or the exit status if there is nothing to run: --help and --version give 0, a
/// mistake another; what there is to say has been printed.
std::expected<MediaOptions, int> read_media_options(int argc, char** argv);

}  // namespace dering::app
