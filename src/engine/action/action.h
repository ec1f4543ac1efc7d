// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "engine/refusal.h"
#include "engine/stream/feed.h"

namespace dering::engine {

/// What goes on at a port in place of what it hears by Join.
struct Action {
  enum class Kind : std::uint8_t { none, echo, feed };

  std::uint64_t id = 0;
  Kind kind = Kind::none;
};

/// A sound that is there and cannot be played; one sentence.
struct Unusable {
  std::string sentence;
};

using FedBy = std::variant<std::unique_ptr<Feed>, Refusal, Unusable>;
/// Makes what an action plays, on the media thread: it must not wait for a disk.
using FeedFactory = std::function<FedBy(const media::v2::Start& command)>;

}  // namespace dering::engine
