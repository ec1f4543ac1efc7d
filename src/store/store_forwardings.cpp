// SPDX-License-Identifier: Apache-2.0
//
// Where people's calls go.
#include "directory/forwarding.h"
#include "store/parts.h"
#include "store/store.h"

namespace dering::store {

using directory::Forwarding;
using soci::into;
using soci::use;

namespace {

/// A row, and what it is read into.
struct Row {
  std::string extension;
  Forwarding forwarding;
  int ring_seconds = 0;
  int is_quiet = 0;
  int has_notices = 1;

  directory::ForwardingChanged value() const {
    directory::ForwardingChanged whole{extension, forwarding};
    whole.forwarding.ring_seconds = static_cast<unsigned>(ring_seconds);
    whole.forwarding.do_not_disturb = is_quiet != 0;
    whole.forwarding.pickup_notices = has_notices != 0;
    return whole;
  }
};
constexpr std::string_view columns =
    "SELECT extension, always, busy, no_answer, unreachable, ring_seconds, do_not_disturb,"
    " pickup_notices FROM forwardings ";

template <class Prepared>
auto reading(Prepared&& prepared, Row& row) {
  Forwarding& it = row.forwarding;
  return (prepared, into(row.extension), into(it.always), into(it.busy), into(it.no_answer),
          into(it.unreachable), into(row.ring_seconds), into(row.is_quiet), into(row.has_notices));
}

}  // namespace

void Store::Impl::write(const ChangeForwarding& it) {
  Row row;
  soci::statement query =
      reading((sql.prepare << columns << "WHERE extension = :extension", use(it.extension)), row);
  const bool is_there = query.execute(true);
  while (is_there && query.fetch()) continue;  // to its end: see People::find()
  const Forwarding now =
      directory::changed(is_there ? row.value().forwarding : Forwarding(), it.change);
  sql << "DELETE FROM forwardings WHERE extension = :extension", use(it.extension);
  if (!now.is_set()) return;
  const auto ring_seconds = static_cast<int>(now.ring_seconds);
  const int is_quiet = now.do_not_disturb ? 1 : 0;
  const int has_notices = now.pickup_notices ? 1 : 0;
  sql << "INSERT INTO forwardings (extension, always, busy, no_answer, unreachable, ring_seconds,"
         " do_not_disturb, pickup_notices) VALUES (:extension, :always, :busy, :no_answer,"
         " :unreachable, :ring_seconds, :do_not_disturb, :pickup_notices)",
      use(it.extension), use(now.always), use(now.busy), use(now.no_answer), use(now.unreachable),
      use(ring_seconds), use(is_quiet), use(has_notices);
}

Stored<directory::ForwardingsKept> Store::load_forwardings() {
  using Kept = directory::ForwardingsKept;
  return guarded("the forwardings can't be read", [&]() -> Stored<Kept> {
    Kept kept;
    Row row;
    soci::statement query = reading((impl_->sql.prepare << columns), row);
    query.execute();
    while (query.fetch()) kept.all.push_back(row.value());
    return kept;
  });
}

}  // namespace dering::store
