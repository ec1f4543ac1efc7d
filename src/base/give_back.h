// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace dering {

/// After an entry was erased from an unordered container: gives its buckets back when hardly any is
/// used, so that a flood leaves no memory behind. Costs nothing that the insertions did not cost
/// before. Iterators are lost, pointers to entries hold.
template <class Table>
void give_back_buckets(Table& table) {
  constexpr std::size_t worth_it = 4096;
  constexpr std::size_t hardly_used = 16;
  if (table.bucket_count() < worth_it || table.size() * hardly_used > table.bucket_count()) return;
  table.rehash(table.size() * 2);
}

/// The same for a vector whose elements were taken off its end.
template <class Vector>
void give_back_capacity(Vector& vector) {
  constexpr std::size_t worth_it = 4096;
  constexpr std::size_t hardly_used = 16;
  if (vector.capacity() < worth_it || vector.size() * hardly_used > vector.capacity()) return;
  vector.shrink_to_fit();
}

}  // namespace dering
