// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "call/call.h"
#include "sip/message/transfer_fields.h"

namespace dering::call {

/// What a feature may do about a REFER, while it is told of one event: answer it, tell what becomes
/// of it, and look for the other call that it names. A REFER that no feature accepts is refused.
class Transfers {
 public:
  Transfers(Call& call, Turn& turn) : call_(call), turn_(turn) {}

  // -- of a leg of this call
  void accept(LegId leg);
  void refuse(LegId leg, int status);
  /// With the outcome's status, and its word in Reason.
  void refuse(LegId leg, Outcome outcome);
  /// Its phone shows this as whom it talks with.
  void show(LegId leg, const Party& other);

  // -- of a leg that may be of another call by now, and whose person may have hung up
  /// What goes on, as the status of a call; the last one is a final status. `words`: what the phone
  /// may show of it; empty: the usual ones.
  void tell(LegId leg, int status, std::string_view words = {});
  bool is_talking(LegId leg) const;

  // -- the other call that a REFER names
  /// The leg of that person in the dialog of theirs that is named so; null if there is none.
  const Leg* in_dialog(const sip::Replaces& dialog, std::string_view extension) const;
  /// What the call of that leg was for.
  std::string dialled_by(LegId leg) const;
  /// It is given up.
  void end_call_of(LegId leg, Outcome outcome);
  /// `by`, a leg of this call, takes the place of `gone` in its call. False: it cannot.
  bool replace(LegId gone, LegId by);

 private:
  Leg* own(LegId id) const;

  Call& call_;
  Turn& turn_;
};

}  // namespace dering::call
