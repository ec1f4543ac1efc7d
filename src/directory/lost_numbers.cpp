// SPDX-License-Identifier: Apache-2.0
#include "directory/lost_numbers.h"

namespace dering::directory {

std::vector<std::string> lost_numbers(const Directory& older, const Directory& newer) {
  std::vector<std::string> lost;
  for (const User& user : older.users()) {
    const User* now = newer.by_extension(user.extension);
    if (!now || now->id != user.id) lost.push_back(user.extension);
  }
  return lost;
}

}  // namespace dering::directory
