// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "store/parts.h"
#include "store/store.h"

namespace dering::store {

using directory::KeptCall;
using directory::PresentedToken;
using directory::RefreshToken;
using directory::UserId;
using soci::into;
using soci::use;

Stored<void> Store::keep_refresh_token(const RefreshToken& token) {
  return guarded("the refresh token can't be kept", [&]() -> Stored<void> {
    const long long user = number(token.user);
    impl_->sql << "INSERT INTO refresh_tokens (hash, family, user_id, issuer, signed_in_at,"
                  " expires_at) VALUES (:hash, :family, :user_id, :issuer, :signed_in_at,"
                  " :expires_at)",
        use(token.hash), use(token.family), use(user), use(token.issuer), use(token.signed_in_at),
        use(token.expires_at);
    return {};
  });
}

Stored<std::optional<PresentedToken>> Store::present_refresh_token(std::string_view hash) {
  using Result = Stored<std::optional<PresentedToken>>;
  return guarded("the refresh token can't be read", [&]() -> Result {
    PresentedToken presented;
    RefreshToken& token = presented.token;
    token.hash = hash;
    long long user = 0;
    int used = 0;
    WriteTransaction transaction(impl_->sql);
    impl_->sql << "SELECT family, user_id, issuer, signed_in_at, expires_at, used"
                  " FROM refresh_tokens WHERE hash = :hash",
        use(token.hash), into(token.family), into(user), into(token.issuer),
        into(token.signed_in_at), into(token.expires_at), into(used);
    if (!impl_->sql.got_data()) return std::nullopt;
    impl_->sql << "UPDATE refresh_tokens SET used = 1 WHERE hash = :hash", use(token.hash);
    transaction.commit();
    token.user = UserId{static_cast<std::uint64_t>(user)};
    presented.was_used = used != 0;
    return presented;
  });
}

Stored<void> Store::revoke_family(std::string_view family) {
  return guarded("the sign-in can't be ended", [&]() -> Stored<void> {
    const std::string name(family);
    impl_->sql << "DELETE FROM refresh_tokens WHERE family = :family", use(name);
    return {};
  });
}

Stored<void> Store::drop_refresh_tokens_before(std::int64_t expiry) {
  return guarded("old refresh tokens can't be dropped", [&]() -> Stored<void> {
    impl_->sql << "DELETE FROM refresh_tokens WHERE expires_at < :expiry", use(expiry);
    return {};
  });
}

Stored<std::vector<KeptCall>> Store::calls_of(std::string_view extension, std::uint64_t before,
                                              std::uint32_t limit) {
  return guarded("the history can't be read", [&]() -> Stored<std::vector<KeptCall>> {
    const std::string whose(extension);
    const auto below = static_cast<long long>(
        std::min<std::uint64_t>(before, std::numeric_limits<long long>::max()));
    const auto most = static_cast<long long>(limit);
    long long id = 0;
    directory::CallRecord record;
    // One index each for the calls made and the calls taken; UNION drops a call to oneself once.
    soci::statement query =
        (impl_->sql.prepare
             << "SELECT * FROM (SELECT id, call_id, caller, callee, started_at, duration_ms,"
                " outcome FROM call_records WHERE caller = :whose AND id < :below"
                " ORDER BY id DESC LIMIT :most)"
                " UNION"
                " SELECT * FROM (SELECT id, call_id, caller, callee, started_at, duration_ms,"
                " outcome FROM call_records WHERE callee = :whose AND id < :below"
                " ORDER BY id DESC LIMIT :most)"
                " ORDER BY id DESC LIMIT :most",
         use(whose, "whose"), use(below, "below"), use(most, "most"), into(id),
         into(record.call_id), into(record.caller), into(record.callee), into(record.started_at),
         into(record.duration_ms), into(record.outcome));
    query.execute();
    std::vector<KeptCall> calls;
    while (query.fetch()) calls.push_back({static_cast<std::uint64_t>(id), record});
    return calls;
  });
}

}  // namespace dering::store
