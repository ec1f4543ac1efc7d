// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/socket_address.h"
#include "call/media.h"
#include "sdp/offer_answer.h"

// What a phone and we agreed on, in the words of the contract with the engine; and the keys for it.

namespace dering::call {

/// A key for each suite that we speak (RFC 4568).
std::vector<sdp::CryptoAttribute> fresh_crypto_lines(Random& random);
/// A phone may bring keys on any way, and then wants one back.
void prepare_for(std::string_view offer, sdp::LocalMedia& local, Random& random);

media::v2::Ice ice_of(const Port& port);
media::v2::Keys keys_of(const sdp::Agreed& agreed);
media::v2::Stream stream_of(const sdp::Agreed& agreed, const Port& port);
/// `signalling`: where the phone's requests come from; `ours`: addresses that are none of a phone.
media::v2::Rtp rtp_of(const sdp::Agreed& agreed, const Port& port, const SocketAddress& signalling,
                      std::span<const SocketAddress> ours);

}  // namespace dering::call
