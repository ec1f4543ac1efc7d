// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/dialog/dialog.h"

namespace dering::ua {

/// An early dialog of an INVITE of ours (RFC 3261 §12.1): a fork that answered, or rings, reliably.
struct EarlyDialog {
  sip::Dialog dialog;
  std::uint32_t rseq = 0;  ///< of the last provisional response that was acknowledged
  std::string answer;      ///< to our offer, which is final (RFC 3262 §5)
};

/// Those of one INVITE, by the tag of the fork.
class EarlyDialogs {
 public:
  static constexpr std::size_t most = 8;

  /// Null: none has that tag.
  EarlyDialog* find(std::string_view remote_tag);
  /// The one that this reliable response belongs to, if it is its turn: a repetition is null, one
  /// that came too early too (RFC 3262 §4), and a fork for which there is no room.
  EarlyDialog* take(const sip::Message& response, std::uint32_t rseq, const sip::Flow& flow);

  /// A provisional response of that fork came, reliable or not.
  void note_tag(std::string_view tag) {
    if (first_tag_.empty()) first_tag_ = tag;
  }
  const std::string& first_tag() const { return first_tag_; }

 private:
  std::vector<EarlyDialog> all_;
  std::string first_tag_;
};

/// RSeq of a provisional response that has to be acknowledged: it has a tag, and requires 100rel.
std::optional<std::uint32_t> rseq_of(const sip::Message& response);

}  // namespace dering::ua
