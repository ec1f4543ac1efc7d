// SPDX-License-Identifier: Apache-2.0
// What it costs to keep thousands of people: a whole sync from a realm in memory into a database
// file, in the steps the worker does it in, and what a sign-in costs afterwards.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/check.h"
#include "directory/lost_numbers.h"
#include "store/reconciliation.h"
#include "store/store.h"
#include "sync/population_reader.h"
#include "sync/testing/fake_realm.h"

namespace dering {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using sync::testing::FakeRealm;

constexpr int rounds = 20;  ///< of what is quick

template <class Work>
double time_of(Work work) {
  const auto began = Clock::now();
  work();
  return Milliseconds(Clock::now() - began).count();
}

/// The median, because another program may have had the processor once.
template <class Work>
double usual_time_of(Work work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) times.push_back(time_of([&] { work(i); }));
  std::ranges::sort(times);
  return times[times.size() / 2];
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

long resident_kilobytes() {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  file >> pages >> pages;
  return pages * 4;
}

directory::NumberPlan plan_for(std::size_t users) {
  return {.usual = {10'001, 10'000 + static_cast<unsigned>(2 * users)},
          .groups = {{"/Fakultas Teknik", "Fakultas Teknik", directory::NumberRange{2000, 2999}}}};
}

/// The reader's own time: what the realm takes to make its pages does not count.
directory::Population read(FakeRealm& realm, double& busy, std::size_t& fetches) {
  // Each reading a second after the one before: who came in that second is not missing.
  static std::int64_t as_of = 1'900'000'000;
  sync::Realm settings{.issuer = std::string(FakeRealm::issuer),
                       .client_id = "dering-sync",
                       .client_secret = "s&cret/\xC3\xA9",
                       .groups = {"/Fakultas Teknik"}};
  sync::PopulationReader reader(settings, *sync::AdminApi::of_issuer(FakeRealm::issuer),
                                std::string(FakeRealm::token_endpoint), sync::FetchId{1});
  sync::Outbox out;
  Instant now{};
  realm.fetches.clear();
  busy = time_of([&] { reader.start(now, out); });
  while (!out.empty()) {
    const auto fetch = std::get<sync::Fetch>(out.front());
    out.clear();
    const sync::Fetched answer = realm.answer(fetch);
    busy += time_of([&] { reader.on_fetched(fetch.id, answer, now, out); });
  }
  fetches = realm.fetches.size();
  DERING_CHECK(reader.state() == sync::PopulationReader::State::done);
  return {.issuer = settings.issuer, .people = reader.take_people(), .as_of = ++as_of};
}

void sync_once(const char* what, FakeRealm& realm, store::Store& store, std::size_t users) {
  double reading = 0;
  std::size_t fetches = 0;
  const long before = resident_kilobytes();
  auto population = read(realm, reading, fetches);
  const long after_reading = resident_kilobytes();
  std::unique_ptr<store::Reconciliation> steps;
  double writing = time_of([&] {
    steps = std::make_unique<store::Reconciliation>(store, std::move(population), plan_for(users));
  });
  double longest = 0;
  int count = 0;
  for (bool is_more = true; is_more; ++count) {
    const double time = time_of([&] {
      const auto progress = steps->step();
      DERING_CHECK(progress);
      is_more = *progress == store::Reconciliation::Progress::more;
    });
    writing += time;
    longest = std::max(longest, time);
  }
  const auto& done = steps->so_far();
  fmt::print("{:<22} {:>6} {:>8.1f} {:>8.1f} {:>6} {:>8.1f} {:>7} {:>7} {:>7} {:>9} {:>9.1f}\n",
             what, fetches, reading, writing, count, longest, done.added, done.changed,
             done.disabled, done.unchanged, static_cast<double>(after_reading - before) / 1024);
}

directory::Person newcomer(int number) {
  directory::Person person;
  person.issuer = FakeRealm::issuer;
  person.subject = fmt::format("newcomer-{}", number);
  person.username = person.subject;
  person.display_name = fmt::format("New Comer {}", number);
  return person;
}

void print_sign_ins(store::Store& store, std::size_t users) {
  const auto plan = plan_for(users);
  const UnixSeconds now(1'900'000'100);
  directory::DirectorySnapshot snapshot;
  const auto line = [](const char* what, double milliseconds) {
    fmt::print("{:<58} {:>9.3f} ms\n", what, milliseconds);
  };
  line("all users and devices read from the store",
       usual_time_of([&](int) { snapshot = *store.load_directory(); }));
  DERING_CHECK(snapshot->users().size() > users / 2);
  line("a sign-in that changes nothing", usual_time_of([&](int) {
         directory::Person known = newcomer(0);
         known.subject = "id-user00007";
         known.username.clear();
         known.display_name.clear();
         DERING_CHECK(store.provision(known, plan, now)->is_welcome());
       }));
  line("a first sign-in", usual_time_of([&](int i) {
         DERING_CHECK(store.provision(newcomer(i), plan, now)->is_news());
       }));
  const auto user = store.provision(newcomer(99), plan, now)->user;
  directory::DirectorySnapshot next;
  line("the next snapshot with one user more",
       usual_time_of([&](int) { next = snapshot->with({user}); }));
  line("the numbers lost between two snapshots", usual_time_of([&](int) {
         DERING_CHECK(directory::lost_numbers(*snapshot, *next).empty());
       }));
}

void run(std::size_t users) {
  const auto folder = std::filesystem::temp_directory_path() / "dering-sync-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    FakeRealm realm;
    realm.add_users(static_cast<int>(users));
    realm.groups = {{"g", "/Fakultas Teknik"}};
    for (std::size_t i = 0; i < users; i += 10)
      realm.groups[0].members.push_back(realm.users[i].id);
    auto store = store::Store::open(folder / "dering.db");
    DERING_CHECK(store);

    fmt::print("{:<22} {:>6} {:>8} {:>8} {:>6} {:>8} {:>7} {:>7} {:>7} {:>9} {:>9}\n", "sync",
               "asked", "read ms", "write ms", "steps", "longest", "added", "changed", "gone",
               "unchanged", "people MB");
    sync_once("of an empty store", realm, **store, users);
    sync_once("of nothing new", realm, **store, users);
    const auto few = static_cast<std::ptrdiff_t>(users / 100);
    for (std::size_t i = 0; i < users; i += 100) realm.users[i].last_name = "Changed";
    realm.users.erase(realm.users.end() - few, realm.users.end());
    realm.users.insert(realm.users.begin(), {.id = "one-more", .username = "aaa"});
    sync_once("of 1 % new names, gone", realm, **store, users);
    fmt::print("\n");
    print_sign_ins(**store, users);
    fmt::print("\nmost memory of the whole program {:.1f} MB\n",
               static_cast<double>(peak_kilobytes()) / 1024);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dering

int main(int argc, char** argv) {
  CLI::App app("Measures syncs and sign-ins with many people");
  std::size_t users = 5'000;
  app.add_option("--users", users, "People of the realm")
      ->capture_default_str()
      ->check(CLI::Range(200, 200'000));
  CLI11_PARSE(app, argc, argv);
  fmt::print("sync_bench " DERING_VERSION ", {} users\n\n", users);
  dering::run(users);
  return 0;
}
