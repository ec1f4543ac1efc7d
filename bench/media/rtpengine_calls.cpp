// SPDX-License-Identifier: Apache-2.0
//
// The same phones before an rtpengine, which learns of their calls as from a SIP proxy: by an offer
// and an answer.
#include "media/rtpengine_calls.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "sdp/crypto_attribute.h"

namespace dering::bench {
namespace {

constexpr std::string_view crypto_line = "a=crypto:";

std::string description(const Side& side, std::size_t at, const std::string& address) {
  const std::size_t colon = address.find(':');
  const std::string_view host = std::string_view(address).substr(0, colon);
  const bool is_opus = side.codec == media::v2::Codec::NAME_OPUS;
  const bool is_srtp = side.suite != media::v2::Sdes::SUITE_UNSPECIFIED;
  std::string sdp = fmt::format(
      "v=0\r\no=- {0} 1 IN IP4 {1}\r\ns=-\r\nc=IN IP4 {1}\r\nt=0 0\r\nm=audio {2} {3} {4}\r\n"
      "a=rtpmap:{5}\r\na=ptime:20\r\n",
      at, host, address.substr(colon + 1), is_srtp ? "RTP/SAVP" : "RTP/AVP", is_opus ? 111 : 0,
      is_opus ? "111 opus/48000/2" : "0 PCMU/8000");
  if (is_srtp) {
    const sdp::CryptoAttribute ours{1, crypto_suite_of(side), keying_of(side, at)};
    sdp += fmt::format("{}{}\r\n", crypto_line, sdp::text_of(ours));
  }
  return sdp;
}

std::string_view line_behind(std::string_view sdp, std::string_view begin) {
  const std::size_t at = sdp.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = sdp.substr(at + begin.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

srtp::Suite suite_of(sdp::CryptoSuite suite) {
  return suite == sdp::CryptoSuite::aead_aes_128_gcm ? srtp::Suite::aead_aes_128_gcm
                                                     : srtp::Suite::aes128_cm_sha1_80;
}

/// Where the phone sends to, and with which key it is spoken to.
bool take(std::string_view sdp, Phone& phone) {
  const std::string media(line_behind(sdp, "m=audio "));
  if (media.empty()) return false;
  phone.to.sin_family = AF_INET;
  phone.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  phone.to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(media)));
  if (!phone.ours) return true;
  const auto crypto = sdp::parse_crypto(line_behind(sdp, crypto_line));
  if (!crypto) return false;
  phone.theirs.emplace(suite_of(crypto->suite), srtp::MasterKey{crypto->key(), crypto->salt()});
  return true;
}

}  // namespace

std::vector<Phone> make_phones(std::size_t calls, const Side& one, const Side& other) {
  std::vector<Phone> phones;
  for (std::size_t at = 0; at < 2 * calls; ++at) {
    const bool is_one = at % 2 == 0;
    phones.push_back(make_phone(is_one ? one : other, is_one ? other : one, at));
    phones.back().ufrag.clear();
  }
  return phones;
}

bool open_calls(RtpengineUnderTest& peer, Street& street, const Side& one, const Side& other) {
  const bool is_transcoded = one.codec != other.codec;
  for (std::size_t at = 0; at + 1 < street.size(); at += 2) {
    RtpengineUnderTest::Said offer{fmt::format("call{}", at),
                                   description(one, at, street.socket().address_of(at)), "one", ""};
    offer.wants_protocol = "RTP/AVP";
    if (is_transcoded) offer.wants_codec = "PCMU";
    const std::string told_other = peer.tell(offer);
    const std::string told_one =
        peer.tell({offer.call, description(other, at + 1, street.socket().address_of(at + 1)),
                   "one", "other"});
    if (!take(told_other, street.phone(at + 1)) || !take(told_one, street.phone(at))) return false;
  }
  return true;
}

}  // namespace dering::bench
