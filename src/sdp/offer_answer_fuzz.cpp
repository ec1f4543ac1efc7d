// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "sdp/offer_answer.h"

using namespace dering;
using namespace dering::sdp;

namespace {

constexpr std::array wanted{Encoding::pcma, Encoding::opus};
constexpr std::size_t most_steps = 64;

LocalMedia local_media(Protection protection) {
  LocalMedia local;
  local.addresses = {SocketAddress::from_ipv4(0xc0000201, 40'000)};
  local.codecs = {Encoding::opus, Encoding::g722, Encoding::pcmu, Encoding::pcma};
  local.protection = protection;
  local.ice = {"ourUfrag", "ourPasswordOf24Characters"};
  local.fingerprint = "AB:CD";
  local.crypto = {{1, CryptoSuite::aes_cm_128_hmac_sha1_80, std::string(30, 'k')},
                  {2, CryptoSuite::aead_aes_128_gcm, std::string(28, 'k')},
                  {3, CryptoSuite::aead_aes_256_gcm, std::string(44, 'k')}};
  return local;
}

/// One leg, whatever its phone says and in whichever order.
class Leg {
 public:
  explicit Leg(Protection protection) { leg_.local() = local_media(protection); }

  void take(char step, std::string_view text) {
    const bool had_agreed = leg_.agreed() != nullptr;
    switch (step) {
      case 'o':
        if (leg_.take_offer(text)) check_written(leg_.answer(wanted));
        break;
      case 'r':
        if (leg_.take_offer(text)) leg_.refuse();
        break;
      case 'm':
        check_written(leg_.offer(wanted));
        break;
      case 'a':
        if (leg_.state() == OfferAnswer::State::offered) (void)leg_.take_answer(text);
        break;
      case 'e':
        if (leg_.state() == OfferAnswer::State::offered) (void)leg_.take_early_answer(text);
        break;
      case 'w':
        if (leg_.state() == OfferAnswer::State::offered) leg_.withdraw();
        break;
      default:
        break;
    }
    // What was agreed once is never forgotten, only replaced.
    DERING_CHECK(!had_agreed || leg_.agreed() != nullptr);
    if (leg_.agreed()) check(*leg_.agreed());
  }

 private:
  /// RFC 3264 §8: sections keep their places and none goes.
  void check_written(const std::string& text) {
    const auto description = SessionDescription::parse(text);
    DERING_CHECK(description.has_value());
    DERING_CHECK(description->media.size() >= sections_);
    sections_ = description->media.size();
  }
  static void check(const Agreed& agreed) {
    DERING_CHECK(!agreed.receive.empty() && !agreed.send.empty());
    DERING_CHECK(is_audio(agreed.send.front().encoding));
    const bool has_keys = agreed.our_crypto && agreed.their_crypto;
    DERING_CHECK((agreed.remote.protection == Protection::sdes) == has_keys);
    if (has_keys) DERING_CHECK(agreed.our_crypto->suite == agreed.their_crypto->suite);
    if (agreed.remote.protection == Protection::dtls) {
      DERING_CHECK(!agreed.remote.fingerprint.empty() && !agreed.remote.ice.ufrag.empty());
    }
  }

  OfferAnswer leg_{7};
  std::size_t sections_ = 0;
};

}  // namespace

/// The first byte says what the leg is protected by. Then a step and its description follow on each
/// other, with a zero behind each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array protections{Protection::none, Protection::sdes, Protection::dtls};
  Leg leg(protections[bytes[0] % protections.size()]);
  std::string_view rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  for (std::size_t step = 0; step < most_steps && !rest.empty(); ++step) {
    const std::string_view said = take_until(rest, '\0');
    if (!said.empty()) leg.take(said.front(), said.substr(1));
  }
  return 0;
}
