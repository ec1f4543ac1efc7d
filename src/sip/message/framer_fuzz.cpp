// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "sip/message/framer.h"
#include "sip/message/message.h"

namespace dering::sip {
namespace {

struct Frame {
  StreamFramer::Event event;
  std::string text;
  bool operator==(const Frame&) const = default;
};

/// The stream cut after each of the sizes, in turn.
std::vector<Frame> frames(std::string_view stream, std::string_view sizes) {
  std::vector<Frame> results;
  StreamFramer framer;
  std::size_t turn = 0;
  while (!stream.empty()) {
    const std::size_t step =
        sizes.empty() ? stream.size()
                      : std::size_t{1} + static_cast<unsigned char>(sizes[turn++ % sizes.size()]);
    framer.add(stream.substr(0, step));
    stream.remove_prefix(std::min(step, stream.size()));
    for (auto event = framer.next(); event != StreamFramer::Event::need_more;
         event = framer.next()) {
      results.emplace_back(event, std::string(framer.message()));
      if (event == StreamFramer::Event::broken) return results;
    }
  }
  return results;
}

}  // namespace
}  // namespace dering::sip

/// The first bytes say how the rest is cut: the frames must be those of the stream in one piece.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::sip;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::string_view sizes = input.substr(0, 4);
  const std::string_view stream = input.substr(sizes.size());
  const auto whole = frames(stream, "");
  DERING_CHECK(frames(stream, sizes) == whole);
  for (const auto& [event, text] : whole) {
    if (event == StreamFramer::Event::unframed) {
      const auto message = Message::parse_unframed(text);
      DERING_CHECK(!message || message->refusal());
    } else if (event == StreamFramer::Event::message) {
      const auto message = Message::parse(text);
      // What the framer cut by its Content-Length, the parser ends at the same byte.
      if (message && !message->refusal()) DERING_CHECK(text.ends_with(message->body()));
      DERING_CHECK(message || message.error() != Unreadable::no_start_line);
    }
  }
  return 0;
}
