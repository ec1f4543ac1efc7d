// SPDX-License-Identifier: Apache-2.0
//
// The real program over its real socket.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <media.pb.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/file_descriptor.h"
#include "contract/seqpacket.h"
#include "contract/version.h"
#include "engine/testing/checks.h"
#include "engine/testing/loopback_phone.h"

namespace dering {
namespace {

using namespace std::chrono_literals;
using engine::testing::Check;
using engine::testing::LoopbackPhone;
using media::v2::Command;
using media::v2::Event;

const ice::Credentials credentials{"process1", "passwordpasswordpassword"};

/// One switchboard's connection to the engine.
class Switchboard {
 public:
  explicit Switchboard(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    for (int attempt = 0; attempt < 250; ++attempt) {
      socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
      const auto* any = reinterpret_cast<const sockaddr*>(&address);
      if (::connect(socket_.get(), any, sizeof address) == 0) return;
      std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << "no engine at " << path;
  }

  void send(const Command& command) const { EXPECT_TRUE(contract::send(socket_.get(), command)); }
  /// The next event; an empty one when the engine hung up or says nothing for five seconds.
  Event next() const {
    Event event;
    pollfd readable{socket_.get(), POLLIN, 0};
    ::poll(&readable, 1, 5000);
    contract::receive(socket_.get(), event);
    return event;
  }
  /// The event that answers the phone's checks. They are repeated, as a phone does: the first may
  /// overtake the commands that open its port.
  Event connect(const LoopbackPhone& phone) const {
    for (int attempt = 0; attempt < 250; ++attempt) {
      phone.send(write(Check{.local = credentials}));
      pollfd readable{socket_.get(), POLLIN, 0};
      if (::poll(&readable, 1, 20) > 0) return next();
    }
    return {};
  }
  bool is_hung_up() const {
    Event event;
    pollfd readable{socket_.get(), POLLIN, 0};
    ::poll(&readable, 1, 5000);
    return contract::receive(socket_.get(), event) == contract::Received::closed;
  }
  media::v2::Ready hello() const {
    Command command;
    command.mutable_hello()->set_version(contract::version);
    send(command);
    return next().ready();
  }
  void open_bridge(std::uint64_t id) const {
    Command command;
    command.set_id(id);
    command.mutable_open_bridge()->set_bridge(id);
    send(command);
  }
  void open_port(std::uint64_t bridge, std::uint64_t port) const {
    Command command;
    command.set_id(port);
    command.mutable_open_port()->set_bridge(bridge);
    command.mutable_open_port()->set_port(port);
    command.mutable_open_port()->mutable_ice()->mutable_local()->set_ufrag(credentials.ufrag);
    command.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd(credentials.pwd);
    send(command);
  }
  void close_bridge(std::uint64_t id) const {
    Command command;
    command.mutable_close_bridge()->set_bridge(id);
    send(command);
  }

 private:
  FileDescriptor socket_;
};

class DeringMedia : public ::testing::Test {
 protected:
  DeringMedia() {
    char name[] = "/tmp/dering-media-test.XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~DeringMedia() override {
    if (pid_ > 0) stop();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path socket_path() const { return folder_ / "media"; }

  void start(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {DERING_MEDIA_PROGRAM, "--address", "127.0.0.1", "--rtp-ports",
                                     "0-7", "--socket", socket_path().native()});
    std::vector<char*> arguments;
    for (std::string& option : options) arguments.push_back(option.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  /// The exit status after SIGTERM.
  int stop() {
    ::kill(pid_, SIGTERM);
    return wait();
  }
  int wait() {
    int status = -1;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

TEST_F(DeringMedia, CarriesOutCommandsAndTellsWhatHappens) {
  start();
  const Switchboard switchboard(socket_path());
  const auto ready = switchboard.hello();
  EXPECT_EQ(ready.version(), contract::version);
  EXPECT_EQ(ready.addresses(0), "127.0.0.1");
  EXPECT_EQ(ready.fingerprint().size(), 95U);
  ASSERT_EQ(ready.udp_ports_size(), 1);
  std::uint32_t pairs = 0;
  for (const auto& ports : ready.rtp_ports()) {
    EXPECT_EQ(ports.thread(), 0U);
    EXPECT_EQ(ports.first() % 2, 0U);
    pairs += ports.pairs();
  }
  EXPECT_EQ(pairs, 4U);

  switchboard.open_bridge(1);
  switchboard.open_port(1, 11);
  switchboard.open_port(9, 91);
  EXPECT_EQ(switchboard.next().refused().command_id(), 91U);

  const LoopbackPhone phone("127.0.0.2", static_cast<std::uint16_t>(ready.udp_ports(0)));
  EXPECT_EQ(switchboard.connect(phone).port_connected().address(), phone.address_text());
  switchboard.close_bridge(1);
  EXPECT_EQ(switchboard.next().port_closed().port(), 11U);
  EXPECT_EQ(stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(socket_path()));
}

TEST_F(DeringMedia, KeepsCallsWhenTheSwitchboardDiesAndHandsThemToTheNext) {
  start();
  std::uint16_t port = 0;
  {
    const Switchboard first(socket_path());
    port = static_cast<std::uint16_t>(first.hello().udp_ports(0));
    first.open_bridge(77);
    first.open_port(77, 11);
  }
  const Switchboard second(socket_path());
  const auto ready = second.hello();
  ASSERT_EQ(ready.bridges_size(), 1);
  EXPECT_EQ(ready.bridges(0), 77U);
  const LoopbackPhone phone("127.0.0.2", port);
  EXPECT_EQ(second.connect(phone).port_connected().port(), 11U);
  second.close_bridge(77);
  EXPECT_EQ(second.next().port_closed().port(), 11U);
  EXPECT_EQ(Switchboard(socket_path()).hello().bridges_size(), 0);
}

TEST_F(DeringMedia, ObeysTheSwitchboardThatSaidHelloLast) {
  start();
  const Switchboard first(socket_path());
  first.hello();
  const Switchboard second(socket_path());
  second.hello();
  EXPECT_TRUE(first.is_hung_up());
  second.open_bridge(1);
  second.open_bridge(1);
  EXPECT_TRUE(second.next().has_refused());
}

TEST_F(DeringMedia, HangsUpOnWhoeverDoesNotSayHelloFirst) {
  start();
  const Switchboard stranger(socket_path());
  stranger.open_bridge(1);
  EXPECT_TRUE(stranger.next().has_refused());
  EXPECT_TRUE(stranger.is_hung_up());
  EXPECT_EQ(Switchboard(socket_path()).hello().bridges_size(), 0);
}

TEST_F(DeringMedia, EndsWhenOrphanedIfToldTo) {
  start({"--orphan-timeout", "1", "--exit-when-orphaned"});
  EXPECT_EQ(wait(), 0);
}

TEST_F(DeringMedia, ClosesItsBridgesWhenOrphaned) {
  start({"--orphan-timeout", "0"});
  {
    const Switchboard first(socket_path());
    first.hello();
    first.open_bridge(1);
  }
  EXPECT_EQ(Switchboard(socket_path()).hello().bridges_size(), 0);
}

TEST_F(DeringMedia, IsForItsOwnUserAndTakesOverOnlyADeadSocket) {
  start();
  Switchboard(socket_path()).hello();
  struct stat status{};
  ASSERT_EQ(::stat(socket_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const pid_t first = std::exchange(pid_, 0);
  start();
  EXPECT_EQ(wait(), 1);
  ::kill(first, SIGKILL);
  ::waitpid(first, nullptr, 0);
  start();
  EXPECT_EQ(Switchboard(socket_path()).hello().version(), contract::version);
}

TEST_F(DeringMedia, SpreadsBridgesOverItsThreads) {
  start({"--threads", "2"});
  const Switchboard switchboard(socket_path());
  const auto ready = switchboard.hello();
  ASSERT_EQ(ready.udp_ports_size(), 2);
  EXPECT_NE(ready.udp_ports(0), ready.udp_ports(1));
  Command open;
  open.mutable_open_bridge()->set_bridge(5);
  open.mutable_open_bridge()->set_thread(1);
  switchboard.send(open);
  switchboard.open_port(5, 51);
  const LoopbackPhone phone("127.0.0.2", static_cast<std::uint16_t>(ready.udp_ports(1)));
  EXPECT_EQ(switchboard.connect(phone).port_connected().port(), 51U);
}

}  // namespace
}  // namespace dering
