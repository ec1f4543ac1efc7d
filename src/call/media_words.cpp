// SPDX-License-Identifier: Apache-2.0
#include "call/media_words.h"

#include <algorithm>
#include <array>

#include "call/phone_address.h"

namespace dering::call {
namespace {

using media::v2::Sdes;

constexpr std::array crypto_suites{sdp::CryptoSuite::aes_cm_128_hmac_sha1_80,
                                   sdp::CryptoSuite::aead_aes_128_gcm,
                                   sdp::CryptoSuite::aead_aes_256_gcm};

media::v2::Codec::Name word_for(sdp::Encoding encoding) {
  using media::v2::Codec;
  switch (encoding) {
    case sdp::Encoding::opus:
      return Codec::NAME_OPUS;
    case sdp::Encoding::g722:
      return Codec::NAME_G722;
    case sdp::Encoding::pcmu:
      return Codec::NAME_PCMU;
    case sdp::Encoding::pcma:
      return Codec::NAME_PCMA;
    case sdp::Encoding::telephone_event:
      return Codec::NAME_TELEPHONE_EVENT;
    case sdp::Encoding::comfort_noise:
      return Codec::NAME_COMFORT_NOISE;
  }
  return Codec::NAME_UNSPECIFIED;
}

Sdes::Suite word_for(sdp::CryptoSuite suite) {
  switch (suite) {
    case sdp::CryptoSuite::aes_cm_128_hmac_sha1_80:
      return Sdes::SUITE_AES_CM_128_HMAC_SHA1_80;
    case sdp::CryptoSuite::aead_aes_128_gcm:
      return Sdes::SUITE_AEAD_AES_128_GCM;
    case sdp::CryptoSuite::aead_aes_256_gcm:
      return Sdes::SUITE_AEAD_AES_256_GCM;
  }
  return Sdes::SUITE_UNSPECIFIED;
}

void write(const sdp::IceCredentials& from, media::v2::IceCredentials& to) {
  to.set_ufrag(from.ufrag);
  to.set_pwd(from.pwd);
}

void write(const sdp::Codec& codec, media::v2::Codec& to) {
  to.set_name(word_for(codec.encoding));
  to.set_payload_type(codec.payload_type);
  to.set_clock_rate(codec.clock_rate);
  to.set_inband_fec(codec.inband_fec);
  to.set_dtx(codec.dtx);
  to.set_max_average_bitrate(codec.max_average_bitrate);
  to.set_max_playback_rate(codec.max_playback_rate);
}

}  // namespace

std::vector<sdp::CryptoAttribute> fresh_crypto_lines(Random& random) {
  std::vector<sdp::CryptoAttribute> lines;
  for (const sdp::CryptoSuite suite : crypto_suites) {
    lines.push_back(sdp::fresh_crypto(static_cast<std::uint32_t>(lines.size() + 1), suite, random));
  }
  return lines;
}

void prepare_for(std::string_view offer, sdp::LocalMedia& local, Random& random) {
  const bool brings_keys = offer.find("a=crypto:") != std::string_view::npos;
  if (brings_keys && local.crypto.empty()) local.crypto = fresh_crypto_lines(random);
}

media::v2::Ice ice_of(const Port& port) {
  media::v2::Ice ice;
  write(port.local, *ice.mutable_local());
  if (!port.remote.ufrag.empty()) write(port.remote, *ice.mutable_remote());
  return ice;
}

media::v2::Keys keys_of(const sdp::Agreed& agreed) {
  media::v2::Keys keys;
  switch (agreed.remote.protection) {
    case sdp::Protection::none:
      keys.mutable_clear();
      break;
    case sdp::Protection::sdes:
      keys.mutable_sdes()->set_suite(word_for(agreed.our_crypto->suite));
      keys.mutable_sdes()->set_ours(agreed.our_crypto->key_and_salt);
      keys.mutable_sdes()->set_theirs(agreed.their_crypto->key_and_salt);
      break;
    case sdp::Protection::dtls:
      keys.mutable_dtls()->set_fingerprint(agreed.remote.fingerprint);
      keys.mutable_dtls()->set_role(agreed.setup == sdp::Setup::active
                                        ? media::v2::Dtls::ROLE_CLIENT
                                        : media::v2::Dtls::ROLE_SERVER);
      break;
  }
  return keys;
}

media::v2::Stream stream_of(const sdp::Agreed& agreed, const Port& port) {
  media::v2::Stream stream;
  for (const sdp::Codec& codec : agreed.receive) write(codec, *stream.add_receive());
  for (const sdp::Codec& codec : agreed.send) write(codec, *stream.add_send());
  stream.set_ptime(agreed.remote.ptime);
  stream.set_ssrc(port.ssrc);
  stream.set_cname(port.cname);
  return stream;
}

media::v2::Rtp rtp_of(const sdp::Agreed& agreed, const Port& port, const SocketAddress& signalling,
                      std::span<const SocketAddress> ours) {
  media::v2::Rtp rtp;
  rtp.set_local_port(port.rtp.port());
  rtp.set_rtcp_mux(agreed.remote.rtcp_mux);
  rtp.set_learn(media::v2::Rtp::LEARN_PORT);
  const auto remote = reachable_address(agreed.remote.rtp, signalling, ours);
  // A phone with two addresses writes one and sends from the other, the one that routes to us: that
  // of its signalling. What comes from where it wrote passes as well.
  rtp.set_source(signalling.ip_text());
  if (!remote) return rtp;
  rtp.set_remote(remote->text());
  const bool has_rtcp = agreed.remote.rtcp.port != 0 && !agreed.remote.rtcp_mux;
  const auto rtcp =
      has_rtcp ? reachable_address(agreed.remote.rtcp, signalling, ours) : std::nullopt;
  if (rtcp) rtp.set_remote_rtcp(rtcp->text());
  return rtp;
}

}  // namespace dering::call
