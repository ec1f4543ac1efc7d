// SPDX-License-Identifier: Apache-2.0
#include "contract/seqpacket.h"

#include <gtest/gtest.h>
#include <media.pb.h>
#include <sys/socket.h>

#include "base/file_descriptor.h"

namespace dering::contract {
namespace {

struct Pair {
  FileDescriptor left;
  FileDescriptor right;
};

Pair make_pair() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  size_buffers(ends[0]);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

TEST(Seqpacket, CarriesOneMessageAPacket) {
  const Pair pair = make_pair();
  media::v2::Command command;
  for (std::uint64_t id = 1; id <= 2; ++id) {
    command.set_id(id);
    EXPECT_TRUE(send(pair.left.get(), command));
  }
  for (std::uint64_t id = 1; id <= 2; ++id) {
    ASSERT_EQ(receive(pair.right.get(), command), Received::message);
    EXPECT_EQ(command.id(), id);
  }
  EXPECT_EQ(receive(pair.right.get(), command), Received::nothing);
}

TEST(Seqpacket, TellsTheEnd) {
  Pair pair = make_pair();
  pair.left = FileDescriptor();
  media::v2::Command command;
  EXPECT_EQ(receive(pair.right.get(), command), Received::closed);
  command.set_id(1);
  EXPECT_FALSE(send(pair.right.get(), command));
}

TEST(Seqpacket, TakesAPacketThatIsNoMessageForTheEnd) {
  const Pair pair = make_pair();
  ASSERT_EQ(::send(pair.left.get(), "\xff\xff\xff", 3, 0), 3);
  media::v2::Command command;
  EXPECT_EQ(receive(pair.right.get(), command), Received::closed);
}

TEST(Seqpacket, CarriesTheLongestReady) {
  const Pair pair = make_pair();
  media::v2::Event event;
  for (int i = 0; i < 16384; ++i) event.mutable_ready()->add_bridges(~std::uint64_t{0});
  ASSERT_LE(event.ByteSizeLong(), most_message_bytes);
  ASSERT_TRUE(send(pair.left.get(), event));
  media::v2::Event got;
  ASSERT_EQ(receive(pair.right.get(), got), Received::message);
  EXPECT_EQ(got.ready().bridges_size(), 16384);
}

TEST(Seqpacket, SendsNothingWhenTheOtherSideDoesNotRead) {
  const Pair pair = make_pair();
  media::v2::Event event;
  event.mutable_refused()->set_reason(std::string(1000, 'x'));
  int sent = 0;
  while (send(pair.left.get(), event)) ++sent;
  EXPECT_GT(sent, 0);
}

}  // namespace
}  // namespace dering::contract
