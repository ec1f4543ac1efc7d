// SPDX-License-Identifier: Apache-2.0
#include "base/testing/allocations.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0};

}  // namespace

// ThreadSanitizer brings its own and suffers no others.
#if !defined(__has_feature)
#define __has_feature(feature) 0
#endif
#if !__has_feature(thread_sanitizer)
#define DERING_COUNTS_ALLOCATIONS

void* operator new(std::size_t size) {
  count.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

#endif

namespace dering::testing {

std::uint64_t allocations() {
  return count.load(std::memory_order_relaxed);
}

namespace {

/// Without it, a test that nothing is allocated could not fail.
TEST(CountOfAllocations, GrowsWithEachNewInThisProgram) {
#ifndef DERING_COUNTS_ALLOCATIONS
  GTEST_SKIP() << "a sanitizer has a heap of its own, which is not counted";
#endif
  const std::uint64_t before = allocations();
  ::operator delete(::operator new(1));
  ::operator delete[](::operator new[](1));
  EXPECT_EQ(allocations(), before + 2);
}

}  // namespace
}  // namespace dering::testing
