// SPDX-License-Identifier: Apache-2.0
//
// What a recording begins with.
#include <algorithm>

#include "registrar/bindings.h"

namespace dering::registrar {

std::vector<HeldBinding> Bindings::held(Instant now) const {
  std::vector<HeldBinding> all;
  all.reserve(count_);
  for (const auto& [extension, user] : users_) {
    for (const Binding& binding : user.bindings) {
      all.push_back({.extension = extension,
                     .contact_uri = std::string(binding.texts[Texts::contact_uri]),
                     .instance = std::string(binding.texts[Texts::instance]),
                     .path = std::string(binding.texts[Texts::path]),
                     .device = std::string(binding.texts[Texts::device]),
                     .flow = binding.flow,
                     .call_id = binding.run.call_id,
                     .user_agent = binding.run.user_agent,
                     .reg_id = binding.reg_id,
                     .cseq = binding.cseq,
                     .is_lost = binding.state == State::flow_lost,
                     .ends_in = binding.ends_at - now,
                     .stamp = binding.stamp,
                     .probe_in = binding.probe_at == Instant::max()
                                     ? std::nullopt
                                     : std::optional(binding.probe_at - now)});
    }
  }
  std::ranges::sort(all, {}, &HeldBinding::stamp);
  return all;
}

void Bindings::restore(const HeldBinding& held, Instant now, Outbox& out) {
  if (count_ >= limits_.all) return;
  last_stamp_ = std::max(last_stamp_ + 1, held.stamp);
  Row& row = *users_.try_emplace(held.extension).first;
  add(row, {.texts = Texts({held.contact_uri, held.instance, held.path, held.device}),
            .flow = held.flow,
            .run = {held.call_id, held.user_agent},
            .ends_at = now + held.ends_in,
            .stamp = last_stamp_,
            .reg_id = held.reg_id,
            .cseq = held.cseq,
            .state = held.is_lost ? State::flow_lost : State::live,
            .probe_at = held.probe_in ? now + *held.probe_in : Instant::max()});
  schedule(row);
  out.push_back(BindingsChanged{row.first});
}

}  // namespace dering::registrar
