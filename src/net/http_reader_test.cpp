// SPDX-License-Identifier: Apache-2.0
#include "net/http_reader.h"

#include <gtest/gtest.h>

namespace dering::net {
namespace {

using Event = HttpReader::Event;

constexpr HttpReader::Limits limits{.target = 100, .header = 1000, .body = 50};

/// The status that refuses these bytes; 0 for a request, -1 when more is awaited.
int refusal_of(std::string_view bytes) {
  HttpReader reader(limits);
  reader.add(bytes);
  switch (reader.next()) {
    case Event::need_more:
      return -1;
    case Event::request:
      return 0;
    case Event::refused:
      return reader.refusal_status();
  }
  return -2;
}

int refusal_of_fields(const std::string& fields) {
  return refusal_of("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\nabcde");
}

TEST(HttpReader, CutsRequestsFromAnyPieces) {
  const std::string one = "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  HttpReader reader(limits);
  int requests = 0;
  for (const char byte : one + one) {
    reader.add({&byte, 1});
    if (reader.next() != Event::request) continue;
    ++requests;
    EXPECT_EQ(reader.method(), "POST");
    EXPECT_EQ(reader.target(), "/a?b");
    EXPECT_EQ(reader.take_body(), "abc");
    EXPECT_EQ(reader.fields().size(), 2U);
    reader.start_over();
    EXPECT_FALSE(reader.has_started());
  }
  EXPECT_EQ(requests, 2);
}

TEST(HttpReader, KeepsWhatFollowsForTheNextRequest) {
  HttpReader reader(limits);
  reader.add("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(reader.next(), Event::request);
  EXPECT_TRUE(reader.is_keep_alive());
  reader.start_over();
  EXPECT_EQ(reader.next(), Event::request);
  EXPECT_EQ(reader.target(), "/2");
  EXPECT_FALSE(reader.is_keep_alive());
}

TEST(HttpReader, RefusesEveryWayToSmuggleARequest) {  // hostile-input H9
  EXPECT_EQ(refusal_of_fields("Content-Length: 5\r\n"), 0);
  EXPECT_EQ(refusal_of_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Transfer-Encoding: chunked\r\n"), 411);
  EXPECT_EQ(refusal_of_fields("Transfer-Encoding: chunked, identity\r\n"), 411);
  EXPECT_EQ(refusal_of_fields("Transfer-Encoding: xchunked\r\n"), 411);
  EXPECT_EQ(refusal_of_fields("Transfer-Encoding : chunked\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("X: y\r\n Transfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("X: y\r\n\tz\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: 5\r\nContent-Length: 6\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: 5, 6\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: +5\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: 0x5\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: -1\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Content-Length: 99999999999999999999\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("Host: b\r\n"), 400);
  EXPECT_EQ(refusal_of_fields("X: a\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(refusal_of_fields(std::string("X: a\0b\r\n", 8)), 400);
}

TEST(HttpReader, RefusesWhatIsNoRequest) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400) << "no Host";
  EXPECT_EQ(refusal_of("GET /\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of("\x16\x03\x01\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("\r\n\r\n"), 400);
}

TEST(HttpReader, HoldsNoMoreThanItsLimits) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  EXPECT_EQ(refusal_of(begin + std::string(2000, 'x')), 431);
  EXPECT_EQ(refusal_of(begin + std::string(2000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(refusal_of(begin + std::string(900, 'x') + "\r\n\r\n"), 0);
  EXPECT_EQ(refusal_of("GET /" + std::string(100, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(refusal_of_fields("Content-Length: 51\r\n"), 413);
  EXPECT_EQ(refusal_of_fields("Content-Length: 50\r\n"), -1);
}

TEST(HttpReader, StaysRefused) {
  HttpReader reader(limits);
  reader.add("\r\n\r\n");
  EXPECT_EQ(reader.next(), Event::refused);
  reader.add("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(reader.next(), Event::refused);
}

}  // namespace
}  // namespace dering::net
