// SPDX-License-Identifier: Apache-2.0
#include "ua/early_dialogs.h"

#include <algorithm>

#include "sip/message/fields.h"
#include "ua/capabilities.h"

namespace dering::ua {

EarlyDialog* EarlyDialogs::find(std::string_view remote_tag) {
  const auto found = std::ranges::find_if(
      all_, [&](const EarlyDialog& one) { return one.dialog.id().remote_tag == remote_tag; });
  return found == all_.end() ? nullptr : &*found;
}

EarlyDialog* EarlyDialogs::take(const sip::Message& response, std::uint32_t rseq,
                                const sip::Flow& flow) {
  if (EarlyDialog* known = find(response.to().tag())) {
    if (rseq != known->rseq + 1) return nullptr;
    known->rseq = rseq;
    return known;
  }
  if (all_.size() == most) return nullptr;
  all_.push_back({sip::Dialog::established_by(response, flow), rseq, {}});
  return &all_.back();
}

std::optional<std::uint32_t> rseq_of(const sip::Message& response) {
  const bool is_reliable = response.status() > 100 && response.status() < 200 &&
                           !response.to().tag().empty() &&
                           response.lists(sip::HeaderId::require, reliable_provisionals);
  const auto value = response.header(sip::HeaderId::rseq);
  return is_reliable && value ? sip::parse_rseq(*value) : std::nullopt;
}

}  // namespace dering::ua
