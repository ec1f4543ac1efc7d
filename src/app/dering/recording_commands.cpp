// SPDX-License-Identifier: Apache-2.0
#include "app/dering/recording_commands.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "app/dering/admin_client.h"
#include "base/file_descriptor.h"
#include "base/log.h"
#include "recording/recorder.h"
#include "recording/replay.h"

namespace dering::app {
namespace {

constexpr const char* address = "/api/v1/recording";
constexpr int faulty = 1;
constexpr int different = 3;
/// A recording ends by itself before it is as long.
constexpr std::size_t most_to_replay = 2 * recording::Recorder::most_bytes;

struct Typed {
  std::string file;
  std::vector<std::string> files;
  unsigned seconds = 600;
  bool has_ladder = false;
  bool must_be_same = false;
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return faulty;
}

// ---- dering record ------------------------------------------------------------------------------

/// A new file that nobody else may read; a sentence if there can be none.
std::expected<FileDescriptor, std::string> new_file(const std::string& name) {
  FileDescriptor file(
      ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() >= 0) return file;
  return std::unexpected(fmt::format("{} cannot be made: {}.", name, std::strerror(errno)));
}

bool write_all(const FileDescriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Ctrl-C and its like wait to be looked for, so that what was recorded is fetched before the end.
sigset_t hold_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return set;
}

/// True if somebody wants it to end within this second.
bool is_ended_within_a_second(const sigset_t& signals) {
  const timespec second{.tv_sec = 1, .tv_nsec = 0};
  return sigtimedwait(&signals, nullptr, &second) > 0;
}

/// Fetches until the end; the bytes, or what went wrong.
std::expected<std::size_t, std::string> fetch(const Config& config, const Typed& typed,
                                              const FileDescriptor& file, const sigset_t& signals) {
  std::size_t bytes = 0;
  bool is_written = true;
  const auto take = [&](const std::string& method) -> std::expected<std::size_t, std::string> {
    const auto part = ask_running(config.data, {.method = method, .target = address});
    if (!part) return std::unexpected(part.error());
    is_written = write_all(file, *part);
    if (!is_written) return std::unexpected("The file cannot be written.");
    bytes += part->size();
    return part->size();
  };
  for (unsigned second = 0; second < typed.seconds; ++second) {
    const bool is_ended = is_ended_within_a_second(signals);
    const auto taken = take("GET");
    if (!taken) return std::unexpected(taken.error());
    if (is_ended) break;
  }
  auto last = take("DELETE");
  while (last && *last > 0) last = take("GET");
  if (!is_written) return std::unexpected(last.error());
  return bytes;
}

int record(const Config& config, const Typed& typed) {
  const auto file = new_file(typed.file);
  if (!file) return fail(file.error());
  const sigset_t signals = hold_signals();
  const auto begun = ask_running(config.data, {.method = "POST", .target = address});
  if (!begun) {
    ::unlink(typed.file.c_str());
    return fail(begun.error());
  }
  fmt::print("Recording. Do again what went wrong, then press Ctrl-C.\n");
  std::fflush(stdout);
  const auto bytes = fetch(config, typed, *file, signals);
  // Nobody else could begin one while this one waits to be fetched.
  if (!bytes) (void)ask_running(config.data, {.method = "DELETE", .target = address});
  if (!bytes) return fail(fmt::format("{} What came before is in {}.", bytes.error(), typed.file));
  fmt::print("{} bytes are in {}. It names people, numbers and addresses, and holds no password.\n",
             *bytes, typed.file);
  return 0;
}

// ---- dering replay ------------------------------------------------------------------------------

void print(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) fmt::print("  {}\n", sentence);
}

/// The whole file, or a sentence.
std::expected<std::string, std::string> read_file(const std::string& name) {
  const auto fault = [&] {
    return std::unexpected(fmt::format("{}: {}.", name, std::strerror(errno)));
  };
  const FileDescriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fault();
  std::string text;
  std::vector<char> part(1UL << 20U);
  struct stat about{};
  const bool is_too_long = ::fstat(file.get(), &about) == 0 && S_ISREG(about.st_mode) &&
                           static_cast<std::size_t>(about.st_size) > most_to_replay;
  if (is_too_long) return std::unexpected(name + " is longer than a recording may be.");
  ssize_t count = 1;
  while (count > 0 && text.size() <= most_to_replay) {
    count = ::read(file.get(), part.data(), part.size());
    if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
  }
  if (count < 0) return fault();
  if (count == 0) return text;
  return std::unexpected(name + " is longer than a recording may be.");
}

int replay(const std::string& name, const Typed& typed) {
  const auto text = read_file(name);
  if (!text) return fail(text.error());
  const auto replayed = recording::replay(*text);
  if (!replayed) return fail(fmt::format("{}: {}.", name, replayed.error()));
  if (typed.has_ladder) fmt::print("{}", replayed->ladder.text());
  fmt::print("{}: {} inputs, {} calls, {} faults, {} differences\n", name, replayed->inputs,
             replayed->calls, replayed->faults.size(), replayed->differences.size());
  if (!replayed->left_out.empty()) fmt::print("  left out: calls {}\n", replayed->left_out);
  print(replayed->faults);
  if (typed.must_be_same || typed.has_ladder) print(replayed->differences);
  if (!replayed->faults.empty()) return faulty;
  return typed.must_be_same && !replayed->differences.empty() ? different : 0;
}

int replay_all(const Typed& typed) {
  log::set_level(log::Level::error);
  int worst = 0;
  for (const std::string& name : typed.files) worst = std::max(worst, replay(name, typed));
  return worst;
}

}  // namespace

void add_recording_commands(CLI::App& app, Config& config, std::function<int()>& chosen) {
  const auto typed = std::make_shared<Typed>();
  CLI::App* record_command = app.add_subcommand(
      "record", "Write down all signalling of the running switchboard, to show a fault");
  record_command->add_option("file", typed->file, "A new file")->required();
  record_command->add_option("--data", config.data, "Data folder")->capture_default_str();
  record_command->add_option("--seconds", typed->seconds, "Until Ctrl-C, or for that long")
      ->capture_default_str();
  record_command->callback(
      [&config, &chosen, typed] { chosen = [&config, typed] { return record(config, *typed); }; });

  CLI::App* replay_command =
      app.add_subcommand("replay", "Play recordings to a switchboard of this version");
  replay_command->add_option("files", typed->files, "What dering record wrote")->required();
  replay_command->add_flag("--ladder", typed->has_ladder, "Draw the messages as arrows");
  replay_command->add_flag("--same", typed->must_be_same,
                           "What is said must be what was said then");
  replay_command->callback([&chosen, typed] { chosen = [typed] { return replay_all(*typed); }; });
}

}  // namespace dering::app
