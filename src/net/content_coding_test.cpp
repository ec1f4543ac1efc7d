// SPDX-License-Identifier: Apache-2.0
#include "net/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>

namespace dering::net {
namespace {

constexpr std::array all{Coding::br, Coding::gzip, Coding::identity};

Coding best(std::string accepted) {
  return best_coding({{"Accept-Encoding", std::move(accepted)}}, all);
}

TEST(ContentCoding, WhoSaysNothingGetsTheBytesAsTheyAre) {
  EXPECT_EQ(best_coding({}, all), Coding::identity);
  EXPECT_EQ(best(""), Coding::identity);
  EXPECT_EQ(best("zstd, compress"), Coding::identity);
}

TEST(ContentCoding, OfSeveralThatAreLikedEquallyTheSmallestIsTaken) {
  EXPECT_EQ(best("gzip, deflate, br, zstd"), Coding::br);
  EXPECT_EQ(best("gzip, deflate"), Coding::gzip);
  EXPECT_EQ(best("GZip"), Coding::gzip);
  EXPECT_EQ(best("x-gzip"), Coding::gzip);
  EXPECT_EQ(best("*"), Coding::br);
}

TEST(ContentCoding, WeightsDecide) {
  EXPECT_EQ(best("br;q=0.3, gzip;q=0.8"), Coding::gzip);
  EXPECT_EQ(best("br ; q=0.5 , gzip;Q=0.25"), Coding::br);
  EXPECT_EQ(best("gzip;q=0.5, identity"), Coding::identity);
  EXPECT_EQ(best("gzip;q=0.001"), Coding::gzip);
  EXPECT_EQ(best("*;q=0.5, br;q=0"), Coding::gzip);
}

TEST(ContentCoding, WhatIsRefusedIsNotSent) {
  EXPECT_EQ(best("gzip;q=0, br;q=0.000"), Coding::identity);
  EXPECT_EQ(best("*;q=0"), Coding::identity);
  EXPECT_EQ(best("br;q=2, gzip;q=x, br;q=0.1234"), Coding::identity);
}

TEST(ContentCoding, ALineMayBeSplit) {
  EXPECT_EQ(best_coding({{"accept-encoding", "deflate"}, {"Accept-Encoding", "gzip"}}, all),
            Coding::gzip);
}

TEST(ContentCoding, AnEntityTagIsFoundInAListAndComparedWeakly) {
  const auto has = [](std::string value) {
    return has_representation({{"if-none-match", std::move(value)}}, "\"abc\"");
  };
  EXPECT_TRUE(has("\"abc\""));
  EXPECT_TRUE(has("\"x\" , W/\"abc\""));
  EXPECT_TRUE(has("*"));
  EXPECT_FALSE(has("\"abc-gzip\""));
  EXPECT_FALSE(has("abc"));
  EXPECT_FALSE(has_representation({}, "\"abc\""));
}

TEST(ContentCoding, EachCodingHasItsOwnTag) {
  EXPECT_EQ(etag_in(Coding::gzip, "\"abc\""), "\"abc-gzip\"");
  EXPECT_EQ(etag_in(Coding::identity, "\"abc\""), "\"abc\"");
}

TEST(ContentCoding, WhatIsPackedCanBeUnpacked) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"extension\":\"" + std::to_string(i) + "\"},";
  const std::string packed = gzipped(text);
  EXPECT_LT(packed.size() * 5, text.size());
  std::string unpacked(text.size() + 1, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  ASSERT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  unpacked.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(unpacked, text);
}

}  // namespace
}  // namespace dering::net
