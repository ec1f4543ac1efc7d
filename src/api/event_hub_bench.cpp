// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "api/event_hub.h"

// What a change costs the worker thread where 5,000 people have the page open.
namespace dering::api {
namespace {

struct CountingStream final : net::EventStream {
  bool send(std::string_view event, std::string_view data) override {
    bytes += event.size() + data.size();
    return true;
  }
  void close() override {}
  std::size_t bytes = 0;
};

directory::DirectorySnapshot people(unsigned count, std::string_view last_name) {
  std::vector<directory::User> users;
  for (unsigned i = 0; i < count; ++i) {
    const std::string number = std::to_string(1001 + i);
    users.push_back({directory::UserId{i + 1}, "https://sso.example", "subject " + number, number,
                     "Somebody With A Name " + number, "Fakultas Teknik", number});
  }
  users.back().display_name = last_name;
  return std::make_shared<const directory::Directory>(std::move(users),
                                                      std::vector<directory::DeviceCredential>());
}

constexpr unsigned everybody = 5'000;

/// A hub with all people, each with a stream.
struct FullHub {
  FullHub() {
    hub.on_directory_changed(people(everybody, "Somebody"));
    for (const directory::User& user : hub.directory()->users()) {
      hub.open({.issuer = user.issuer, .subject = user.subject}, std::make_shared<CountingStream>(),
               UnixSeconds(1'000));
    }
  }
  EventHub hub;
};

void one_name_changes(benchmark::State& state) {
  FullHub full;
  const auto one = people(everybody, "One Name");
  const auto other = people(everybody, "Another Name");
  for (auto _ : state) {
    full.hub.on_directory_changed(one);
    full.hub.on_directory_changed(other);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(one_name_changes)->Unit(benchmark::kMillisecond);

void one_presence_changes(benchmark::State& state) {
  FullHub full;
  for (auto _ : state) {
    full.hub.on_presence("1001", directory::Presence::in_call);
    full.hub.on_presence("1001", directory::Presence::offline);
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(one_presence_changes)->Unit(benchmark::kMillisecond);

void the_directory_is_fetched_after_a_change(benchmark::State& state) {
  FullHub full;
  auto presence = directory::Presence::in_call;
  for (auto _ : state) {
    full.hub.on_presence("1001", presence);
    presence = presence == directory::Presence::in_call ? directory::Presence::available
                                                        : directory::Presence::in_call;
    benchmark::DoNotOptimize(full.hub.directory_page().etag.data());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(full.hub.directory_page().json.size()));
}
BENCHMARK(the_directory_is_fetched_after_a_change)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dering::api
