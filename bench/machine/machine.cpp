// SPDX-License-Identifier: Apache-2.0
#include "machine/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/check.h"
#include "base/text.h"

namespace dering::bench {
namespace {

std::filesystem::directory_iterator tasks_of(pid_t pid) {
  return std::filesystem::directory_iterator(std::filesystem::path("/proc") / std::to_string(pid) /
                                             "task");
}

}  // namespace

void pin_to_cpu(unsigned cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  ::sched_setaffinity(0, sizeof cpus, &cpus);
}

std::chrono::nanoseconds cpu_time_of(pid_t pid) {
  std::chrono::nanoseconds total = own_cpu_time_of(pid);
  for (const auto& task : tasks_of(pid)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;) total += cpu_time_of(child);
  }
  return total;
}

std::chrono::nanoseconds own_cpu_time_of(pid_t pid) {
  std::chrono::nanoseconds total{};
  for (const auto& task : tasks_of(pid)) {
    std::int64_t on_cpu = 0;
    std::ifstream(task.path() / "schedstat") >> on_cpu;
    total += std::chrono::nanoseconds(on_cpu);
  }
  return total;
}

std::chrono::nanoseconds stolen_time() {
  std::string word;
  std::ifstream stat("/proc/stat");
  std::int64_t ticks = 0;
  // "cpu user nice system idle iowait irq softirq steal …"
  stat >> word;
  for (int field = 0; field < 8; ++field) stat >> ticks;
  return std::chrono::nanoseconds(ticks * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)));
}

std::uint64_t dropped_at_port(std::uint16_t port) {
  std::uint64_t dropped = 0;
  std::ifstream sockets("/proc/net/udp");
  const std::string wanted = fmt::format(":{:04X}", port);
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string slot, local, last;
    words >> slot >> local;
    while (words >> last) {
    }
    if (local.ends_with(wanted)) dropped += to_number<std::uint64_t>(last).value_or(0);
  }
  return dropped;
}

std::string machine() {
  std::string model = "?";
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  std::string kernel;
  std::ifstream("/proc/sys/kernel/osrelease") >> kernel;
  return fmt::format("{} ({} CPUs), Linux {}, g++ {}.{}", model,
                     std::thread::hardware_concurrency(), kernel, __GNUC__, __GNUC_MINOR__);
}

double percentile(std::vector<std::uint32_t>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
  return values[at];
}

Subject::Subject(const std::vector<std::string>& command) : pid_(::fork()) {
  DERING_CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pin_to_cpu(cpu_of_subject);
  const int quiet = ::open("/dev/null", O_WRONLY);
  ::dup2(quiet, STDOUT_FILENO);
  ::dup2(quiet, STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execv(words.front(), words.data());
  ::_exit(127);
}

Subject::~Subject() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace dering::bench
