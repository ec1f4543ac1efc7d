// SPDX-License-Identifier: Apache-2.0
#include "registrar/digest_sign_in.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "registrar/md5_phones.h"
#include "registrar/privacy.h"
#include "registrar/registration.h"

namespace dering::registrar {
namespace {

using identity::DigestCredentials;
using identity::DigestSecret;
using identity::DigestVerdict;

constexpr Forbidden too_many_failures{403, "Too Many Failed Sign-Ins, Wait 30 Seconds",
                                      "too_many_failures"};
constexpr Forbidden not_the_user{403, "From or To Is Not Who Signed In", "not_the_user"};
constexpr Forbidden other_resource{403, "Digest uri Is Not the Request-URI", "other_resource"};
constexpr Forbidden crowded{503, "Too Many Sign-Ins of This Device", "crowded"};

/// The digest credentials of a request; nothing if there are none.
std::optional<DigestCredentials> read_credentials(const sip::Message& request) {
  auto field = request.header(sip::HeaderId::authorization);
  if (!field) field = request.header(sip::HeaderId::proxy_authorization);
  const auto auth = field ? sip::parse_auth(*field) : std::nullopt;
  if (!auth || !equals_ignoring_case(auth->scheme, "Digest")) return std::nullopt;
  const auto parameter = [&](std::string_view name) {
    return auth->parameter(name).value_or(std::string_view{});
  };
  return DigestCredentials{.username = parameter("username"),
                           .realm = parameter("realm"),
                           .nonce = parameter("nonce"),
                           .uri = parameter("uri"),
                           .response = parameter("response"),
                           .algorithm = parameter("algorithm"),
                           .qop = parameter("qop"),
                           .cnonce = parameter("cnonce"),
                           .nc = parameter("nc")};
}

bool is_first_use(const DigestCredentials& credentials) {
  return to_number<std::uint32_t>(credentials.nc, 16) == 1;
}

/// Who, without regard to how: phones write the digest's uri with another port, other parameters
/// or another scheme than the Request-URI, and some name the server alone. What was sent is hashed,
/// so it must only not be meant for somebody else (RFC 7616 §3.4.6).
bool is_meant_for(std::string_view request_uri, std::string_view digest_uri) {
  if (request_uri == digest_uri) return true;
  const auto meant = sip::parse_uri(digest_uri);
  const auto asked = sip::parse_uri(request_uri);
  if (!meant || !asked || meant->host.empty()) return false;
  if (!equals_ignoring_case(meant->host, asked->host)) return false;
  return meant->user.empty() || sip::unescaped(meant->user) == sip::unescaped(asked->user);
}

/// +sip.instance of the first contact that a REGISTER names (RFC 5626 §4.1), as bindings have it;
/// empty if there is none.
std::string_view instance_of(const sip::Message& request) {
  if (request.method() != sip::Method::register_) return {};
  const auto field = request.header(sip::HeaderId::contact);
  const auto list = field ? sip::parse_contacts(*field) : std::nullopt;
  if (!list || list->contacts.empty()) return {};
  std::string_view instance = list->contacts.front().parameter("+sip.instance").value_or("");
  if (instance.size() < 2) return {};
  return instance.substr(1, instance.size() - 2);
}

/// The same for the same request with the same answer.
std::string sent_in(const sip::RequestOffered& request, const DigestCredentials& credentials) {
  return fmt::format("{:x}{:x}{}", request.attempt.high, request.attempt.low, credentials.response);
}

bool is_register(sip::Method method) {
  return method == sip::Method::register_;
}

/// Right credentials for something that they may not be used for.
std::optional<Forbidden> misuse_of(const sip::Message& request,
                                   const DigestCredentials& credentials,
                                   const directory::User& user) {
  if (!is_meant_for(request.request_uri(), credentials.uri)) return other_resource;
  if (!is_register(request.method()) && hides_caller(request)) return std::nullopt;
  if (!speaks_for(request, {user.extension, credentials.username})) return not_the_user;
  return std::nullopt;
}

}  // namespace

sip::StatelessAnswer answer_of(Challenge challenge, sip::Method method) {
  sip::StatelessAnswer answer{is_register(method) ? 401 : 407, {}, {}};
  const std::string_view name = is_register(method) ? "WWW-Authenticate" : "Proxy-Authenticate";
  for (std::string& value : challenge.values) answer.fields.push_back({name, std::move(value)});
  return answer;
}

sip::StatelessAnswer answer_of(const Forbidden& forbidden) {
  sip::StatelessAnswer answer{forbidden.status, forbidden.phrase, {}};
  if (forbidden.status == 503) answer.fields.push_back({"Retry-After", "60"});
  return answer;
}

DigestDecision DigestSignIn::authorize(const sip::RequestOffered& request, Instant now) {
  const auto credentials = read_credentials(request.message);
  if (!credentials) return challenge(request, {}, now);
  // An answer to somebody else's challenge is as good as none.
  if (credentials->realm != gate_.realm() || credentials->username.empty()) {
    return challenge(request, "not_our_challenge", now);
  }
  const Sender sender = throttle_.is_quiet()
                            ? Sender{.account = account_named(credentials->username)}
                            : sender_of(request, *credentials, now);
  const Asker asker = sender.asker(request, *credentials);
  const Answered answered{request, *credentials, sender};
  // What answers no challenge of ours is no guess, and nobody's who is paused for guessing.
  if (!gate_.is_ours(*credentials, request.flow.remote)) {
    return decision_for(DigestVerdict::unproven, answered, now);
  }
  if (throttle_.is_looping(asker, now) || !throttle_.may_try(asker, now)) return too_many_failures;
  const DigestVerdict verdict =
      gate_.judge(*credentials, sender.account.secret(), request.message.method_name(),
                  request.flow.remote, now);
  // The password is right, the first time and when the datagram is repeated: the same words.
  if (verdict == DigestVerdict::right || verdict == DigestVerdict::stale) {
    const auto fault = misuse_of(request.message, *credentials, *sender.account.user);
    if (fault) return *fault;
  }
  return decision_for(verdict, answered, now);
}

DigestDecision DigestSignIn::decision_for(DigestVerdict verdict, const Answered& answered,
                                          Instant now) {
  switch (verdict) {
    case DigestVerdict::right:
      return on_right(answered, now);
    case DigestVerdict::stale:
      return on_loop(answered, "stale", now);
    case DigestVerdict::crowded:
      return crowded;
    case DigestVerdict::wrong:
      return on_wrong(answered, now);
    case DigestVerdict::unusable: {
      const identity::DigestFault fault = *gate_.fault_of(answered.credentials);
      return Forbidden{403, phrase_of(fault), name_of(fault)};
    }
    case DigestVerdict::unproven:
      // Over UDP anybody can have sent it in the name of that address.
      if (!sip::is_reliable(answered.request.flow.transport)) break;
      return on_loop(answered, "not_our_challenge", now);
  }
  return challenge(answered.request, "not_our_challenge", now);
}

DigestDecision DigestSignIn::on_right(const Answered& answered, Instant now) {
  const auto& [request, credentials, sender] = answered;
  throttle_.on_success(sender.asker(request, credentials), now);
  const KnownPlaces::Sighting here{sender.account.user->extension, request.flow.remote,
                                   instance_of(request.message)};
  if (!known_.is_noted(here, now)) known_.note(here, now);
  return Allowed{sender.account.user, is_first_use(credentials)};
}

DigestDecision DigestSignIn::on_wrong(const Answered& answered, Instant now) {
  const auto& [request, credentials, unmarked] = answered;
  const Sender sender = sender_of(request, credentials, now);
  const Asker asker = sender.asker(request, credentials);
  if (throttle_.on_wrong(asker, sent_in(request, credentials), now)) return too_many_failures;
  return challenge(request, "wrong_password", now);
}

DigestDecision DigestSignIn::on_loop(const Answered& answered, std::string_view why, Instant now) {
  const auto& [request, credentials, unmarked] = answered;
  const Sender sender = sender_of(request, credentials, now);
  const Asker asker = sender.asker(request, credentials);
  if (throttle_.on_loop(asker, sent_in(request, credentials), now)) return too_many_failures;
  return challenge(request, why, now);
}

// ---- Who sent it --------------------------------------------------------------------------------

DigestSignIn::Sender DigestSignIn::sender_of(const sip::RequestOffered& request,
                                             const DigestCredentials& credentials,
                                             Instant now) const {
  Sender sender{.account = account_named(credentials.username)};
  if (!sender.account.user) return sender;
  const std::string_view instance = instance_of(request.message);
  const Nearness nearness =
      known_.nearness({sender.account.user->extension, request.flow.remote, instance}, now);
  sender.is_neighbour = nearness != Nearness::unknown;
  if (nearness == Nearness::place) {
    const Place place = place_of(request.flow.remote);
    sender.mark = std::string("place ").append(place.data(), place.size());
  } else if (gate_.has_used(credentials)) {
    sender.mark = fmt::format("nonce {}", credentials.nonce);
  } else if (nearness == Nearness::instance) {
    sender.mark = fmt::format("instance {}", instance);
  }
  return sender;
}

Asker DigestSignIn::Sender::asker(const sip::RequestOffered& request,
                                  const DigestCredentials& credentials) const {
  return {.name = credentials.username,
          .source = request.flow.remote,
          .mark = mark,
          .is_neighbour = is_neighbour};
}

void DigestSignIn::on_time(Instant now) {
  gate_.on_time(now);
  throttle_.on_time(now);
  known_.on_time(now);
}

std::optional<Instant> DigestSignIn::next_deadline() const {
  return earlier(gate_.next_deadline(), earlier(throttle_.next_deadline(), known_.next_deadline()));
}

void DigestSignIn::list(TableSizes& out) const {
  throttle_.list(out);
  out.insert(out.end(), {{"used nonces", gate_.used_nonce_count()},
                         {"devices that used nonces", gate_.device_count()},
                         {"users known somewhere", known_.size()}});
}

Challenge DigestSignIn::challenge(const sip::RequestOffered& request, std::string_view why,
                                  Instant now) {
  const identity::DigestOccasion occasion{.source = request.flow.remote,
                                          .request = request.attempt.high,
                                          .is_stale = why == "stale",
                                          .is_md5_alone = stops_at_sha256(request.message)};
  return {gate_.challenges(occasion, now), why};
}

identity::DigestSecret DigestSignIn::Account::secret() const {
  return device ? DigestSecret{device->ha1_sha256, device->ha1_md5} : DigestSecret{};
}

DigestSignIn::Account DigestSignIn::account_named(std::string_view username) const {
  const auto* device = directory_ ? directory_->device(username) : nullptr;
  const auto* user = device ? directory_->by_extension(device->extension) : nullptr;
  return user ? Account{device, user} : Account{};
}

}  // namespace dering::registrar
