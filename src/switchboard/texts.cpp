// SPDX-License-Identifier: Apache-2.0
//
// MESSAGE: texts between people of the house, in page mode (RFC 3428).
#include <utility>

#include "registrar/privacy.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using refusal::Reason;

void Switchboard::on_text(sip::RequestOffered request, Instant now) {
  const directory::User* sender = caller_of(request, now);
  if (!sender) return;
  const std::string phone = phone_that_sent(request.message, request.flow, *sender);
  if (const auto wait = new_texts_.try_spend(sender->extension, phone, now)) {
    return turn_away(request, {503, {}, {{"Retry-After", std::to_string(whole_seconds(*wait))}}},
                     {Reason::too_many, "limits.texts_per_minute"});
  }
  auto recipient = person_named_in(request, now);
  if (!recipient) return;
  const bool is_hidden = registrar::hides_caller(request.message);
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  auto it = turn(now);
  directory::TextMessage text{.recipient = *std::move(recipient),
                              .sender = is_hidden ? std::string() : sender->extension,
                              .sender_name = is_hidden ? std::string() : sender->display_name,
                              .text = std::string(admitted->message.body()),
                              .sent_at = it.wall.count()};
  texts_.send(std::move(*admitted), std::move(text), it);
}

}  // namespace dering::switchboard
