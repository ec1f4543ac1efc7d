// SPDX-License-Identifier: Apache-2.0
#include "ua/sign_in.h"

#include <algorithm>
#include <utility>

namespace dering::ua {

bool SignIn::answer(const Peer& peer, const sip::ResponseArrived& challenge, std::string_view uri,
                    Turn& turn) {
  const sip::Message& response = challenge.message;
  const bool is_challenge = response.status() == 401 || response.status() == 407;
  const trunk::Account* account = peer.called().account.get();
  if (!is_challenge || !account || challenge.flow.remote != peer.flow().remote) return false;
  const std::string_view field = trunk::answer_field_of(response);
  const auto before = std::ranges::find(answers_, field, &trunk::DigestAnswer::name);
  trunk::Challenged request{.method = sip::name_of(response.cseq().method), .uri = uri};
  if (before != answers_.end()) request.answered_nonce = before->nonce;
  using Answer = std::variant<trunk::DigestAnswer, trunk::NoAnswer>;
  auto answer = count_ >= most_answers
                    ? Answer(trunk::NoAnswer::wrong_password)
                    : trunk::answer_digest(response, *account, request, turn.endpoint.new_tag());
  if (const auto* why = std::get_if<trunk::NoAnswer>(&answer)) {
    refusal_ = *why;
    return false;
  }
  ++count_;
  auto& given = std::get<trunk::DigestAnswer>(answer);
  if (before != answers_.end()) {
    *before = std::move(given);
  } else {
    answers_.push_back(std::move(given));
  }
  return true;
}

void SignIn::write(sip::MessageWriter& writer) const {
  for (const trunk::DigestAnswer& answer : answers_) writer.header(answer.name, answer.value);
}

}  // namespace dering::ua
