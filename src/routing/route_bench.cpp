// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.h"
#include "routing/document/check.h"
#include "routing/document/write.h"
#include "routing/route.h"

namespace dering::routing {
namespace {

directory::Directory people(std::size_t count) {
  std::vector<directory::User> users;
  for (std::size_t i = 0; i < count; ++i) {
    users.push_back({directory::UserId{i + 1},
                     {},
                     fmt::format("s{}", i),
                     fmt::format("u{}", i),
                     fmt::format("Person {}", i),
                     "Teknik",
                     fmt::format("{}", 10'000 + i)});
  }
  return {std::move(users), {}};
}

/// As many outbound patterns and inbound routes as `rules`.
Draft draft(std::size_t rules) {
  Draft draft;
  draft.numbering.area = "21";
  draft.trunks = {{.id = "a", .servers = {"192.0.2.1"}}, {.id = "b", .servers = {"192.0.2.2"}}};
  draft.emergency = {{"110", "112", "113", "118", "119"}, {"a", "b"}, {}};
  draft.classes = {{"staff", {}, {}, {"65"}, {.units = {"Teknik"}}}};
  SeededRandom dice(5);
  for (std::size_t i = 0; i < rules; ++i) {
    const std::string id = fmt::format("r{}", i);
    draft.outbound.push_back(
        {.id = id,
         .patterns = {{fmt::format("0{:04}{}", i + 1000, i % 3 == 0 ? "X." : ".")}},
         .trunks = {"a", "b"}});
    draft.classes[0].routes.push_back(id);
    draft.inbound.push_back(
        {.id = id, .called = fmt::format("+62215{:04}", i), .to = {Target::Kind::echo}});
  }
  draft.outbound.push_back({.id = "mobile", .patterns = {{"08."}}, .trunks = {"a", "b"}});
  draft.classes[0].routes.insert(draft.classes[0].routes.begin(), "mobile");
  return draft;
}

void outward(benchmark::State& state) {
  const auto house = people(10'000);
  const Plan plan(draft(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(route({"10001", "081234567890"}, plan, house));
}
BENCHMARK(outward)->Arg(10)->Arg(1000)->Arg(5000);

void inward(benchmark::State& state) {
  const auto house = people(10'000);
  const Plan plan(draft(static_cast<std::size_t>(state.range(0))));
  const Request request{.caller = "+628123456789", .dialled = "+622150009", .trunk = "a"};
  for (auto _ : state) benchmark::DoNotOptimize(route(request, plan, house));
}
BENCHMARK(inward)->Arg(10)->Arg(1000)->Arg(5000);

void within(benchmark::State& state) {
  const auto house = people(10'000);
  const Plan plan(draft(1000));
  for (auto _ : state) benchmark::DoNotOptimize(route({"10001", "10002"}, plan, house));
}
BENCHMARK(within);

/// A plan of 1,000 rules for 10,000 people, from its text to the snapshot.
void checking(benchmark::State& state) {
  const auto house = people(10'000);
  const std::string text = document_of(draft(1000));
  for (auto _ : state) benchmark::DoNotOptimize(check(text, house));
}
BENCHMARK(checking)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dering::routing
