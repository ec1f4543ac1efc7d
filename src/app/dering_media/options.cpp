// SPDX-License-Identifier: Apache-2.0
#include "app/dering_media/options.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "base/port_range.h"

namespace dering::app {
namespace {

std::string fault_of_address(const std::string& text) {
  return SocketAddress::from_text(text, 0) ? std::string() : text + " is not an IP address";
}

std::string fault_of_ports(const std::string& text) {
  return PortRange::from_text(text) ? std::string()
                                    : text + " is not a range of ports, as 20000-20999";
}

}  // namespace

std::expected<MediaOptions, int> read_media_options(int argc, char** argv) {
  CLI::App program("The media engine of Dering: carries every call's packets, as told by dering.");
  MediaOptions options;
  std::vector<std::string> addresses;
  std::string rtp_ports;
  std::uint32_t orphan_seconds = 600;
  program
      .add_option("--address", addresses,
                  "IP address that phones send to; repeatable, best first (default: found)")
      ->check(CLI::Validator(fault_of_address, "IP"))
      ->take_all();
  program.add_option("--port", options.port,
                     "UDP port of the first media thread, counting up; 0 takes any");
  program
      .add_option("--rtp-ports", rtp_ports,
                  "UDP ports for phones without ICE, FIRST-LAST, two a phone (default 20000-20999);"
                  " 0-99 takes a hundred free ones")
      ->check(CLI::Validator(fault_of_ports, "FIRST-LAST"));
  program.add_option("--threads", options.threads, "Media threads (default 1)")
      ->check(CLI::Range(1, 64));
  program.add_option("--socket", options.socket, "Unix socket for the switchboard")->required();
  program.add_option("--sounds", options.sounds,
                     "Folder of WAV files that phones can hear: music/lobby.wav is music/lobby");
  program.add_option("--orphan-timeout", orphan_seconds,
                     "Seconds without a switchboard after which all bridges close (default 600)");
  program.add_flag("--exit-when-orphaned", options.exit_when_orphaned, "End the program then, too");
  program.set_version_flag("--version", "dering-media " DERING_VERSION);
  // CLI11 reports by exception; none leaves this function.
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return std::unexpected(program.exit(error));
  }
  for (const std::string& text : addresses) {
    options.addresses.push_back(*SocketAddress::from_text(text, 0));
  }
  if (const auto ports = PortRange::from_text(rtp_ports)) {
    options.first_rtp_port = ports->first;
    options.last_rtp_port = ports->last;
  }
  options.orphan_timeout = std::chrono::seconds(orphan_seconds);
  return options;
}

}  // namespace dering::app
