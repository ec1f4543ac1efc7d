// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstddef>
#include <string>
#include <vector>

#include "media/phone.h"
#include "media/street.h"
#include "sdp/crypto_attribute.h"
#include "subject/engine.h"

namespace dering::bench {

/// How one side of each call reaches the engine, and what it speaks.
struct Side {
  /// The keys of a browser come by signalling here and not by a handshake, which is done once a
  /// call: what a packet costs is the same.
  media::v2::Sdes::Suite suite = media::v2::Sdes::SUITE_UNSPECIFIED;  ///< none: RTP in clear
  media::v2::Codec::Name codec = media::v2::Codec::NAME_PCMU;
};

/// Two seconds of a voice, in packets of 20 ms as a phone writes them.
const Payloads& payloads_of(media::v2::Codec::Name codec);

/// How its line of keys names its suite; only of one that has keys.
sdp::CryptoSuite crypto_suite_of(const Side& side);
/// Key and salt of what this phone sends.
std::string keying_of(const Side& side, std::size_t phone);
/// Phone number `at`, which talks with one on the side `heard`.
Phone make_phone(const Side& side, const Side& heard, std::size_t at);

/// So many phones, two a call, that are yet to be put into a street.
std::vector<Phone> make_phones(const EngineUnderTest& engine, std::size_t calls, const Side& one,
                               const Side& other);
/// Opens their calls at the engine.
void open_calls(EngineUnderTest& engine, Street& street, std::size_t calls, const Side& one,
                const Side& other);

/// A street before an echo: each phone hears itself.
std::vector<Phone> make_echo_phones(const sockaddr_in& echo, std::size_t count);

}  // namespace dering::bench
