// SPDX-License-Identifier: Apache-2.0
#include "app/dering/plan_files.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "api/plan_json.h"
#include "app/dering/data_directory.h"
#include "directory/person.h"
#include "routing/document/plan_book.h"
#include "routing/document/tree.h"
#include "store/plan_versions.h"
#include "store/store.h"

namespace dering::app {
namespace {

using directory::DirectorySnapshot;
using routing::PlanSnapshot;
using OpenStore = std::unique_ptr<store::Store>;

/// Null where there is none yet.
std::expected<OpenStore, std::string> store_of(const Config& config) {
  const DataPaths paths(config.data);
  std::error_code error;
  if (!std::filesystem::exists(paths.database, error)) return OpenStore();
  return store::Store::open(paths.database);
}

}  // namespace

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return PlanExit::failed;
}

void tell(const std::vector<routing::Fault>& faults, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", serialize(boost::json::object{{"faults", api::json_of(faults)}}));
    return;
  }
  for (const routing::Fault& fault : faults) {
    // Names in a path are of the file, and a terminal obeys what is in it.
    const std::string path = directory::one_line(fault.path, 200);
    fmt::print("{}: {}\n", path.empty() ? "/" : path, fault.sentence);
  }
}

bool is_version(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

std::expected<std::string, std::string> text_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  // One byte more than is allowed is enough to see that it is too much.
  std::string text(routing::most_plan_bytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in && !in.eof()) return std::unexpected(fmt::format("{} cannot be read.", file));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::expected<DirectorySnapshot, std::string> people_of(const Config& config) {
  const auto store = store_of(config);
  if (!store) return std::unexpected(store.error());
  if (!*store) return std::make_shared<const directory::Directory>();
  return (*store)->load_directory();
}

std::expected<PlanSnapshot, std::string> kept_plan(const Config& config) {
  const auto store = store_of(config);
  if (!store) return std::unexpected(store.error());
  if (!*store) return std::make_shared<const routing::Plan>();
  store::PlanVersions versions(**store);
  routing::PlanBook book(versions, {});
  if (const auto read = book.read(); !read) return std::unexpected(read.error());
  return book.in_force();
}

std::expected<PlanSnapshot, int> plan_in(const std::string& file, const Config& config,
                                         bool as_json) {
  const auto people = people_of(config);
  if (!people) return std::unexpected(fail(people.error()));
  const auto text = text_in(file);
  if (!text) return std::unexpected(fail(text.error()));
  auto plan = routing::check(*text, **people);
  if (plan) return *std::move(plan);
  tell(plan.error(), as_json);
  return std::unexpected(PlanExit::faulty);
}

}  // namespace dering::app
