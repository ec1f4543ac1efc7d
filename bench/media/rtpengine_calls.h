// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "media/calls.h"
#include "media/street.h"
#include "subject/rtpengine.h"

namespace dering::bench {

/// So many phones, two a call, that do no ICE: rtpengine is measured without.
std::vector<Phone> make_phones(std::size_t calls, const Side& one, const Side& other);
/// Opens their calls at rtpengine, and tells each phone where to send. False if it refuses one.
bool open_calls(RtpengineUnderTest& peer, Street& street, const Side& one, const Side& other);

}  // namespace dering::bench
