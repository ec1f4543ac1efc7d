// SPDX-License-Identifier: Apache-2.0
#include "registrar/digest_sign_in.h"

#include <optional>

#include "base/text.h"
#include "registrar/registration.h"

namespace dering::registrar {
namespace {

using identity::DigestAlgorithm;
using identity::DigestCredentials;
using identity::DigestSecret;
using identity::DigestVerdict;

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

}  // namespace

DigestDecision DigestSignIn::authorize(const sip::Message& request, const sip::Flow& flow,
                                       Instant now) {
  const SocketAddress& source = flow.remote;
  const auto credentials = read_credentials(request);
  // An answer to something else than our challenge for this request is as good as none.
  if (!credentials || !gate_.is_complete(*credentials) ||
      credentials->uri != request.request_uri()) {
    const DigestSecret secret = expected_account(request).secret();
    return Challenge{gate_.challenge(secret.algorithm, source, false, now)};
  }
  if (throttle_.is_paused(credentials->username, source, now)) return Forbidden{};

  const Account account = account_named(credentials->username);
  const DigestSecret secret = account.secret();
  switch (gate_.judge(*credentials, secret, request.method_name(), source, now)) {
    case DigestVerdict::right:
      throttle_.on_success(credentials->username, source);
      if (!speaks_for(request, {account.user->extension, credentials->username})) {
        return Forbidden{};
      }
      return Allowed{account.user, is_first_use(*credentials)};
    case DigestVerdict::stale:
      return Challenge{gate_.challenge(secret.algorithm, source, true, now)};
    case DigestVerdict::wrong:
      throttle_.on_failure(credentials->username, source, now);
      break;
    case DigestVerdict::unproven:
      break;
  }
  return Challenge{gate_.challenge(secret.algorithm, source, false, now)};
}

/// SHA-256, unless the device has nothing but MD5.
DigestSecret DigestSignIn::Account::secret() const {
  if (!device) return {};
  const bool knows_sha256 = !device->ha1_sha256.empty() || device->ha1_md5.empty();
  return knows_sha256 ? DigestSecret{DigestAlgorithm::sha256, device->ha1_sha256}
                      : DigestSecret{DigestAlgorithm::md5, device->ha1_md5};
}

DigestSignIn::Account DigestSignIn::account(const directory::DeviceCredential* device) const {
  const directory::User* user = device ? directory_->by_extension(device->extension) : nullptr;
  return user ? Account{device, user} : Account{};
}

DigestSignIn::Account DigestSignIn::account_named(std::string_view username) const {
  return account(directory_ ? directory_->device(username) : nullptr);
}

DigestSignIn::Account DigestSignIn::expected_account(const sip::Message& request) const {
  const std::string_view user = request.from().uri.user;
  const Account named = account_named(user);
  return named.device || !directory_ ? named : account(directory_->device_of(user));
}

}  // namespace dering::registrar
