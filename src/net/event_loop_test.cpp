// SPDX-License-Identifier: Apache-2.0
#include "net/event_loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "net/clock.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;

/// Two connected stream sockets.
struct Pair {
  Pair() {
    std::array<int, 2> ends;
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    a = FileDescriptor(ends[0]);
    b = FileDescriptor(ends[1]);
  }
  void send_to_a() { EXPECT_EQ(::write(b.get(), "x", 1), 1); }
  void drain_a() {
    char byte;
    EXPECT_EQ(::read(a.get(), &byte, 1), 1);
  }
  FileDescriptor a;
  FileDescriptor b;
};

TEST(EventLoop, CallsBackForEachReadableDescriptor) {
  EventLoop loop;
  Pair one;
  Pair two;
  int calls = 0;
  loop.add(one.a.get(), [&] { one.drain_a(), ++calls; });
  loop.add(two.a.get(), [&] { two.drain_a(), ++calls; });
  one.send_to_a();
  two.send_to_a();
  loop.run_once(now() + 5s);
  EXPECT_EQ(calls, 2);
  loop.run_once(now());
  EXPECT_EQ(calls, 2);
}

TEST(EventLoop, CallsBackForWritableOnlyWhileWanted) {
  EventLoop loop;
  Pair pair;
  int calls = 0;
  loop.add(pair.a.get(), [] {}, [&] { ++calls; });
  loop.run_once(now());
  EXPECT_EQ(calls, 0);
  loop.want_writable(pair.a.get(), true);
  loop.run_once(now() + 5s);
  EXPECT_EQ(calls, 1);
  loop.want_writable(pair.a.get(), false);
  loop.run_once(now());
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, LetsCallbacksRemoveThemselvesAndEachOther) {
  EventLoop loop;
  Pair one;
  Pair two;
  int calls = 0;
  const auto remove_both = [&, big = std::array<char, 256>{}] {
    loop.remove(one.a.get());
    loop.remove(two.a.get());
    calls += 1 + big[0];
  };
  loop.add(one.a.get(), remove_both);
  loop.add(two.a.get(), remove_both);
  one.send_to_a();
  two.send_to_a();
  loop.run_once(now() + 5s);
  loop.run_once(now());
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, WaitsUntilTheDeadlineAndNoLonger) {
  EventLoop loop;
  const Instant begin = now();
  loop.run_once(begin + 20ms);
  EXPECT_GE(now(), begin + 20ms);
  EXPECT_LT(now(), begin + 5s);
  loop.run_once(begin - 1s);
}

TEST(EventLoop, WakesFromAnotherThread) {
  EventLoop loop;
  std::thread other([&] { loop.wake(); });
  loop.run_once(std::nullopt);
  other.join();
  loop.wake();
  loop.wake();
  loop.run_once(std::nullopt);
  const Instant begin = now();
  loop.run_once(begin + 5ms);
  EXPECT_GE(now(), begin + 5ms) << "a wake-up is used up by the iteration it ends";
}

TEST(EventLoop, TellsOfTheEndOfAFile) {
  EventLoop loop;
  Pair pair;
  int calls = 0;
  loop.add(pair.a.get(), [&] { ++calls; });
  pair.b = FileDescriptor();
  loop.run_once(now() + 5s);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace dering::net
