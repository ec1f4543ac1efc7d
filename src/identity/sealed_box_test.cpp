// SPDX-License-Identifier: Apache-2.0
#include "identity/sealed_box.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace dering::identity {
namespace {

TEST(SealedBox, OpensOnlyWhatItSealedForTheSameHolder) {
  SeededRandom random{1};
  const SealedBox box(random);
  const SealedBox other(random);
  for (const std::string& value : {std::string(), std::string("x"), std::string(5000, 'y')}) {
    const std::string sealed = box.seal(value, "cookie");
    EXPECT_EQ(box.open(sealed, "cookie"), value);
    EXPECT_EQ(box.open(sealed, "other cookie"), std::nullopt);
    EXPECT_EQ(other.open(sealed, "cookie"), std::nullopt);
    EXPECT_NE(box.seal(value, "cookie"), sealed) << "each has a nonce of its own";
  }
}

TEST(SealedBox, NoChangedByteOpens) {
  SeededRandom random{1};
  const SealedBox box(random);
  const std::string sealed = *from_base64url(box.seal("the way back", ""));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(box.open(to_base64url(changed), ""), std::nullopt) << i;
    EXPECT_EQ(box.open(to_base64url(sealed.substr(0, i)), ""), std::nullopt) << i;
  }
  EXPECT_EQ(box.open("no base64url!", ""), std::nullopt);
  EXPECT_EQ(box.open("", ""), std::nullopt);
}

}  // namespace
}  // namespace dering::identity
