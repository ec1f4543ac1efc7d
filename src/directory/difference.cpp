// SPDX-License-Identifier: Apache-2.0
#include "directory/difference.h"

namespace dering::directory {

Difference difference(const Directory& older, const Directory& newer) {
  Difference found;
  if (&older == &newer) return found;
  for (const User& user : newer.users()) {
    const User* before = older.by_extension(user.extension);
    if (!before) {
      found.added.push_back(&user);
    } else if (*before != user) {
      found.changed.push_back(&user);
    }
  }
  for (const User& user : older.users()) {
    if (!newer.by_extension(user.extension)) found.gone.push_back(&user);
  }
  return found;
}

}  // namespace dering::directory
