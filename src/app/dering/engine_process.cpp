// SPDX-License-Identifier: Apache-2.0
#include "app/dering/engine_process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

extern char** environ;

namespace dering::app {

EngineProcess::EngineProcess(std::filesystem::path program, std::vector<std::string> arguments)
    : program_(std::move(program)), arguments_(std::move(arguments)) {}

std::optional<std::string> EngineProcess::start() {
  std::string name = program_.string();
  std::vector<char*> argv{name.data()};
  for (std::string& argument : arguments_) argv.push_back(argument.data());
  argv.push_back(nullptr);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  // An engine that outlives us must not keep our ports: it inherits nothing but standard streams.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const int error = posix_spawn(&pid_, name.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return std::nullopt;
  pid_ = 0;
  return fmt::format("the media engine {} could not be started: {}.", name, std::strerror(error));
}

bool EngineProcess::is_running() {
  if (pid_ == 0) return false;
  if (waitpid(pid_, nullptr, WNOHANG) == 0) return true;
  pid_ = 0;
  return false;
}

void EngineProcess::stop() const {
  if (pid_ != 0) ::kill(pid_, SIGTERM);
}

}  // namespace dering::app
