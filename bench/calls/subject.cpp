// SPDX-License-Identifier: Apache-2.0
#include "calls/subject.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "app/dering/admin_client.h"
#include "app/dering/data_directory.h"
#include "base/check.h"
#include "base/text.h"
#include "calls/line.h"
#include "store/store.h"

namespace dering::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t first_extension = 100'000;

void write_settings(const std::filesystem::path& file, const std::string& log_level) {
  std::ofstream(file) << fmt::format(
      "[http]\nport = 0\n[https]\naddress = \"127.0.0.1\"\nport = 0\n"
      "[sip]\naddress = \"127.0.0.1\"\nport = 0\nrealm = \"{}\"\n"
      "[media]\naddresses = [\"127.0.0.1\"]\nport = 0\n"
      "rtp_ports = \"20000-27999\"\n"
      "[limits]\ncalls = 100000\ncalls_per_user = 1000\n"
      "new_calls_per_minute = 1000000\nregistrations_per_minute = 1000000\n"
      "subscriptions_per_minute = 1000000\nsubscriptions_per_user = 1000000\n"
      "[log]\nlevel = \"{}\"\n",
      realm, log_level);
}

}  // namespace

SwitchboardUnderTest::SwitchboardUnderTest(const std::filesystem::path& program, std::size_t users,
                                           const std::string& log_level)
    : data_(std::filesystem::temp_directory_path() /
            ("dering-bench." + std::to_string(::getpid()))) {
  write_settings(settings(), log_level);
  // The first start makes the data folder, the second one reads the users.
  start(program);
  add_users(users);
  subject_.reset();
  start(program);
}

SwitchboardUnderTest::~SwitchboardUnderTest() {
  subject_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
  std::filesystem::remove(settings(), ignored);
}

std::filesystem::path SwitchboardUnderTest::settings() const {
  return data_.string() + ".toml";
}

void SwitchboardUnderTest::start(const std::filesystem::path& program) {
  subject_.emplace(std::vector<std::string>{program.string(), "run", "--no-demo", "--config",
                                            settings().string(), "--data", data_.string()});
  const net::LocalRequest question{.target = "/api/v1/status"};
  auto status = app::ask_running(data_, question);
  const auto is_ready = [&] {
    return status && status->find("\"engine\":\"ready\"") != std::string::npos;
  };
  for (int attempt = 0; attempt < 500 && !is_ready(); ++attempt) {
    std::this_thread::sleep_for(20ms);
    status = app::ask_running(data_, question);
  }
  DERING_CHECK(is_ready());
  const std::size_t at = status->find("\"sip\":");
  DERING_CHECK(at != std::string::npos);
  std::string_view port = std::string_view(*status).substr(at + 6);
  port = port.substr(0, port.find_first_of(",}"));
  address_ = *SocketAddress::from_text("127.0.0.1", to_number<std::uint16_t>(port).value_or(0));
}

void SwitchboardUnderTest::add_users(std::size_t count) {
  const auto store = store::Store::open(app::DataPaths(data_).database);
  DERING_CHECK(store.has_value());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string extension = std::to_string(first_extension + i);
    store::NewAccount account;
    account.subject = account.username = account.extension = extension;
    account.display_name = "Phone " + extension;
    DERING_CHECK((*store)->add_account(account).has_value());
    DERING_CHECK(
        (*store)
            ->put_device(extension, {extension, extension, "", digest_secret_of(extension)})
            .has_value());
    extensions_.push_back(extension);
  }
}

}  // namespace dering::bench
