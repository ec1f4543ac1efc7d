// SPDX-License-Identifier: Apache-2.0
#include "app/dering/taken_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <regex>

#include "base/file_descriptor.h"
#include "base/native_address.h"
#include "base/socket_address.h"

namespace dering::app {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A port that another process, of a name of its own, listens on.
class Neighbour {
 public:
  Neighbour(int type, std::string_view ip, const char* name) {
    const auto address = SocketAddress::from_text(ip, 0).value();
    const int family = family_of(address);
    NativeAddress native = to_native(address, family);
    const FileDescriptor fd(::socket(family, type | SOCK_CLOEXEC, 0));
    if (!fd || ::bind(fd.get(), native.get(), native.size) != 0) return;
    if (type == SOCK_STREAM) ::listen(fd.get(), 1);
    ::getsockname(fd.get(), native.get(), &native.size);
    port_ = from_native(native).port();
    int ready[2];
    if (::pipe(ready) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_NAME, name);
      (void)!::write(ready[1], "", 1);
      for (;;) ::pause();
    }
    char byte;
    (void)!::read(ready[0], &byte, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Neighbour() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;

  std::uint16_t port() const { return port_; }
  std::string text() const { return std::to_string(port_); }
  std::string process() const { return std::to_string(process_); }

 private:
  std::uint16_t port_ = 0;
  pid_t process_ = -1;
};

Config config_of_free_ports() {
  Config config;
  config.data = "/nonexistent";
  config.http = {"127.0.0.1", 0};
  config.https = {"127.0.0.1", 0};
  config.sip = {"127.0.0.1", 0};
  config.media_addresses = {"127.0.0.1"};
  config.media_port = 0;
  return config;
}

TEST(TakenPort, IsNoneWhereAllAreFree) {
  EXPECT_EQ(taken_port(config_of_free_ports()), std::nullopt);
}

TEST(TakenPort, NamesTheAsteriskThatHoldsItAndWhatToChange) {
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    const Neighbour asterisk(type, "0.0.0.0", "asterisk");
    Config config = config_of_free_ports();
    config.sip = {"127.0.0.1", asterisk.port()};
    EXPECT_THAT(
        taken_port(config).value_or("free"),
        AllOf(StartsWith(type == SOCK_STREAM ? "TCP port " : "UDP port "),
              HasSubstr(asterisk.text() + " on 127.0.0.1 is already in use by asterisk (process " +
                        asterisk.process() + ");"),
              HasSubstr("--sip-port "), EndsWith(" below [sip] in dering.toml.")));
  }
}

TEST(TakenPort, NamesTheOptionAndTheSettingOfEveryPort) {
  const Neighbour tcp(SOCK_STREAM, "127.0.0.1", "nginx");
  const Neighbour udp(SOCK_DGRAM, "127.0.0.1", "rtpengine");
  Config http = config_of_free_ports();
  http.http.port = tcp.port();
  EXPECT_THAT(taken_port(http).value_or(""), AllOf(HasSubstr(" --port "), HasSubstr("[http]")));
  Config https = config_of_free_ports();
  https.https.port = tcp.port();
  EXPECT_THAT(taken_port(https).value_or(""),
              AllOf(HasSubstr("--https-port "), HasSubstr("[https]")));
  Config media = config_of_free_ports();
  media.media_port = udp.port();
  EXPECT_THAT(taken_port(media).value_or(""),
              AllOf(HasSubstr("--media-port "), HasSubstr("[media]")));
}

TEST(TakenPort, ProposesOneThatIsFree) {
  const Neighbour asterisk(SOCK_DGRAM, "127.0.0.1", "asterisk");
  Config config = config_of_free_ports();
  config.sip.port = asterisk.port();
  const std::string sentence = taken_port(config).value_or("");
  std::smatch found;
  ASSERT_TRUE(
      std::regex_search(sentence, found, std::regex("--sip-port (\\d+), or port = (\\d+) ")));
  EXPECT_EQ(found[1], found[2]);
  config.sip.port = static_cast<std::uint16_t>(std::stoi(found[1]));
  EXPECT_EQ(taken_port(config), std::nullopt);
}

TEST(TakenPort, FindsAnIpv6ListenerThatTakesIpv4Too) {
  const Neighbour dual(SOCK_STREAM, "::", "kamailio");
  if (dual.port() == 0) GTEST_SKIP() << "this machine has no IPv6";
  Config config = config_of_free_ports();
  config.sip = {"0.0.0.0", dual.port()};
  EXPECT_THAT(taken_port(config).value_or(""), HasSubstr("in use by kamailio"));
}

TEST(TakenPort, SaysWhichAddressIsNoneOfThisMachine) {
  Config config = config_of_free_ports();
  config.sip.address = "192.0.2.77";
  EXPECT_THAT(taken_port(config).value_or(""),
              AllOf(HasSubstr("192.0.2.77"), HasSubstr("sip.address")));
}

TEST(TakenPort, ShowsNoControlCharactersOfAProgramsName) {
  const Neighbour odd(SOCK_STREAM, "127.0.0.1", "a\x1b[2Jb");
  Config config = config_of_free_ports();
  config.sip.port = odd.port();
  EXPECT_THAT(taken_port(config).value_or(""), HasSubstr("a?[2Jb"));
}

}  // namespace
}  // namespace dering::app
