// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <string>
#include <utility>

namespace dering::engine {

/// Why a command is not carried out: a word for programs, and one sentence for people.
struct Refusal {
  media::v2::Refused::Why why = media::v2::Refused::WHY_MALFORMED;
  std::string sentence;
};

inline Refusal malformed(std::string sentence) {
  return {media::v2::Refused::WHY_MALFORMED, std::move(sentence)};
}
inline Refusal unknown(std::string sentence) {
  return {media::v2::Refused::WHY_UNKNOWN, std::move(sentence)};
}
inline Refusal limit(std::string sentence) {
  return {media::v2::Refused::WHY_LIMIT, std::move(sentence)};
}
inline Refusal taken(std::string sentence) {
  return {media::v2::Refused::WHY_TAKEN, std::move(sentence)};
}

}  // namespace dering::engine
