// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "net/event_loop.h"

namespace dering::app {

/// The Unix socket in the data folder by which other dering commands talk to the running one: one
/// line in, one line out. Mode 0600. Main thread.
class ControlSocket {
 public:
  /// Answers one request line with one line.
  using Answer = std::function<std::string(std::string_view request)>;

  /// A sentence if another dering already serves this data folder, or the socket can't be made.
  static std::expected<ControlSocket, std::string> listen(const std::filesystem::path& path);
  ControlSocket(ControlSocket&&) = default;
  ControlSocket& operator=(ControlSocket&&) = default;
  ~ControlSocket();

  void serve(net::EventLoop& loop, Answer answer);

 private:
  ControlSocket(std::filesystem::path path, FileDescriptor fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path path_;
  FileDescriptor fd_;
};

/// Asks the running dering; a sentence if there is none.
std::expected<std::string, std::string> ask_running(const std::filesystem::path& path,
                                                    std::string_view request);

}  // namespace dering::app
