// SPDX-License-Identifier: Apache-2.0
#include "identity/roca.h"

#include <algorithm>
#include <array>

namespace dering::identity {
namespace {

constexpr unsigned generator = 65537;

/// Those that M is a multiple of even for the shortest keys; 2 says nothing of an odd number.
constexpr std::array primes{3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                            47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                            107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

unsigned remainder_of(std::string_view number, unsigned prime) {
  unsigned rest = 0;
  for (const char c : number) rest = (rest * 256 + static_cast<unsigned char>(c)) % prime;
  return rest;
}

bool is_power_of_generator(unsigned number, unsigned prime) {
  unsigned power = 1;
  do {
    if (power == number) return true;
    power = power * generator % prime;
  } while (power != 1);
  return false;
}

}  // namespace

bool has_roca_fingerprint(std::string_view modulus) {
  return std::ranges::all_of(primes, [&](unsigned prime) {
    return is_power_of_generator(remainder_of(modulus, prime), prime);
  });
}

}  // namespace dering::identity
