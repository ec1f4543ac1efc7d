// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace dering::app {

/// Starts the media engine as a program of its own. It gets a process group of its own, so that a
/// Ctrl-C at the terminal, or the death of the switchboard, does not reach it.
class EngineProcess {
 public:
  EngineProcess(std::filesystem::path program, std::vector<std::string> arguments);

  /// A sentence if it cannot be started.
  std::optional<std::string> start();
  /// True while the process that start() made is alive; collects its exit status.
  bool is_running();
  /// Asks it to end, as a terminal would; nothing if start() made none.
  void stop() const;

 private:
  std::filesystem::path program_;
  std::vector<std::string> arguments_;
  pid_t pid_ = 0;
};

}  // namespace dering::app
