// SPDX-License-Identifier: Apache-2.0
#include "net/local_socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "net/local_client.h"
#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"

namespace {
mode_t mode_before_chmod = 0;
}

/// Notes what the mode was before: until then others could have connected.
extern "C" int chmod(const char* path, mode_t mode) noexcept {
  struct stat found{};
  mode_before_chmod = ::stat(path, &found) == 0 ? found.st_mode & 07777 : 0;
  return static_cast<int>(::syscall(SYS_fchmodat, AT_FDCWD, path, mode));
}

namespace dering::net {
namespace {

using testing::get;
using ::testing::HasSubstr;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::RunningEdge;

class AdminSocket : public ::testing::Test {
 protected:
  AdminSocket() {
    std::string pattern = ::testing::TempDir() + "socketXXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "api.sock";
  }
  ~AdminSocket() override { std::filesystem::remove_all(folder_); }

  EdgeSettings settings() const {
    EdgeSettings settings = loopback_settings();
    settings.admin_socket = path_.string();
    return settings;
  }
  static void tell_door(HttpRequest request, std::unique_ptr<HttpReply> reply) {
    const bool is_admin = request.door == Door::admin_socket;
    reply->respond({200,
                    {},
                    (is_admin ? "admin " : "network ") + request.method + ' ' + request.path + '?' +
                        request.query + ' ' + request.body});
  }
  mode_t mode() const {
    struct stat found{};
    return ::stat(path_.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(AdminSocket, ARequestThroughItIsAnAdministratorsAndOneOfTheNetworkIsNot) {
  RunningEdge edge(settings(), tell_door);
  const auto answer = ask_locally(
      path_, {.method = "PATCH", .target = "/api/v1/x%20y?a=1", .body = R"({"b":"2"})"});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"(admin PATCH /api/v1/x y?a=1 {"b":"2"})");
  LoopbackClient client(edge.web());
  EXPECT_THAT(get(client, "/api/v1/x").body, HasSubstr("network GET"));
}

TEST_F(AdminSocket, TakesABodyThatTheNetworkIsTooStrangeFor) {
  RunningEdge edge(settings(), [](HttpRequest request, std::unique_ptr<HttpReply> reply) {
    reply->respond({200, {}, std::to_string(request.body.size())});
  });
  const std::string plan((10U << 20U) + 1, ' ');
  const auto answer = ask_locally(path_, {.method = "PUT", .target = "/api", .body = plan});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, std::to_string(plan.size()));
  const auto more = ask_locally(
      path_, {.method = "PUT", .target = "/api", .body = std::string((11U << 20U) + 1, ' ')});
  EXPECT_TRUE(!more || more->status == 413);
}

TEST_F(AdminSocket, PassesOnTheFieldsOfACommand) {
  RunningEdge edge(settings(), [](HttpRequest request, std::unique_ptr<HttpReply> reply) {
    reply->respond({200, {}, std::string(request.field("If-Match").value_or("none"))});
  });
  const auto answer = ask_locally(path_, {.target = "/api", .fields = {{"If-Match", "\"7\""}}});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, "\"7\"");
}

TEST_F(AdminSocket, ItHasNeitherPagesNorTelephones) {
  RunningEdge edge(settings(), tell_door);
  for (const std::string target : {"/", "/index.html", "/ws/sip", "/anything"}) {
    EXPECT_EQ(ask_locally(path_, {.target = target})->body, "admin GET " + target + "? ");
  }
}

TEST_F(AdminSocket, NobodyElseOnThisMachineMayConnect) {
  const mode_t old = ::umask(0);
  {
    RunningEdge edge(settings());
    EXPECT_EQ(mode_before_chmod, 0600U) << "not for a moment";
    EXPECT_EQ(mode(), 0600U);
    EXPECT_EQ(local_peer(path_), LocalPeer::somebody);
  }
  ::umask(old);
  EXPECT_FALSE(std::filesystem::exists(path_)) << "it goes with the edge";
}

TEST_F(AdminSocket, APeerOfThisUserIsItsOwn) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  EXPECT_TRUE(is_own_peer(pair[0]));
  ::close(pair[0]);
  ::close(pair[1]);
  EXPECT_FALSE(is_own_peer(-1));
}

/// This thread alone is another user while it lives; only root can become one.
class AnotherUser {
 public:
  AnotherUser() : is_one_(::geteuid() == 0 && become(65'534)) {}
  ~AnotherUser() {
    if (is_one_) become(0);
  }
  bool is_one() const { return is_one_; }

 private:
  // setresuid() of the C library would change all threads.
  static bool become(long user) { return ::syscall(SYS_setresuid, -1, user, -1) == 0; }
  bool is_one_;
};

// H13: somebody opened the socket's mode and its folder.
TEST_F(AdminSocket, AProgramOfAnotherUserIsNotHeardThroughAnOpenSocketEither) {
  RunningEdge edge(settings(), tell_door);
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  std::filesystem::permissions(path_, std::filesystem::perms::all);
  EXPECT_TRUE(ask_locally(path_, {.target = "/a"}));
  int pair[2];
  {
    const AnotherUser other;
    if (!other.is_one()) GTEST_SKIP() << "only root can be another user";
    EXPECT_EQ(local_peer(path_), LocalPeer::somebody);
    EXPECT_FALSE(ask_locally(path_, {.target = "/a"}));
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  }
  EXPECT_FALSE(is_own_peer(pair[0]));
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST_F(AdminSocket, ItIsForItsUserWhateverTheMaskOfNewFilesIs) {
  const mode_t old = ::umask(0777);
  {
    RunningEdge edge(settings());
    EXPECT_EQ(mode(), 0600U);
  }
  ::umask(old);
}

TEST_F(AdminSocket, OneThatAKilledProgramLeftBehindIsReplaced) {
  {
    const FileDescriptor left(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(left.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_TRUE(std::filesystem::exists(path_));
  EXPECT_EQ(local_peer(path_), LocalPeer::nobody);
  RunningEdge edge(settings(), tell_door);
  EXPECT_EQ(ask_locally(path_, {.target = "/a"})->status, 200);
}

TEST_F(AdminSocket, ThatOfARunningProgramAndAFileThatIsNoSocketStay) {
  {
    RunningEdge edge(settings(), tell_door);
    const auto second = listen_locally(path_);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error(), HasSubstr(path_.string()));
    EXPECT_EQ(ask_locally(path_, {.target = "/a"})->status, 200);
  }
  std::ofstream(path_) << "precious";
  EXPECT_FALSE(listen_locally(path_));
  EXPECT_EQ(std::filesystem::file_size(path_), 8U);
}

TEST_F(AdminSocket, APathTooLongForASocketIsSaid) {
  const auto made = listen_locally(folder_ / std::string(120, 'x'));
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), HasSubstr("too long"));
}

TEST_F(AdminSocket, ACrowdOnTheNetworkKeepsNoAdministratorOut) {
  EdgeSettings full = settings();
  full.limits.connections = 1;
  RunningEdge edge(std::move(full), tell_door);
  LoopbackClient client(edge.web());
  EXPECT_EQ(get(client, "/api/a").status, 200);
  EXPECT_EQ(ask_locally(path_, {.target = "/api/a"})->status, 200);
}

TEST_F(AdminSocket, WhereNobodyAnswersTheCommandIsTold) {
  const auto answer = ask_locally(path_, {.target = "/"});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("did not answer"));
}

}  // namespace
}  // namespace dering::net
