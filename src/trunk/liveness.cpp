// SPDX-License-Identifier: Apache-2.0
#include "trunk/liveness.h"

namespace dering::trunk {

void Liveness::on_probe_answered(int status, Instant now) {
  if (asked_at_) round_trip_ = now - *asked_at_;
  asked_at_.reset();
  on_request_answered(status, now);
}

void Liveness::on_probe_silent(Instant now) {
  asked_at_.reset();
  on_silence(now);
}

void Liveness::on_request_answered(int status, Instant now) {
  // 503: it is there and serves nobody, which comes to the same for a caller.
  if (status == 503) return on_silence(now);
  on_life(now);
}

void Liveness::on_life(Instant now) {
  silences_ = 0;
  next_ = now + pause_;
  become(State::up, now);
}

void Liveness::on_silence(Instant now) {
  if (silences_ < silences_of_death) ++silences_;
  next_ = now + soon;
  if (silences_ == silences_of_death) become(State::down, now);
}

void Liveness::become(State state, Instant now) {
  if (state_ == state) return;
  state_ = state;
  since_ = now;
}

}  // namespace dering::trunk
