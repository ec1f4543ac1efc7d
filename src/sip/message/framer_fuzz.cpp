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

/// The stream cut after each of the sizes, in turn.
std::vector<std::string> frames(std::string_view stream, std::string_view sizes) {
  std::vector<std::string> results;
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
      if (event == StreamFramer::Event::broken) {
        results.emplace_back("broken");
        return results;
      }
      results.emplace_back(framer.message());  // empty for a ping
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
  for (const std::string& frame : whole) {
    const auto message = Message::parse(frame);
    // What the framer cut by its Content-Length, the parser ends at the same byte.
    if (message && !message->refusal()) DERING_CHECK(frame.ends_with(message->body()));
  }
  return 0;
}
