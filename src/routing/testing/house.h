// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "routing/document/check.h"

namespace dering::routing::testing {

/// Siti of the Rektorat, Budi and Dewi of Teknik, Ani of the students, Eko of no unit.
inline const directory::Directory& people() {
  using directory::UserId;
  static const directory::Directory directory(
      {{UserId{1}, {}, "s1", "siti", "Siti", "Rektorat", "1001"},
       {UserId{2}, {}, "s2", "budi", "Budi", "Teknik", "1002"},
       {UserId{3}, {}, "s3", "ani", "Ani", "Mahasiswa", "1003"},
       {UserId{4}, {}, "s4", "dewi", "Dewi", "Teknik", "1004"},
       {UserId{5}, {}, "s5", "eko", "Eko", "", "1005"}},
      {});
  return directory;
}

inline std::string file(const std::string& below_root) {
  std::ifstream in(std::string(DERING_ROOT) + "/" + below_root, std::ios::binary);
  EXPECT_TRUE(in) << below_root;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string words_of(const std::vector<Fault>& faults) {
  std::string words;
  for (const Fault& fault : faults) {
    words += std::string(name_of(fault.code)) + " " + fault.path + ": " + fault.sentence + "\n";
  }
  return words;
}

/// The plan of docs/plan.example.json.
inline const Plan& example() {
  static const auto checked = check(file("docs/plan.example.json"), people());
  if (!checked) {
    ADD_FAILURE() << words_of(checked.error());
    static const Plan none;
    return none;
  }
  return **checked;
}

}  // namespace dering::routing::testing
