// SPDX-License-Identifier: Apache-2.0
//
// What is told of requests that were not served.
#include <utility>

#include "registrar/told.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using refusal::Reason;

void Switchboard::tell(const sip::Message& request, const sip::Flow& flow, const Told& told) {
  refusal::Refusal refused = registrar::told(request, flow, told.reason, directory_.get());
  refused.note = told.note;
  registrar_out_.emplace_back(std::move(refused));
}

/// A caller who hides is named by the number that signed in.
void Switchboard::tell(const sip::RequestArrived& request, const directory::User& user,
                       const Told& told) {
  refusal::Refusal refused =
      registrar::told(request.message, request.flow, told.reason, directory_.get());
  refused.note = told.note;
  refused.is_proven = true;
  if (!refused.is_known_name) refused.name = user.extension;
  refused.is_known_name = true;
  registrar_out_.emplace_back(std::move(refused));
}

void Switchboard::on_not_served(const sip::Flow& flow, const sip::Message& request,
                                sip::NotServed why) {
  switch (why) {
    case sip::NotServed::unreadable:
      return tell(request, flow, {Reason::malformed});
    case sip::NotServed::unknown_call:
      // Of somebody who is signed in it came too late.
      if (!registrar_.user_of(flow)) tell(request, flow, {Reason::unknown_dialog});
      return;
    case sip::NotServed::merged:
      return;  // the copy that came first is served
    case sip::NotServed::overloaded:
      return tell(request, flow, {Reason::too_many, "all transactions are taken"});
  }
}

void Switchboard::answer(const sip::RequestOffered& request, const sip::StatelessAnswer& words,
                         Telling telling) {
  const bool is_answered = endpoint_.answer(request, words, sip_out_);
  if (!is_answered && telling == Telling::if_unanswered) {
    tell(request.message, request.flow, {Reason::too_small});
  }
}

void Switchboard::turn_away(const sip::RequestOffered& request, const sip::StatelessAnswer& words,
                            const Told& told) {
  tell(request.message, request.flow, told);
  answer(request, words, Telling::done);
}

}  // namespace dering::switchboard
