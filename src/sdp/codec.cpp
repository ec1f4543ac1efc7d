// SPDX-License-Identifier: Apache-2.0
#include "sdp/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sdp/payload_type.h"

namespace dering::sdp {
namespace {

struct Known {
  Encoding encoding;
  std::string_view name;
  std::uint32_t clock_rate;
  std::uint8_t payload_type;  ///< in offers of ours
};
/// Static numbers of RFC 3551 §6; the dynamic ones are those that most phones have themselves.
constexpr std::array known_codecs{
    Known{Encoding::opus, "opus", 48'000, 111},
    Known{Encoding::g722, "G722", 8'000, 9},
    Known{Encoding::pcmu, "PCMU", 8'000, 0},
    Known{Encoding::pcma, "PCMA", 8'000, 8},
    Known{Encoding::telephone_event, "telephone-event", 8'000, 101},
    Known{Encoding::telephone_event, "telephone-event", 48'000, 110},
    Known{Encoding::comfort_noise, "CN", 8'000, 13},
};

/// "opus/48000/2". One channel may be said or not (RFC 8866 §6.6); Opus is always written with two
/// (RFC 7587 §7), and some leave that out.
const Known* known_as(std::string_view encoding) {
  const std::string_view name = take_until(encoding, '/');
  const auto clock_rate = to_number<std::uint32_t>(take_until(encoding, '/'));
  const auto at = std::ranges::find_if(known_codecs, [&](const Known& known) {
    const bool has_channels = encoding.empty() || encoding == "1" ||
                              (encoding == "2" && known.encoding == Encoding::opus);
    return equals_ignoring_case(name, known.name) && clock_rate == known.clock_rate && has_channels;
  });
  return at == known_codecs.end() ? nullptr : &*at;
}

/// RFC 5761 §4: with the marker these look like RTCP.
constexpr bool looks_like_rtcp(std::uint8_t type) {
  return type >= 64 && type < 96;
}

/// What each payload type of a section stands for.
using KnownTypes = std::array<const Known*, payload_type_count>;

KnownTypes known_types(const MediaSection& section) {
  KnownTypes types{};
  for (const Known& known : known_codecs) {
    if (known.payload_type < 96) types[known.payload_type] = &known;
  }
  for (const Line& line : section.lines) {
    if (attribute_name(line) != "rtpmap") continue;
    const auto type = payload_type_of(line);
    std::string_view value = attribute_value(line);
    take_until(value, ' ');
    if (type) types[*type] = known_as(trimmed(value));
  }
  return types;
}

/// One parameter of an fmtp line: "maxaveragebitrate=20000".
void read_opus_parameter(std::string_view parameter, Codec& codec) {
  const std::string_view name = trimmed(take_until(parameter, '='));
  const auto number = to_number<std::uint32_t>(trimmed(parameter));
  if (!number) return;
  if (equals_ignoring_case(name, "useinbandfec")) codec.inband_fec = *number == 1;
  if (equals_ignoring_case(name, "usedtx")) codec.dtx = *number == 1;
  if (equals_ignoring_case(name, "maxaveragebitrate")) codec.max_average_bitrate = *number;
  if (equals_ignoring_case(name, "maxplaybackrate")) codec.max_playback_rate = *number;
}

void read_parameters(const MediaSection& section, std::vector<Codec>& codecs) {
  for (const Line& line : section.lines) {
    if (attribute_name(line) != "fmtp") continue;
    const auto type = payload_type_of(line);
    const auto codec = std::ranges::find_if(codecs, [&](const Codec& one) {
      return one.encoding == Encoding::opus && one.payload_type == type;
    });
    if (codec == codecs.end()) continue;
    std::string_view parameters = attribute_value(line);
    take_until(parameters, ' ');
    while (!parameters.empty()) read_opus_parameter(take_until(parameters, ';'), *codec);
  }
}

}  // namespace

std::optional<Encoding> audio_encoding_of(std::string_view name) {
  for (const Known& known : known_codecs) {
    if (is_audio(known.encoding) && equals_ignoring_case(name, known.name)) return known.encoding;
  }
  return std::nullopt;
}

std::string_view name_of(Encoding encoding) {
  return std::ranges::find(known_codecs, encoding, &Known::encoding)->name;
}

std::vector<Codec> codecs_of(const MediaSection& section) {
  const KnownTypes types = known_types(section);
  std::vector<Codec> codecs;
  for (std::string_view rest = section.formats; !rest.empty();) {
    const auto type = parse_payload_type(take_until(rest, ' '));
    const Known* known = type && !looks_like_rtcp(*type) ? types[*type] : nullptr;
    if (!known) continue;
    const Codec codec{known->encoding, *type, known->clock_rate};
    const bool is_repeated = std::ranges::any_of(codecs, [&](const Codec& before) {
      return before.is_same_sound(codec) || before.payload_type == codec.payload_type;
    });
    if (!is_repeated) codecs.push_back(codec);
  }
  read_parameters(section, codecs);
  return codecs;
}

const Codec* first_audio(std::span<const Codec> codecs) {
  const auto at =
      std::ranges::find_if(codecs, [](const Codec& codec) { return is_audio(codec.encoding); });
  return at == codecs.end() ? nullptr : &*at;
}

const Codec* find(std::span<const Codec> codecs, Encoding encoding) {
  const auto at = std::ranges::find(codecs, encoding, &Codec::encoding);
  return at == codecs.end() ? nullptr : &*at;
}

std::vector<Codec> offered_codecs(std::span<const Encoding> order) {
  std::vector<Codec> codecs;
  codecs.reserve(known_codecs.size());
  const auto add = [&](const Known& known) {
    codecs.push_back({known.encoding, known.payload_type, known.clock_rate});
    codecs.back().inband_fec = known.encoding == Encoding::opus;
  };
  for (const Encoding encoding : order) {
    if (find(codecs, encoding)) continue;
    add(*std::ranges::find(known_codecs, encoding, &Known::encoding));
  }
  const std::size_t audio_count = codecs.size();
  for (const Known& known : known_codecs) {
    if (known.encoding != Encoding::telephone_event) continue;
    const bool has_clock = std::ranges::any_of(
        std::span(codecs).first(audio_count),
        [&](const Codec& codec) { return codec.clock_rate == known.clock_rate; });
    if (has_clock) add(known);
  }
  return codecs;
}

void add_codecs(MediaSection& section, std::span<const Codec> codecs) {
  for (const Codec& codec : codecs) {
    const int type = codec.payload_type;
    if (!section.formats.empty()) section.formats.push_back(' ');
    section.formats.append(fmt::to_string(type));
    const bool is_opus = codec.encoding == Encoding::opus;
    section.lines.push_back({'a', fmt::format("rtpmap:{} {}/{}{}", type, name_of(codec.encoding),
                                              codec.clock_rate, is_opus ? "/2" : "")});
    if (is_opus) {
      section.lines.push_back({'a', fmt::format("fmtp:{} minptime=10;useinbandfec=1", type)});
    } else if (codec.encoding == Encoding::telephone_event) {
      section.lines.push_back({'a', fmt::format("fmtp:{} 0-15", type)});
    }
  }
}

}  // namespace dering::sdp
