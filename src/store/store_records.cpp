// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include "directory/history.h"
#include "store/history_query.h"
#include "store/parts.h"
#include "store/store.h"

namespace dering::store {

using directory::HistoryState;
using directory::KeptCall;
using directory::PresentedToken;
using directory::RefreshToken;
using directory::UserId;
using soci::into;
using soci::use;

void Store::Impl::write(const SaveCallRecord& save) {
  record = save.record;
  hides_caller = record.hides_caller ? 1 : 0;
  save_record.execute(true);
  const bool is_new = save_record.get_affected_rows() > 0;
  if (!is_new) return;
  record.stays = directory::kept_stays(record);
  long long id = 0;
  sql.get_last_insert_id("call_records", id);
  stay.place = 0;
  std::set<std::string_view> seen;
  for (const directory::CallStay& one : record.stays) {
    const bool is_first = seen.insert(one.person).second;
    stay.missed = is_first && is_missed(directory::seen_by(one.person, record)) ? 1 : 0;
    if (is_first) fresh.push_back({one.person, static_cast<std::uint64_t>(id)});
    stay.value = one;
    stay.leg = static_cast<long long>(stay.value.leg);
    stay.has_leg = stay.value.leg == 0 ? soci::i_null : soci::i_ok;
    stay.quality = stay.value.quality.text();
    stay.hides = stay.value.is_hidden ? 1 : 0;
    save_stay.execute(true);
    ++stay.place;
  }
}

Stored<void> Store::keep_refresh_token(const RefreshToken& token) {
  return save_one(KeepRefreshToken{token}, "the refresh token can't be kept");
}

Stored<std::optional<PresentedToken>> Store::refresh_token(std::string_view hash) {
  using Result = Stored<std::optional<PresentedToken>>;
  const std::string name(hash);
  auto presented = guarded("the refresh token can't be read", [&]() -> Result {
    if (const RefreshToken* waiting = waiting_.kept_token(name)) return PresentedToken{*waiting};
    PresentedToken found;
    RefreshToken& token = found.token;
    token.hash = name;
    long long user = 0;
    int used = 0;
    impl_->sql << "SELECT family, user_id, issuer, signed_in_at, expires_at, used"
                  " FROM refresh_tokens WHERE hash = :hash",
        use(token.hash), into(token.family), into(user), into(token.issuer),
        into(token.signed_in_at), into(token.expires_at), into(used);
    if (!impl_->sql.got_data()) return std::nullopt;
    token.user = UserId{static_cast<std::uint64_t>(user)};
    found.was_used = used != 0;
    return found;
  });
  if (!presented || !*presented) return presented;
  if (waiting_.is_revoked((*presented)->token.family)) return std::nullopt;
  if (waiting_.is_used(name)) (*presented)->was_used = true;
  return presented;
}

Stored<void> Store::use_refresh_token(const RefreshToken& token) {
  return save_one(UseRefreshToken{token.hash}, "the refresh token can't be used");
}

Stored<bool> Store::has_refresh_token(std::string_view family, UnixSeconds now) {
  const std::string name(family);
  if (waiting_.is_revoked(name)) return false;
  return guarded("the sign-in can't be read", [&]() -> Stored<bool> {
    const std::int64_t at = now.count();
    int found = 0;
    impl_->sql
        << "SELECT count(*) FROM refresh_tokens WHERE family = :family AND expires_at > :now",
        use(name), use(at), into(found);
    return found > 0 || waiting_.keeps_family(name);
  });
}

Stored<void> Store::revoke_family(std::string_view family) {
  return save_one(RevokeFamily{std::string(family)}, "the sign-in can't be ended");
}

Stored<void> Store::drop_used_refresh_tokens() {
  return guarded("used refresh tokens can't be dropped", [&]() -> Stored<void> {
    impl_->sql << "DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM"
                  " (SELECT hash, row_number() OVER (PARTITION BY family ORDER BY expires_at DESC)"
                  " AS place FROM refresh_tokens WHERE used = 1) WHERE place > 50)";
    return {};
  });
}

Stored<std::size_t> Store::drop_calls_before(UnixSeconds start) {
  return guarded("old calls can't be dropped", [&]() -> Stored<std::size_t> {
    const long long before = start.count();
    soci::statement drop =
        (impl_->sql.prepare << "DELETE FROM call_records WHERE id IN (SELECT id FROM"
                               " (SELECT id, started_at FROM call_records ORDER BY id LIMIT 1000)"
                               " WHERE started_at < :before)",
         use(before));
    drop.execute(true);
    return static_cast<std::size_t>(drop.get_affected_rows());
  });
}

Stored<void> Store::drop_refresh_tokens_before(std::int64_t expiry) {
  return guarded("old refresh tokens can't be dropped", [&]() -> Stored<void> {
    impl_->sql << "DELETE FROM refresh_tokens WHERE expires_at < :expiry", use(expiry);
    return {};
  });
}

Stored<std::vector<KeptCall>> Store::calls_of(std::string_view extension, std::uint64_t before,
                                              std::uint32_t limit, directory::WhichCalls which) {
  return guarded("the history can't be read", [&]() -> Stored<std::vector<KeptCall>> {
    const std::string whose(extension);
    const auto below = static_cast<long long>(
        std::min<std::uint64_t>(before, std::numeric_limits<long long>::max()));
    const auto most = static_cast<long long>(limit);
    long long id = 0;
    int hides_caller = 0;
    long long leg = 0;
    soci::indicator has_leg = soci::i_null;
    directory::CallRecord record;
    directory::CallStay stay;
    std::string quality;
    int stay_hides = 0;
    soci::statement query =
        (impl_->sql.prepare << history_query(which), use(whose, "whose"), use(below, "below"),
         use(most, "most"), into(id), into(record.call_id), into(record.caller),
         into(record.callee), into(record.started_at), into(record.duration_ms),
         into(record.outcome), into(hides_caller), into(leg, has_leg), into(stay.person),
         into(stay.role), into(stay.why), into(stay.from), into(stay.to), into(stay.outcome),
         into(quality), into(stay_hides), into(stay.brought_by), into(stay.sent_by),
         into(stay.sent_to));
    query.execute();
    std::vector<KeptCall> calls;
    while (query.fetch()) {
      if (calls.empty() || calls.back().id != static_cast<std::uint64_t>(id)) {
        record.hides_caller = hides_caller != 0;
        calls.push_back({static_cast<std::uint64_t>(id), record});
      }
      stay.leg = has_leg == soci::i_ok ? static_cast<std::uint64_t>(leg) : 0;
      stay.quality = directory::LineQuality::from_text(quality);
      stay.is_hidden = stay_hides != 0;
      calls.back().record.stays.push_back(stay);
    }
    return calls;
  });
}

Stored<HistoryState> Store::history_state(std::string_view extension) {
  return guarded("the history can't be read",
                 [&]() -> Stored<HistoryState> { return impl_->history_state(extension); });
}

Stored<HistoryState> Store::see_calls(std::string_view extension, std::uint64_t until) {
  return guarded("what was seen can't be kept", [&]() -> Stored<HistoryState> {
    WriteTransaction transaction(impl_->sql);
    const HistoryState before = impl_->history_state(extension);
    const std::uint64_t seen = std::min(until, before.newest);
    if (seen <= before.seen_until) return before;
    const std::string whose(extension);
    const auto id = static_cast<long long>(seen);
    impl_->sql << "INSERT OR REPLACE INTO seen_calls (person, until) VALUES (:person, :until)",
        use(whose), use(id);
    const HistoryState after = impl_->history_state(extension);
    transaction.commit();
    return after;
  });
}

HistoryState Store::Impl::history_state(std::string_view extension) {
  const std::string whose(extension);
  constexpr auto most = static_cast<long long>(HistoryState::most_unseen);
  long long newest = 0;
  long long seen = 0;
  long long unseen = 0;
  sql << "SELECT coalesce((SELECT max(call) FROM call_legs WHERE person = :whose), 0),"
         " coalesce((SELECT until FROM seen_calls WHERE person = :whose), 0)",
      use(whose, "whose"), into(newest), into(seen);
  sql << "SELECT count(*) FROM (SELECT 1 FROM call_legs"
         " WHERE person = :whose AND call > :seen AND missed = 1 LIMIT :most)",
      use(whose, "whose"), use(seen, "seen"), use(most, "most"), into(unseen);
  return {static_cast<std::uint64_t>(newest), static_cast<std::uint64_t>(seen),
          static_cast<std::uint32_t>(unseen)};
}

}  // namespace dering::store
