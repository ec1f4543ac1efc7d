// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "directory/records.h"

namespace dering::store {

/// The calls of one person, newest first, each with all its stays: one walk of the index finds
/// them, the rest is looked up by key. CROSS JOIN keeps SQLite to that order. Of what they missed
/// the index has the mark of one stay for each call.
inline std::string history_query(directory::WhichCalls which) {
  const bool is_missed = which == directory::WhichCalls::missed;
  return std::string(
             "SELECT r.id, r.call_id, r.caller, r.callee, r.started_at, r.duration_ms, r.outcome,"
             " r.hides_caller, l.leg, l.person, l.role, l.why, l.began_at, l.ended_at, l.outcome,"
             " l.quality, l.hides, l.brought_by, l.sent_by, l.sent_to"
             " FROM (SELECT DISTINCT call FROM call_legs WHERE person = :whose AND call < :below") +
         (is_missed ? " AND missed = 1" : "") +
         " ORDER BY call DESC LIMIT :most) AS mine"
         " CROSS JOIN call_records AS r ON r.id = mine.call"
         " CROSS JOIN call_legs AS l ON l.call = r.id"
         " ORDER BY r.id DESC, l.place";
}

}  // namespace dering::store
