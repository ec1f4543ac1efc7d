// SPDX-License-Identifier: Apache-2.0
#include "calls/proxy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/check.h"
#include "calls/line.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t first_extension = 100'000;

constexpr std::string_view script = R"(
children=2
disable_tcp=yes
log_stderror=yes
debug=-1
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("usrloc", "db_mode", 0)
request_route {
  if (method == "REGISTER") {
    save("location");
    exit;
  }
  if (loose_route()) {
    t_relay();
    exit;
  }
  record_route();
  if (!lookup("location")) {
    sl_send_reply("404", "Not here");
    exit;
  }
  t_relay();
}
)";

/// One that nobody has now.
SocketAddress free_address() {
  const PhoneSocket socket(0x7f000001, *SocketAddress::from_text("127.0.0.1", 9));
  return socket.local();
}

/// Its processes end together only when asked kindly, and then may take a minute.
std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::ifstream list(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

}  // namespace

ProxyUnderTest::ProxyUnderTest(const std::filesystem::path& kamailio, std::size_t users)
    : settings_(std::filesystem::temp_directory_path() /
                fmt::format("dering-bench.{}.kamailio", ::getpid())),
      address_(free_address()) {
  std::ofstream(settings_) << fmt::format("listen=udp:{}\n", address_.text()) << script;
  subject_.emplace(std::vector<std::string>{kamailio.string(), "-f", settings_.string(), "-DD",
                                            "-E", "-m", "128", "-x", "fm"});
  for (std::size_t i = 0; i < users; ++i) {
    extensions_.push_back(std::to_string(first_extension + i));
  }
  std::this_thread::sleep_for(2s);
  DERING_CHECK(!children_of(pid()).empty());
}

ProxyUnderTest::~ProxyUnderTest() {
  const std::vector<pid_t> children = children_of(pid());
  ::kill(pid(), SIGKILL);
  for (const pid_t child : children) ::kill(child, SIGKILL);
  subject_.reset();
  std::error_code ignored;
  std::filesystem::remove(settings_, ignored);
}

}  // namespace dering::bench
